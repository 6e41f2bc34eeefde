"""`--target onnx`: any model as ONNX files, float and int8, checked in onnxruntime."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro import extras

if TYPE_CHECKING:
    from ssr_neuro.exporter import Job


@dataclass(frozen=True)
class OnnxExporter:
    """calibrated: validation sequences that set int8 scales. judged: test sequences, at most, that
    accuracy is measured on, evenly over all.
    """

    name: str = "onnx"
    help: str = "onnx (any model; float and int8, checked in onnxruntime)"
    integers: bool = False
    calibrated: int = 256
    judged: int = 10_000

    def export(self, job: "Job", folder: Path) -> Mapping[str, Any]:
        """model.onnx, model.int8.onnx, of LRURec step.onnx and step.int8.onnx, and what describes
        them: README.md, items.json, numbers.json.

        Raises Mismatch where onnxruntime and PyTorch differ, DoesNotFit above 2 GB, BackendFailed
        where the model cannot be translated.
        """
        extras.require("--target onnx", "onnx", "onnxruntime", "onnxscript")
        from converters.onnx import files
        from converters.onnx import folder as onnx_folder

        numbers = onnx_folder.fill(job, folder, self.calibrated, self.judged)
        files.write(folder, job.saved, numbers)
        return files.flat(numbers)


EXPORTER = OnnxExporter()
