"""Whatever is changed in a bundle and sealed again, `ssr verify` and check.py refuse both."""

import io
import json
import random
import runpy
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import handed_over
import numpy as np
import pytest
from command_line import run
from example_counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from trained import saved_ssr

from ssr_neuro.errors import BadInput, SsrError
from ssr_neuro.files import manifest, npz
from ssr_neuro.library.bundles import verify

Change = Callable[[Path], Any]
Made = dict[str, dict[str, bytes]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two bundles, of a recommender and of a graph that reads late: every file by name."""
    folder = tmp_path_factory.mktemp("made")
    how = ("--target", "program", "--samples", "4")
    assert run("ssr-compile", saved_ssr(folder), *how, "--out", folder / "ssr") == 0
    import nir

    nir.write(folder / "g.nir", handed_over.GRAPHS["recurrent"])
    np.savez(folder / "in.npz", inputs=np.random.default_rng(0).integers(0, 2, (3, 6, 3)))
    graph = ("--inputs", folder / "in.npz", "--out", folder / "graph")
    assert run("ssr-compile", folder / "g.nir", *graph) == 0
    return {
        name: {
            p.relative_to(folder / name).as_posix(): p.read_bytes()
            for p in (folder / name).rglob("*")
            if p.is_file()
        }
        for name in ("ssr", "graph")
    }


def laid_out(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def seal(folder: Path) -> None:
    """The manifest as it would be, had the folder been made as it is now."""
    made = manifest.read(folder)
    path = folder / manifest.MANIFEST
    path.write_bytes(manifest.seal({**made, "files": manifest.hashes(folder)}))


def passes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, bool]:
    """Whether `ssr verify` and check.py find nothing wrong."""
    try:
        verify(folder)
        verified = True
    except SsrError:
        verified = False
    monkeypatch.setattr(sys, "argv", ["check.py", str(folder)])
    try:
        runpy.run_path(str(folder / "check.py"), run_name="__main__")
        checked = True
    except SystemExit:
        checked = False
    return verified, checked


def array(name: str, change: Callable[[Any], Any]) -> Change:
    def apply(folder: Path) -> None:
        np.save(folder / name, change(np.load(folder / name)))

    return apply


def archive(name: str, key: str, change: Callable[[Any], Any]) -> Change:
    def apply(folder: Path) -> None:
        arrays = npz.read(folder / name)
        key_ = key if key in arrays else next(k for k in arrays if k.endswith(key))
        npz.write(folder / name, {**arrays, key_: change(arrays[key_])}, overwrite=True)

    return apply


def one_more(name: str) -> Change:
    def apply(folder: Path) -> None:
        arrays = npz.read(folder / name)
        npz.write(folder / name, {**arrays, "more": np.zeros(2, np.int64)}, overwrite=True)

    return apply


def without(name: str, key: str) -> Change:
    def apply(folder: Path) -> None:
        arrays = npz.read(folder / name)
        del arrays[key]
        npz.write(folder / name, arrays, overwrite=True)

    return apply


def document(name: str, change: Callable[[Any], Any]) -> Change:
    def apply(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        change(content)
        (folder / name).write_text(json.dumps(content))

    return apply


def text(name: str, change: Callable[[str], str]) -> Change:
    def apply(folder: Path) -> None:
        (folder / name).write_text(change((folder / name).read_text()))

    return apply


def more(x: Any) -> Any:
    return x + np.eye(*x.shape[:2], dtype=x.dtype).reshape(x.shape) if x.ndim == 2 else x + 1


def source(change: dict[str, int]) -> Callable[[Any], Any]:
    return lambda program: program["synapses"][0]["sources"][0].update(change)


def law(change: dict[str, int]) -> Callable[[Any], Any]:
    return lambda program: program["populations"][-1]["neuron"].update(change)


def exponent(value: int) -> Callable[[Any], Any]:
    return lambda program: program["synapses"][0].update(exponent=value)


def count_more(report: Any) -> None:
    report["counts"]["populations"][0]["spikes"]["total"] += 1


def reverse_kept(program: Any) -> None:
    first = program["populations"][0]
    indices = list(range(int(np.prod(first["shape"]))))
    program["notes"].update(kept={first["name"]: indices[::-1]})


def count_pads_from_the_end(folder: Path) -> None:
    """The pad is row 0 of N + 1; so is row -(N + 1)."""
    rows = len(npz.read(folder / "items.npz")["bias"]) + 1
    array("golden/sequences.npy", lambda x: np.where(x == 0, -rows, x.astype(np.int64)))(folder)


def nudge(place: tuple[str | int, ...]) -> Callable[[Any], Any]:
    """Change the number at this place of a document by little."""

    def change(report: Any) -> None:
        holder = reduce(lambda tree, key: tree[key], place[:-1], report)
        holder[place[-1]] *= 1 + 1e-9
        if isinstance(holder[place[-1]], float) and place[-1] not in ("rate", "mean", "sd"):
            holder[place[-1]] = int(holder[place[-1]]) + 1

    return change


CASES: dict[str, tuple[str, Change]] = {
    "sequences": ("ssr", array("golden/sequences.npy", lambda x: x[:, ::-1])),
    "sequences of fractions": ("ssr", array("golden/sequences.npy", lambda x: x * 0.5)),
    "top ten": ("ssr", array("golden/top10.npy", lambda x: x[:, ::-1])),
    "top ten of others": ("ssr", array("golden/top10.npy", lambda x: x * 0 + 10**6)),
    "codes": ("ssr", archive("items.npz", "codes", lambda x: x ^ 255)),
    "item biases": ("ssr", archive("items.npz", "bias", lambda x: x[::-1] + np.arange(len(x)))),
    "no top ten": ("ssr", lambda folder: (folder / "golden" / "top10.npy").unlink()),
    "weights": ("ssr", archive("weights.npz", ".left", more)),
    "weights of fractions": ("graph", archive("weights.npz", ".weight", lambda x: x + 0.25)),
    "weights of nine bits": (
        "graph",
        archive("weights.npz", ".weight", lambda x: x * np.int64(0) + 128),
    ),
    "the least integer as a weight": (
        "graph",
        archive("weights.npz", ".weight", lambda x: x * np.int64(0) + np.iinfo(np.int64).min),
    ),
    "item biases of 63 bits": (
        "ssr",
        archive("items.npz", "bias", lambda x: np.append(x[:-1], np.iinfo(np.int64).max)),
    ),
    "inputs of 255": ("graph", archive("golden/inputs.npz", "", lambda x: x * 255)),
    "a shape of one more item": (
        "ssr",
        archive("items.npz", "shape", lambda x: x + np.eye(3, dtype=x.dtype)[0]),
    ),
    "spikes": ("graph", archive("golden/spikes.npz", "a", lambda x: 1 - x)),
    "readouts": ("ssr", archive("golden/readouts.npz", "", lambda x: x + 1)),
    "membranes": ("ssr", archive("golden/membranes.npz", "", lambda x: x + 1)),
    "outputs": ("graph", archive("outputs.npz", "outputs", lambda x: x + 1)),
    "counts": ("ssr", document("report.json", count_more)),
    **{
        f"the report's {'.'.join(map(str, place))}": ("ssr", document("report.json", nudge(place)))
        for place in (
            ("program", "synapses"),
            ("counts", "rate"),
            ("counts", "active_updates", "total"),
            ("counts", "synapses", 1, "sops", "max"),
            ("counts", "synapses", 2, "sops_with_zeros", "sd"),
            ("counts", "populations", 0, "input_spikes", "mean"),
            ("counts", "weight_rows", 0, "read", "min"),
            ("counts", "target_rows", 0, "length"),
            ("scoring", "ones"),
            ("exactness", -1, "spikes_compared"),
        )
    },
    "top ten as floats": ("ssr", array("golden/top10.npy", lambda x: x.astype(float))),
    "watched neurons without a place": (
        "graph",
        document("golden/watched.json", lambda x: x["neurons"].update(a={"fires most": []})),
    ),
    "a delay of 1,000": ("graph", document("program.json", source({"delay": 1000}))),
    "a gap of 1,000": ("graph", document("program.json", lambda x: x.update(gap=1000))),
    "a current that lasts": ("graph", document("program.json", law({"du": 0}))),
    "a decay of 5,000": ("graph", document("program.json", law({"dv": 5000}))),
    "a threshold beyond": ("graph", document("program.json", law({"vth": 1 << 30}))),
    "an exponent of 20": ("graph", document("program.json", exponent(20))),
    "a key that stands twice": (
        "graph",
        text("program.json", lambda x: x.replace('"steps":', '"steps": 9, "steps":', 1)),
    ),
    "no neurons watched": (
        "graph",
        document("golden/watched.json", lambda x: x["neurons"].clear()),
    ),
    "a neuron that is true": (
        "graph",
        document("golden/watched.json", lambda x: x["neurons"].update(a={"fires most": [True]})),
    ),
    "sizes of items on two axes": ("ssr", archive("items.npz", "shape", lambda x: x[None])),
    "one more array of items": ("ssr", one_more("items.npz")),
    "watched neurons of another release": (
        "graph",
        document("golden/watched.json", lambda x: x.update(version=2)),
    ),
    "a number that JSON has not": ("ssr", document("report.json", lambda x: x.update(seed=np.nan))),
    "notes of other neurons": (
        "ssr",
        document(
            "program.json", lambda x: x["notes"].update(kept={x["populations"][0]["name"]: [0]})
        ),
    ),
    "notes of neurons out of order": ("ssr", document("program.json", reverse_kept)),
    "items below 0": ("ssr", count_pads_from_the_end),
    "no ids": ("ssr", without("items.npz", "ids")),
    "an id too few": ("ssr", archive("items.npz", "ids", lambda x: x[:-1])),
    "an id twice": ("ssr", archive("items.npz", "ids", lambda x: x[[0, *range(len(x) - 1)]])),
    "ids that are numbers": ("ssr", archive("items.npz", "ids", lambda x: np.arange(len(x)))),
    "a report of another release": (
        "ssr",
        document("report.json", lambda x: x.update(version=999)),
    ),
    "another depth in all": ("ssr", document("program.json", lambda x: x.update(depth=99))),
    "another depth of a graph": ("graph", document("program.json", lambda x: x.update(depth=99))),
    "weights that nothing names": ("graph", one_more("weights.npz")),
    "no file": ("ssr", lambda folder: (folder / "weights.npz").unlink()),
}


@pytest.mark.parametrize("name", ["ssr", "graph"])
def test_what_was_made_passes_both(
    name: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = laid_out(tmp_path, made[name])
    seal(folder)
    assert passes(folder, monkeypatch) == (True, True)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint64])
def test_whole_numbers_of_any_size_pass_both(
    kind: type, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item of 0 is the pad; before an unsigned 0 stands no other number."""
    folder = laid_out(tmp_path, made["ssr"])
    sequences = np.load(folder / "golden" / "sequences.npy")
    assert sequences.min() == 0
    array("golden/sequences.npy", lambda x: x.astype(kind))(folder)
    seal(folder)
    assert passes(folder, monkeypatch) == (True, True)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_readouts_that_are_stored_as_floats_pass_both(
    kind: type, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are whole numbers; their unit makes outputs of them in double precision."""
    folder = laid_out(tmp_path, made["graph"])
    archive("golden/readouts.npz", "", lambda x: x.astype(kind))(folder)
    seal(folder)
    assert passes(folder, monkeypatch) == (True, True)


@pytest.mark.parametrize("case", CASES)
def test_what_was_changed_and_sealed_again_passes_neither(
    case: str, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, change = CASES[case]
    folder = laid_out(tmp_path, made[bundle])
    change(folder)
    seal(folder)
    assert passes(folder, monkeypatch) == (False, False)


def test_verify_says_what_was_recomputed(made: Made, tmp_path: Path) -> None:
    found = verify(laid_out(tmp_path, made["ssr"]))
    assert found.claims[0] == "4 sequences give the golden inputs and the top-10 lists"
    assert found.claims[1].endswith("parts of report.json are those of the golden run")


def arrays_of(files: dict[str, bytes]) -> list[tuple[str, str | None]]:
    """(file, key) of every array of a bundle; None in an .npy."""
    found: list[tuple[str, str | None]] = []
    for name, content in sorted(files.items()):
        if name.endswith(".npy"):
            found.append((name, None))
        elif name.endswith(".npz"):
            with np.load(io.BytesIO(content)) as arrays:
                found += [(name, key) for key in sorted(arrays) if arrays[key].dtype.kind in "iu"]
    return found


def change_one(rng: random.Random, values: Any) -> Any:
    """Another shape, or one number is another: the next, its negative, or beyond all limits."""
    changed = values.copy()
    if rng.random() < 0.2 or not changed.size:
        return changed[:-1] if changed.ndim and len(changed) else changed[None]
    flat = changed.reshape(-1)
    at = rng.randrange(flat.size)
    flat[at] = rng.choice((flat[at] + 1, -flat[at], flat[at] ^ 1, np.iinfo(flat.dtype).max))
    return flat.reshape(changed.shape)


@settings(max_examples=examples(12))
@given(seed=st.integers(0, 10**6), name=st.sampled_from(["ssr", "graph"]))
def test_whatever_is_changed_in_an_array_both_say_the_same(
    seed: int, name: str, made: Made, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = random.Random(seed)
    folder = laid_out(tmp_path_factory.mktemp("changed"), made[name])
    file, key = rng.choice(arrays_of(made[name]))
    with np.errstate(over="ignore"):
        if key is None:
            array(file, lambda x: change_one(rng, x))(folder)
        else:
            archive(file, key, lambda x: change_one(rng, x))(folder)
    seal(folder)
    with pytest.MonkeyPatch.context() as patch:
        verified, checked = passes(folder, patch)
    if checked and not verified:  # check.py sees the golden samples, not what others could do
        with pytest.raises(BadInput, match="so one would reach into the next"):
            verify(folder)
    else:
        assert verified == checked, (file, key)


def test_a_folder_that_is_a_link_and_a_manifest_without_files_pass_neither(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = laid_out(tmp_path / "bundle", made["graph"])
    (folder / "golden").rename(tmp_path / "golden")
    (folder / "golden").symlink_to(tmp_path / "golden")
    assert passes(folder, monkeypatch) == (False, False)
    with pytest.raises(SsrError, match=r"golden/spikes.npz lies in golden, a link, which is not"):
        verify(folder)
    folder = laid_out(tmp_path / "other", made["graph"])
    (folder / manifest.MANIFEST).write_bytes(manifest.seal({"made_by": "x", "files": []}))
    assert passes(folder, monkeypatch) == (False, False)


def test_a_link_in_a_bundle_is_not_followed(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = laid_out(tmp_path / "bundle", made["graph"])
    elsewhere = tmp_path / "weights.npz"
    (folder / "weights.npz").rename(elsewhere)
    (folder / "weights.npz").symlink_to(elsewhere)
    assert passes(folder, monkeypatch) == (False, False)
    with pytest.raises(SsrError, match=r"weights.npz is a link, which is not followed \(cp -rL"):
        verify(folder)
