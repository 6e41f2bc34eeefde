"""Files of HDF5 that are made in memory."""

import h5py
import numpy as np

from ssr_neuro.files import hdf5


def test_a_file_is_made_while_another_is_open() -> None:
    """As where two threads compile at a time."""
    inner = []

    def fill(file: h5py.File) -> None:
        file["outer"] = np.arange(3)
        inner.append(hdf5.to_bytes(lambda other: other.create_dataset("inner", data=[1])))

    outer = hdf5.to_bytes(fill)
    assert len(inner) == 1
    assert b"inner" in inner[0]
    assert b"outer" in outer
    assert b"inner" not in outer
