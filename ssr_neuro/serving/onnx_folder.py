"""A model that `ssr-compile --target onnx` wrote, in onnxruntime: without torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulators.native.network import threads
from ssr_neuro import extras
from ssr_neuro.errors import BackendFailed, BadInput
from ssr_neuro.files import json_document, manifest
from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking import Top
from ssr_neuro.serving.ranker import SCORES_AT_ONCE, Ranker, Steps, best_of, in_parts
from ssr_neuro.serving.recommender import Recommender

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ABOUT, IDS, REMEDY = "numbers.json", "items.json", "write it again with --target onnx"
WINDOW, STEP = "model", "step"  # what a file's name begins with: a whole window, one item more
STATE = ("state_real", "state_imaginary")


def is_onnx(path: Path) -> bool:
    """Whether `path` is an ONNX file, or a folder of `--target onnx`."""
    return path.suffix.lower() == ".onnx" or (path / f"{WINDOW}.onnx").is_file()


def read(path: Path) -> Recommender:
    """The recommender of a folder of `ssr-compile --target onnx`, or of a file in one.

    A folder is read by model.onnx and, where the model keeps a state, step.onnx; a file named
    chooses its kind, such as model.int8.onnx. Raises BadInput, Mismatch where a file is not as it
    was made, and BackendFailed where onnxruntime is not installed or refuses a file.
    """
    extras.require("a model in ONNX", "onnxruntime")
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
    about, ids = (json_document.read_any(folder / name, REMEDY) for name in (ABOUT, IDS))
    ranker = OnnxRanker(
        _open(folder / window),
        _open(folder / step) if step in made else None,
        about["kind"],
        about["positions"],
        path.absolute(),
    )
    return Recommender(str(path), ranker, ids)


def _read_ranker(path: Path) -> Ranker:
    return read(path).ranker


def _open(path: Path) -> "InferenceSession":
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads(), 1
    options.log_severity_level = 3  # errors
    refused = (state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NotImplemented)
    try:
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except refused as error:
        raise BackendFailed(f"{path} is refused by onnxruntime: {error}; {REMEDY}") from error


@dataclass(frozen=True, eq=False)
class OnnxRanker:
    """window: scores of a whole window. step: of one item more, where the model keeps a state.

    path: the folder or file that was read. A pickle holds it alone, and reads and checks it again.
    """

    window: "InferenceSession"
    step: "InferenceSession | None"
    kind: str
    positions: int
    path: Path
    integers: bool = False

    def __reduce__(self) -> tuple[Callable[[Path], Ranker], tuple[Path]]:
        return _read_ranker, (self.path,)

    @property
    def needs_times(self) -> bool:
        return any(given.name == "times" for given in self.window.get_inputs())

    def top(self, windows: Ints, k: int) -> Top:
        columns = self.window.get_outputs()[0].shape[1]
        at_once = max(1, SCORES_AT_ONCE // columns)
        return in_parts(
            windows,
            at_once,
            lambda part: best_of(self.window.run(["scores"], self._feed(part))[0], k),
        )

    def _feed(self, windows: Ints) -> Mapping[str, Ints]:
        if not self.needs_times:
            return {"items": windows}
        names = ("items", "times")
        return {name: np.ascontiguousarray(windows[..., i]) for i, name in enumerate(names)}

    def steps(self) -> Steps | None:
        return None if self.step is None else OnnxSteps(self.step)


class OnnxSteps:
    """The state of one user: an item more costs the same however many came before."""

    def __init__(self, session: "InferenceSession") -> None:
        self._session = session
        shapes = {given.name: given.shape for given in session.get_inputs()}
        self._state: dict[str, Any] = {
            name: np.zeros((shapes[name][0], 1, shapes[name][2]), np.float32) for name in STATE
        }
        self._scores: Any = None

    def read(self, item: int, time_s: int | None) -> None:
        given = {"items": np.array([item], np.int64), **self._state}
        self._scores, *after = self._session.run(None, given)
        self._state = dict(zip(STATE, after, strict=True))

    def top(self, k: int) -> Top:
        if self._scores is None:
            raise BadInput("no item was read yet")
        return best_of(self._scores, k)
