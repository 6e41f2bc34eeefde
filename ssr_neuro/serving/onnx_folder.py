"""A model that `ssr-compile --target onnx` wrote, in onnxruntime: without torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ssr_neuro import extras
from ssr_neuro.errors import BadInput
from ssr_neuro.files import manifest
from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking import Top
from ssr_neuro.serving.onnx_graph import REMEDY, OnnxGraph, TensorForm, floats, whole_numbers
from ssr_neuro.serving.ranker import SCORES_AT_ONCE, Ranker, Steps, best_of, in_parts
from ssr_neuro.serving.recommender import Recommender

if TYPE_CHECKING:
    from ssr_neuro.serving.onnx_about import OnnxAbout

ABOUT, IDS = "numbers.json", "items.json"
WINDOW, STEP = "model", "step"  # what a file's name begins with: a whole window, one item more
STATE = ("state_real", "state_imaginary")
STATE_NUMBERS = 1 << 24  # of one user: 64 MiB


def is_onnx(path: Path) -> bool:
    """Whether `path` is an ONNX file, or a folder of `--target onnx`."""
    return path.suffix.lower() == ".onnx" or (path / f"{WINDOW}.onnx").is_file()


def read(path: Path) -> Recommender:
    """The recommender of a folder of `ssr-compile --target onnx`, or of a file in one.

    A folder is read by model.onnx and, where the model keeps a state, step.onnx; a file named
    chooses its kind, such as model.int8.onnx. Raises BadInput where a file is not of such a form,
    Mismatch where it is not as it was made, and BackendFailed where onnxruntime is not installed.
    """
    extras.require("a model in ONNX", "onnxruntime")
    from ssr_neuro.serving.onnx_about import read_about, read_ids

    folder = path if path.is_dir() else path.parent
    if not (folder / manifest.MANIFEST).is_file():
        raise BadInput(f"{path}: {folder} holds no {manifest.MANIFEST}; {REMEDY}")
    made = manifest.read(folder)["files"]
    kind = "" if path.is_dir() else path.name.partition(".")[2].removesuffix("onnx")
    window, step = (f"{form}.{kind}onnx" for form in (WINDOW, STEP))
    if window not in made or ABOUT not in made or IDS not in made:
        raise BadInput(f"{path}: {folder} is no folder of ssr-compile --target onnx; {REMEDY}")
    names = [ABOUT, IDS, window, *([step] if step in made else [])]
    for name in names:
        manifest.demand(folder, name, made)
    about = read_about(folder / ABOUT)
    ids = read_ids(folder / IDS, about.items)
    graphs = [OnnxGraph(folder / name) for name in names[2:]]
    return Recommender(str(path), _ranker(path.absolute(), about, *graphs), ids)


def _ranker(
    path: Path, about: "OnnxAbout", window: OnnxGraph, step: OnnxGraph | None = None
) -> "OnnxRanker":
    """Of graphs whose inputs and outputs are those of `about`. Raises BadInput."""
    scores = {"scores": floats(None, about.items + 1)}
    given = ("items", "times") if "times" in window.inputs else ("items",)
    window.demand(dict.fromkeys(given, whole_numbers(None, about.positions)), scores)
    if step is None:
        return OnnxRanker(path, window, about.kind, about.items, about.positions)
    state = _state_of(step)
    inputs = {"items": whole_numbers(None), **dict.fromkeys(STATE, state)}
    step.demand(inputs, scores | {f"next_{name}": state for name in STATE})
    return RecurrentOnnxRanker(path, window, about.kind, about.items, about.positions, step)


def _state_of(step: OnnxGraph) -> TensorForm:
    """(layers, any, numbers). Raises BadInput where a user's state cannot be held."""
    form = step.inputs.get(STATE[0])
    match form:
        case TensorForm("tensor(float)", (int(layers), None, int(numbers))) if (
            layers > 0 and 0 < numbers <= STATE_NUMBERS // layers
        ):
            return form
    raise BadInput(
        f"{step.path}: its input {STATE[0]} is {form}; it must be tensor(float) (layers, any, "
        f"numbers) of at most {STATE_NUMBERS:,} in all; {REMEDY}"
    )


def _read_ranker(path: Path) -> Ranker:
    return read(path).ranker


@dataclass(frozen=True, eq=False)
class OnnxRanker:
    """window: scores of a whole window. items: V. positions: N.

    path: the folder or file that was read. A pickle holds it alone, and reads and checks it again.
    """

    path: Path
    window: OnnxGraph
    kind: str
    items: int
    positions: int
    integers: ClassVar[bool] = False

    def __reduce__(self) -> tuple[Callable[[Path], Ranker], tuple[Path]]:
        return _read_ranker, (self.path,)

    @property
    def needs_times(self) -> bool:
        return "times" in self.window.inputs

    def top(self, windows: Ints, k: int) -> Top:
        at_once = max(1, SCORES_AT_ONCE // (self.items + 1))
        return in_parts(
            windows,
            at_once,
            lambda part: best_of(self.window.run(self._feed(part))["scores"], k),
        )

    def _feed(self, windows: Ints) -> Mapping[str, Ints]:
        if not self.needs_times:
            return {"items": windows}
        names = ("items", "times")
        return {name: np.ascontiguousarray(windows[..., i]) for i, name in enumerate(names)}

    def steps(self) -> Steps | None:
        return None


@dataclass(frozen=True, eq=False)
class RecurrentOnnxRanker(OnnxRanker):
    """step: of one item more, with the state that the model keeps."""

    step: OnnxGraph

    def steps(self) -> Steps:
        return OnnxSteps(self)


class OnnxSteps:
    """The state of one user: an item more costs the same however many came before.

    A pickle holds the state and, as its ranker is pickled, the place of the graph.
    """

    def __init__(self, ranker: RecurrentOnnxRanker) -> None:
        self._ranker = ranker
        shape = [1 if size is None else size for size in ranker.step.inputs[STATE[0]].shape]
        self._state: dict[str, Any] = {name: np.zeros(shape, np.float32) for name in STATE}
        self._scores: Any = None

    def read(self, item: int, time_s: int | None) -> None:
        found = self._ranker.step.run({"items": np.array([item], np.int64), **self._state})
        self._scores = found["scores"]
        self._state = {name: found[f"next_{name}"] for name in STATE}

    def top(self, k: int) -> Top:
        if self._scores is None:
            raise BadInput("no item was read yet")
        return best_of(self._scores, k)
