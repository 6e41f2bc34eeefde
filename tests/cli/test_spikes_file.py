"""Files of spikes and traces that are not what they should be."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.program.spikes_file import archive, read_inputs, read_trace, write_trace
from ssr_neuro.program.trace import Trace, compare

ONES = np.ones((2, 3, 4), np.uint8)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (
            ONES[:, :0],
            r"`inputs` has shape \(2, 0, 4\); it needs \(samples, steps, \*input shape\)",
        ),
        (ONES[0], r"has shape \(3, 4\); it needs"),
        (ONES * 2, "`inputs`, uint8, holds other values than the numbers 0 and 1; give spikes"),
        (ONES * np.nan, "float64, holds other values"),
        (ONES.astype(complex), "complex128, holds other values"),
        (np.full((2, 3, 4), "1"), "<U1, holds other values"),
        (np.zeros((2, 3, 4), "V4"), r"an array of \|V4; numbers"),
    ],
)
def test_what_is_no_spike_is_refused(tmp_path: Path, array: np.ndarray, message: str) -> None:
    np.savez(tmp_path / "x.npz", inputs=array)
    with pytest.raises(BadInput, match=message):
        read_inputs(tmp_path / "x.npz", ["x"])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x.txt", r"x\.npz: x\.txt in it is no array; leave it out"),
        ("x.npy", r"x\.npz: cannot be read as \.npz \(x\.npy: EOF: reading magic string"),
    ],
)
def test_members_that_are_no_arrays_are_named(tmp_path: Path, name: str, message: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as file:
        file.writestr(name, "hello")
    with pytest.raises(BadInput, match=message):
        npz.read(tmp_path / "x.npz")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    npz.write(path, {"x": ONES})
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        npz.write(path, {"x": ONES, "y": np.array([None])})
    assert [p.name for p in tmp_path.iterdir()] == ["x.npz"]
    np.testing.assert_array_equal(npz.read(path)["x"], ONES)


@pytest.mark.parametrize(
    "array",
    [
        np.ones((2, 3)),
        np.ones((2, 3), bool),
        np.ones(6, np.int64),
        np.full((2, 3), "x"),
    ],
)
def test_what_is_no_trace_is_refused(tmp_path: Path, array: np.ndarray) -> None:
    np.savez(tmp_path / "x.npz", a=array)
    with pytest.raises(BadInput, match=r"'a' is .*; a trace holds uint8 for spikes and int64 for"):
        read_trace(tmp_path / "x.npz")
    np.savez(tmp_path / "x.npz")
    with pytest.raises(BadInput, match=r"x\.npz holds no arrays; record a trace with `ssr sim"):
        read_trace(tmp_path / "x.npz")


def test_a_population_may_be_called_like_a_membrane_if_there_is_none(tmp_path: Path) -> None:
    trace = Trace({}, {"a.membrane": ONES}, {}, {"a.membrane": ONES.astype(np.int64)})
    write_trace(tmp_path / "x.npz", trace)
    assert read_trace(tmp_path / "x.npz").spikes.keys() == {"a.membrane"}
    both = Trace({}, {"a": ONES, "a.membrane": ONES}, {})
    with pytest.raises(BadInput, match=r"cannot be called a\.membrane: in a trace that is the mem"):
        write_trace(tmp_path / "y.npz", both)


def test_spikes_on_one_side_and_values_on_the_other_are_named() -> None:
    ours, theirs = Trace({}, {"a": ONES}, {}), Trace({}, {}, {"a": ONES.astype(np.int64)})
    with pytest.raises(BadInput, match=r"l and r: \['a'\] is of spikes in one and a readout in"):
        compare(ours, theirs, ("l", "r"))


def test_a_trace_needs_a_name_of_its_own(tmp_path: Path) -> None:
    assert archive(tmp_path / "a.b") == tmp_path / "a.b.npz"
    for path in (tmp_path, Path()):
        with pytest.raises(BadInput, match="is a folder; name a file with --out"):
            archive(path)
