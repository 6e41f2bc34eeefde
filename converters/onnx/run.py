"""ONNX files run by onnxruntime on the CPU."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.capi import onnxruntime_pybind11_state as state

from ssr_neuro.errors import BackendFailed
from ssr_neuro.evaluation.evaluate import ScoreBatch
from ssr_neuro.program.arrays import IntArray

REFUSED = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.NotImplemented)
NAMES = ("items", "times")  # of a full pass's inputs
MALFORMED = (onnx.checker.ValidationError, onnx.shape_inference.InferenceError)


class OnnxFile:
    """One file, checked and loaded. Raises BackendFailed where either refuses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            onnx.checker.check_model(str(path), full_check=True)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = torch.get_num_threads()
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except (*REFUSED, *MALFORMED) as error:
            raise BackendFailed(
                f"{path.name} is refused: {error}; other versions of torch, onnx and "
                "onnxruntime may agree with each other"
            ) from error

    def run(self, inputs: Mapping[str, Any]) -> list[Any]:
        """Outputs in the file's order."""
        return list(self._session.run(None, dict(inputs)))

    @property
    def steps(self) -> bool:
        """Whether it reads one item and a state."""
        return any(given.name == "state_real" for given in self._session.get_inputs())

    def scores(self) -> ScoreBatch:
        """A full pass as a scorer of item sequences (S, N), or (S, N, 2) with times."""
        return lambda sequences: self.run(feed(sequences))[0]


def feed(sequences: IntArray) -> dict[str, Any]:
    """Item sequences (S, N), or (S, N, 2) with times, as the inputs of a full pass."""
    if sequences.ndim == 2:
        return {"items": sequences}
    return {name: np.ascontiguousarray(sequences[..., i]) for i, name in enumerate(NAMES)}


def steps(
    file: OnnxFile, start: Mapping[str, Any], sequences: IntArray
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Feed sequences (S, N) item by item from the state `start`: what went in, and the scores."""
    held = dict(start)
    for items in sequences.T:
        given = {"items": np.ascontiguousarray(items), **held}
        scores, *after = file.run(given)
        held = dict(zip(held, after, strict=True))
        yield given, scores
