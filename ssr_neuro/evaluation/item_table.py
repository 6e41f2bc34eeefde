"""The item table on the integer side: binary codes, integer biases, original ids."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ssr_neuro.program.arrays import Bits, IntArray


@dataclass(frozen=True, eq=False)
class ItemTable:
    """codes: uint8 0/1 (V, T, D); bias: int64 (V,) in readout units; ids: (V,) original ids.

    Item k + 1 of the model is row k; the pad has no row.
    """

    codes: Bits
    bias: IntArray
    ids: tuple[str, ...]

    def stimulus(self, sequences: IntArray) -> Bits:
        """Input spikes of item sequences (samples, N), 0 the pad: see `stimulus_of`."""
        return stimulus_of(self.codes, sequences)

    @property
    def packed(self) -> Bits:
        """(V, ceil(T * D / 8)) bytes, most significant bit first: `numpy.unpackbits` undoes it."""
        return np.packbits(self.codes.reshape(len(self.codes), -1), axis=1)


def stimulus_of(codes: Bits, sequences: IntArray) -> Bits:
    """Input spikes of item sequences (samples, N), 0 the pad, from the codes of all items
    (V, T, D): see `arrange_stimulus`."""
    read = codes[np.maximum(sequences - 1, 0)]
    return arrange_stimulus(read * (sequences > 0)[..., None, None].astype(np.uint8))


def arrange_stimulus(codes: Bits) -> Bits:
    """Input spikes (samples, T, N + N/T, D) of the items' codes (samples, N, T, D).

    N rows of codes, then the N/T rows of the step's block: step t shows block t alone.
    """
    samples, positions, steps, features = codes.shape
    block = positions // steps
    shown = np.empty((samples, steps, positions + block, features), codes.dtype)
    shown[:, :, :positions] = codes.swapaxes(1, 2)
    for t in range(steps):
        shown[:, t, positions:] = codes[:, t * block : (t + 1) * block, t]
    return shown


def top(scores: npt.NDArray[np.number], k: int = 10) -> IntArray:
    """Rows of the k best items per sample, best first; of equal scores the lower row wins."""
    kept = min(k, scores.shape[1])
    best: IntArray = np.empty((len(scores), kept), np.int64)
    for row, sample in zip(best, scores, strict=True):
        falling = -sample
        # All that could be among the best, in order of their rows; equal scores may be many.
        near = np.flatnonzero(~(falling > np.partition(falling, kept - 1)[kept - 1]))
        row[:] = near[np.argsort(falling[near], kind="stable")[:kept]]
    return best


@dataclass(frozen=True)
class TopAgreement:
    """How far two rankings name the same items, over all samples, in shares of 1."""

    k: int
    overlap: float
    same_set: float
    same_first: float


def agreement(left: IntArray, right: IntArray) -> TopAgreement:
    """left, right: (samples, k) item rows, best first."""
    common = np.array([len(np.intersect1d(a, b)) for a, b in zip(left, right, strict=True)])
    k = left.shape[1]
    return TopAgreement(
        k=k,
        overlap=float(common.mean() / k),
        same_set=float((common == k).mean()),
        same_first=float((left[:, 0] == right[:, 0]).mean()),
    )
