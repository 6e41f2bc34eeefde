"""check.py: needs NumPy alone, passes on what was made, names what was changed."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from handed_over import GRAPHS, compiled, hand_over
from random_graphs import random_graph
from small_programs import skip_program
from trained import saved_ssr

from converters.nir_to_program import to_program
from ssr_neuro.bundle.handoff import check as script
from ssr_neuro.files import manifest
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An optimised SSR: its golden spikes hold only the neurons that were kept."""
    folder = tmp_path_factory.mktemp("made")
    model, out = saved_ssr(folder, blocks=2), folder / "bundle"
    wishes = ("--target", "program", "--samples", "8", "--optimise", "--out", out)
    assert run("ssr-compile", model, *wishes) == 0
    return out


@pytest.fixture
def moved(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "moved")


@pytest.fixture
def recurrent(tmp_path: Path) -> Path:
    return hand_over(compiled("recurrent"), tmp_path / "recurrent")


def check(folder: Path) -> tuple[int, str]:
    """Exit status and output of check.py in a Python that has NumPy and nothing else of ours."""
    start = (
        "import runpy, sys; from importlib.util import find_spec; "
        f"sys.path.append({str(numpy_alone(folder.parent))!r}); "
        "assert not any(map(find_spec, ('ssr_neuro', 'simulators', 'converters', 'scipy'))); "
        "sys.argv = ['check.py']; "
        f"runpy.run_path({str(folder / 'check.py')!r}, run_name='__main__')"
    )
    command = [sys.executable, "-I", "-S", "-c", start]
    ended = subprocess.run(command, capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def numpy_alone(folder: Path) -> Path:
    """A folder of packages that holds NumPy with its libraries."""
    installed = Path(np.__file__).parents[1]
    for path in installed.glob("numpy*"):
        link = folder / "packages" / path.name
        link.parent.mkdir(exist_ok=True)
        if path.suffix != ".dist-info" and not link.is_symlink():
            link.symlink_to(path)
    return folder / "packages"


def refusal(folder: Path) -> str:
    """What check.py says of a folder that has the right hashes and is wrong all the same."""
    manifest.write(folder, {})
    status, said = check(folder)
    assert status == 1
    return said.splitlines()[-1]


def change(path: Path, key: str, edit: Callable[[Array], Array]) -> None:
    with np.load(path) as stored:
        arrays = dict(stored)
    np.savez_compressed(path, **(arrays | {key: edit(arrays[key].copy())}))


def document(folder: Path, edit: Callable[[dict], object]) -> None:
    program = spec(folder)
    edit(program)
    (folder / "program.json").write_text(json.dumps(program))


def spec(folder: Path) -> dict:
    return json.loads((folder / "program.json").read_text())


def flip(at: tuple[int, ...]) -> Callable[[Array], Array]:
    def edit(array: Array) -> Array:
        array[at] ^= 1
        return array

    return edit


@pytest.mark.parametrize("name", ["check.py", "check_report.py"])
def test_the_scripts_are_short_and_need_numpy_alone(name: str) -> None:
    text = Path(script.__file__).with_name(name).read_text()
    assert len(text.splitlines()) < 350
    statements = [node for node in ast.walk(ast.parse(text))]
    names = {a.name for node in statements if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module for node in statements if isinstance(node, ast.ImportFrom)}
    assert names - set(sys.stdlib_module_names) == {"numpy"}


def test_an_optimised_bundle_passes_away_from_home(moved: Path) -> None:
    status, said = check(moved)
    assert (status, said.splitlines()[-1]) == (0, "PASS")
    program = program_file.load(moved)
    assert program.notes.kept
    assert f"values of {len(program.populations) + 1} populations and readouts are" in said
    assert "recorded membranes are the golden ones" in said
    assert "8 sequences give the golden inputs and top-10 lists" in said
    assert "report.json counts what the golden run gives" in said


def test_the_readme_names_every_file_and_the_placement_in_the_report(made: Path) -> None:
    readme = (made / "README.md").read_text()
    listed = json.loads((made / "MANIFEST.json").read_text())["files"]
    tops = {name if name.startswith("golden/") else name.partition("/")[0] for name in listed}
    unnamed = {top for top in tops if f"`{top}" not in readme}
    assert unnamed == {"README.md"}
    placed = json.loads((made / "report.json").read_text())["placement"]
    assert placed["cores"]
    assert "`report.*` holds a placement on the chip" in readme
    assert "not placed" not in readme


@pytest.mark.parametrize("optimise", [False, True])
@pytest.mark.parametrize("name", GRAPHS)
def test_any_network_passes(name: str, optimise: bool, tmp_path: Path) -> None:
    program = compiled(name, optimise=optimise)
    assert check(hand_over(program, tmp_path / "moved"))[1].splitlines()[-1] == "PASS"
    with np.load(tmp_path / "moved" / "golden" / "spikes.npz") as spikes:
        assert 0 < sum(int(x.sum()) for x in spikes.values()) < sum(x.size for x in spikes.values())


def test_the_networks_have_what_they_are_for() -> None:
    programs = {name: compiled(name) for name in GRAPHS}
    lags = {n: {s.lag for y in p.synapses for s in y.sources} for n, p in programs.items()}
    assert (lags["recurrent"], lags["delay"]) == ({0, 1}, {0, 1, 2})
    assert programs["recurrent"].populations[0].name == "quiet"
    assert np.any(programs["CubaLIF"].population("a").neuron.du != 4095)
    assert programs["integrator"].readouts[0].neuron is not None
    assert program_kinds(programs["convolution"]) >= {"Sparse"}


def program_kinds(program: Program) -> set[str]:
    return {type(synapse.map).__name__ for synapse in program.synapses}


@pytest.mark.parametrize("seed", range(12))
def test_random_networks_pass(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph, steps = random_graph(seed)
    program = lower(to_program(graph, steps), Lowering(optimise=seed % 2 == 0))
    script.main(hand_over(program, tmp_path / "moved", seed))
    assert capsys.readouterr().out.splitlines()[-1] == "PASS"


def test_currents_wrap_and_membranes_saturate_as_in_the_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = skip_program(5)
    for population in program.populations:
        population.neuron.bias_mant[...] <<= 14
        object.__setattr__(population.neuron, "du", 0)  # currents add up from step to step
    for synapse in program.synapses[:-1]:
        object.__setattr__(synapse, "exponent", 7)
    script.main(hand_over(program, tmp_path / "moved"))
    assert capsys.readouterr().out.splitlines()[-1] == "PASS"


def test_a_flipped_bit_is_found_by_its_file(moved: Path) -> None:
    path = moved / "items.npz"
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    assert check(moved) == (
        1,
        "FAIL  items.npz is not the file that was made: its SHA-256 differs\n",
    )


def test_a_missing_file_is_named(moved: Path) -> None:
    (moved / "weights.npz").unlink()
    assert check(moved) == (1, "FAIL  weights.npz is missing, or a link\n")
    (moved / "MANIFEST.json").unlink()
    status, said = check(moved)
    assert status == 1
    assert re.fullmatch(r"FAIL  files are missing .*No such file .*MANIFEST\.json'\n", said)


def test_a_file_taken_out_of_the_manifest_is_not_trusted(recurrent: Path) -> None:
    listed = json.loads((recurrent / "MANIFEST.json").read_text())
    del listed["files"]["golden/spikes.npz"]
    (recurrent / "MANIFEST.json").write_text(json.dumps(listed, indent=1) + "\n")
    assert check(recurrent)[1].startswith("FAIL  MANIFEST.json is not the file that was made")


def test_a_changed_spike_is_located(moved: Path, recurrent: Path) -> None:
    with np.load(moved / "golden" / "spikes.npz") as stored:
        was = int(stored["block1_filter"][3, 1, 4, 2])
    change(moved / "golden" / "spikes.npz", "block1_filter", flip((3, 1, 4, 2)))
    assert refusal(moved) == (
        f"FAIL  'block1_filter', neuron (4, 2), sample 3, step 2: computed {was}, golden {1 - was}"
    )
    change(recurrent / "golden" / "spikes.npz", "a", flip((4, 5, 1)))
    assert refusal(recurrent).startswith("FAIL  'a', neuron (1,), sample 4, step 6: computed ")


def test_the_first_of_several_differences_is_the_earliest_step(recurrent: Path) -> None:
    change(recurrent / "golden" / "spikes.npz", "a", flip((0, 4, 0)))
    change(recurrent / "golden" / "spikes.npz", "quiet", flip((3, 2, 0)))
    assert "'quiet', neuron (0,), sample 3, step 3: computed 0, golden 1" in refusal(recurrent)


def test_a_changed_weight_is_found_where_it_arrives(recurrent: Path) -> None:
    change(recurrent / "weights.npz", "back_to_a.weight", lambda w: w * np.array([[1, -1, 1]]))
    said = refusal(recurrent)
    assert said.startswith("FAIL  'a', neuron (")
    assert "step 1:" not in said  # the loop is heard a step later


def test_changed_readouts_and_top_10_are_found(moved: Path, recurrent: Path) -> None:
    change(recurrent / "golden" / "readouts.npz", "y", lambda y: y + (y == y.max()))
    assert "FAIL  'y', neuron (" in refusal(recurrent)
    np.save(moved / "golden" / "top10.npy", np.load(moved / "golden" / "top10.npy")[:, ::-1])
    assert refusal(moved) == (
        "FAIL  golden/top10.npy does not hold the ten best items of the readouts"
    )


def test_a_changed_membrane_is_found_by_its_neuron(moved: Path) -> None:
    path = moved / "golden" / "membranes.npz"
    watched = json.loads((moved / "golden" / "watched.json").read_text())["neurons"][
        "block0_filter"
    ]
    change(path, "block0_filter", lambda v: v + (np.arange(v.size) == 4).reshape(v.shape))
    neuron, step = list(watched.values())[4 % len(watched)], 4 // len(watched)
    assert f"membrane of 'block0_filter', neuron {tuple(neuron)}, sample 0, step {step + 1}" in (
        refusal(moved)
    )


def test_sequences_and_codes_make_the_golden_inputs(moved: Path) -> None:
    path = moved / "golden" / "sequences.npy"
    sequences = np.load(path)
    sequences[5, -1] = sequences[5, -1] % 7 + 1
    np.save(path, sequences)
    said = refusal(moved)
    assert said.startswith("FAIL  codes of golden/sequences.npy, 'input', neuron (19, ")
    assert "sample 5, step " in said


def test_biases_of_items_are_part_of_the_top_10(moved: Path) -> None:
    change(moved / "items.npz", "bias", lambda bias: bias[::-1])
    assert refusal(moved).startswith("FAIL  golden/top10.npy does not hold the ten best")


def test_a_gap_that_is_not_silent_is_named(tmp_path: Path) -> None:
    folder = hand_over(compiled("recurrent"), tmp_path / "moved")
    document(folder, lambda program: program["populations"][0]["neuron"].update(vth=131072))
    said = refusal(folder)
    assert said.startswith("FAIL  not silent in the gap: 'a', neuron (")
    assert said.endswith("step 1: computed 1, golden 0")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda p: p.update(version=1), "program.json is ssr-neuro-program 1; this script knows 2"),
        (lambda p: p.update(gap=0), "depths and gap do not allow {'name': "),
        (lambda p: p["synapses"][0]["sources"][0].update(delay=9), "depths and gap do not allow"),
        (lambda p: p["populations"].pop(), "spikes.npz holds ['a', 'quiet']; it needs samples of"),
        (lambda p: p["synapses"][0].pop("map"), "do not fit each other: KeyError: 'map'"),
        (lambda p: p.update(steps=5), "do not fit each other: ValueError: could not broadcast"),
    ],
)
def test_a_program_that_does_not_fit_is_named(
    edit: Callable[[dict], object], said: str, recurrent: Path
) -> None:
    document(recurrent, edit)
    assert said in refusal(recurrent)


def test_golden_vectors_without_a_sample_prove_nothing(tmp_path: Path) -> None:
    folder = hand_over(skip_program(0), tmp_path / "moved")
    for part in ("inputs", "spikes", "readouts"):
        path = folder / "golden" / f"{part}.npz"
        with np.load(path) as stored:
            np.savez(path, **{name: x[:0] for name, x in stored.items()})
    assert "inputs.npz holds ['input']; it needs samples of the inputs" in refusal(folder)


@pytest.mark.parametrize(
    ("columns", "pointers", "said"),
    [
        ([0, 1, 1], [0, 2, 3], None),
        ([1, 0, 1], [0, 2, 3], None),  # a row may be in any order
        ([0, 0, 1], [0, 2, 3], "two weights between the same two neurons"),
        ([0, 2, 1], [0, 2, 3], "do not fit together"),
        ([0, 1, 1], [0, 3, 2], "do not fit together"),
        ([0, 1, 1], [0, 2, 4], "do not fit together"),
    ],
)
def test_parts_of_a_sparse_map_are_checked(
    columns: list[int], pointers: list[int], said: str | None
) -> None:
    weights = {"d": np.array([5, 6, 7]), "i": np.array(columns), "p": np.array(pointers)}
    spec = {"data": "d", "indices": "i", "indptr": "p", "in_shape": [2], "out_shape": [2]}
    if said is None:
        script.check_sparse(spec, weights)
        return
    with pytest.raises(SystemExit, match=said):
        script.check_sparse(spec, weights)
