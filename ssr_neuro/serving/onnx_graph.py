"""A graph of `ssr-compile --target onnx` in onnxruntime: opened, its form checked, and run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulators.native.network import threads
from ssr_neuro.errors import BackendFailed, BadInput
from ssr_neuro.files import gate

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

REMEDY = "write it again with --target onnx"
KIND = "a graph of onnxruntime"
FATAL = 4  # of its log: every other error becomes one of ours
OUTSIDE_DATA = "session.model_external_initializers_file_folder_path"


@dataclass(frozen=True)
class TensorForm:
    """Of an input or output. kind: as onnxruntime names it. shape: None for any, as of a batch."""

    kind: str
    shape: tuple[int | None, ...]

    def __str__(self) -> str:
        sizes = ("any" if size is None else str(size) for size in self.shape)
        return f"{self.kind} ({', '.join(sizes)})"


def whole_numbers(*shape: int | None) -> TensorForm:
    return TensorForm("tensor(int64)", shape)


def floats(*shape: int | None) -> TensorForm:
    return TensorForm("tensor(float)", shape)


class OnnxGraph:
    """An open graph. path: its file. inputs, outputs: their forms by name.

    Raises BadInput where onnxruntime refuses the file, or its weights lie in another one.
    """

    def __init__(self, path: Path) -> None:
        with gate.reading(path, KIND, REMEDY):
            session = _open(path)
        self.path, self._session = path, session
        try:
            self.inputs = {given.name: _form(given) for given in session.get_inputs()}
            self.outputs = {made.name: _form(made) for made in session.get_outputs()}
        except UnicodeDecodeError as error:  # onnxruntime decodes names when they are asked for
            raise BadInput(f"{path}: a name in it is no UTF-8; {REMEDY}") from error

    def demand(self, inputs: Mapping[str, TensorForm], outputs: Mapping[str, TensorForm]) -> None:
        """Raises BadInput where the graph has others than these."""
        for what, found, wanted in (
            ("inputs", self.inputs, inputs),
            ("outputs", self.outputs, outputs),
        ):
            if found != wanted:
                raise BadInput(
                    f"{self.path}: its {what} are {_spell(found)}, and not {_spell(wanted)}; "
                    f"{REMEDY}"
                )

    def run(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs by name; `given` has every input, items (samples, ...) among them.

        Raises BackendFailed where onnxruntime cannot compute them, BadInput where their shapes are
        not those that the graph declares.
        """
        try:
            found = self._session.run(list(self.outputs), dict(given))
        except Exception as error:  # those of onnxruntime have no base of their own
            raise BackendFailed(
                f"{self.path}: onnxruntime cannot run it ({gate.explain(error)}); {REMEDY}"
            ) from error
        made = dict(zip(self.outputs, found, strict=True))
        for name, form in self.outputs.items():
            wanted = tuple(len(given["items"]) if n is None else n for n in form.shape)
            if made[name].shape != wanted:
                raise BadInput(
                    f"{self.path}: {name} has the shape {made[name].shape}, and not {wanted} as "
                    f"the graph says; {REMEDY}"
                )
        return made


def _open(path: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads(), 1
    options.log_severity_level = FATAL
    # Only this file was compared with the manifest: weights are looked for below it, where
    # nothing is.
    options.add_session_config_entry(OUTSIDE_DATA, str(path.absolute()))
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def _form(node: Any) -> TensorForm:
    return TensorForm(node.type, tuple(n if isinstance(n, int) else None for n in node.shape))


def _spell(forms: Mapping[str, TensorForm]) -> str:
    return ", ".join(f"{name} {form}" for name, form in forms.items()) or "none"
