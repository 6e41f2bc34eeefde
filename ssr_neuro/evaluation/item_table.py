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

    def scores(self, readouts: IntArray) -> IntArray:
        """Integer scores (samples, V) of readouts (samples, T, D): SSR paper eq. 17.

        Summed in float64, which is exact far beyond the largest possible score (2**53).
        """
        flat = self.codes.reshape(len(self.codes), -1).astype(np.float64)
        sums = readouts.reshape(len(readouts), -1).astype(np.float64) @ flat.T
        return sums.astype(np.int64) + self.bias

    def stimulus(self, sequences: IntArray) -> Bits:
        """Input spikes (samples, T, N + N/T, D) of item sequences (samples, N), 0 the pad.

        N rows of codes, then the N/T rows of the step's block: step t shows block t alone.
        """
        steps = self.codes.shape[1]
        padded = np.concatenate([np.zeros_like(self.codes[:1]), self.codes])
        parallel = padded[sequences].swapaxes(1, 2)
        blocks = parallel.reshape(len(sequences), steps, steps, -1, self.codes.shape[2])
        serial = np.stack([blocks[:, t, t] for t in range(steps)], axis=1)
        return np.concatenate([parallel, serial], axis=2)

    @property
    def packed(self) -> Bits:
        """(V, ceil(T * D / 8)) bytes, most significant bit first: `numpy.unpackbits` undoes it."""
        return np.packbits(self.codes.reshape(len(self.codes), -1), axis=1)


def top(scores: npt.NDArray[np.number], k: int = 10) -> IntArray:
    """Rows of the k best items per sample, best first; of equal scores the lower row wins."""
    order: IntArray = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return order


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
