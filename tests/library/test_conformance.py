"""`sn.conformance` and `ssr conformance`: our own engines, the picture, and what is refused."""

import json
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import nir
import numpy as np
import pytest
from command_line import run
from nir_conformance.suite import FOLDER, INDEX

import ssr_neuro as sn
from simulators import sana_fe_run
from ssr_neuro.charts.verdicts import draw_verdicts
from ssr_neuro.library import conformance_engines

NAMES = ("lif", "conv2d", "loop", "li", "no_neuron")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five graphs of the suite."""
    folder = tmp_path_factory.mktemp("suite")
    index = json.loads((FOLDER / INDEX).read_text())
    index["graphs"] = [graph for graph in index["graphs"] if graph["name"] in NAMES]
    (folder / INDEX).write_text(json.dumps(index))
    for name in NAMES:
        for ending in (".nir", ".npz"):
            (folder / f"{name}{ending}").write_bytes((FOLDER / f"{name}{ending}").read_bytes())
    return folder


@pytest.fixture(scope="module")
def found(suite: Path) -> sn.Conformance:
    return sn.conformance(["nir", "ssr-neuro", "ssr-neuro-fast"], suite=suite)


def test_our_engines_fire_what_the_equations_say(found: sn.Conformance) -> None:
    for result in found.results:
        statuses = {name: verdict.status for name, verdict in result.verdicts.items()}
        refused = "equal" if result.name == "nir" else "refused"
        expected = {name: "equal" for name in NAMES} | {"no_neuron": refused}
        assert statuses == expected
    words = found.results[1].verdicts["no_neuron"].words
    assert "the graph has no neurons" in words


def test_a_readout_with_a_unit_for_each_neuron_is_read_in_its_units() -> None:
    """Time constants that differ give each output a weight scale, and so a unit, of its own."""
    tau, ones = np.array([2e-3, 4e-3, 8e-3]), np.ones(3)
    graph = nir.NIRGraph(
        {
            "input": nir.Input(np.array([2])),
            "w": nir.Affine(np.array([[1.0, 0.5], [0.3, -1.0], [0.7, 0.2]]), 0 * ones),
            "lif": nir.LIF(tau[:1] * ones, ones, 0 * ones, 0.1 * ones, v_reset=0 * ones),
            "v": nir.Linear(np.diag([1.0, 0.4, 0.7])),
            "li": nir.LI(tau, ones, 0 * ones),
            "output": nir.Output(np.array([3])),
        },
        [("input", "w"), ("w", "lif"), ("lif", "v"), ("v", "li"), ("li", "output")],
    )
    spikes = (np.random.default_rng(1).random((12, 2)) < 0.5).astype(np.float64)
    (own,) = conformance_engines.FAST.run(graph, {"input": spikes}, 1e-3).values()
    (wanted,) = conformance_engines.FLOAT.run(graph, {"input": spikes}, 1e-3).values()
    assert np.abs(wanted).max() > 0.1
    np.testing.assert_allclose(own, wanted, atol=0.05)


def test_the_results_are_kept_whole(found: sn.Conformance, tmp_path: Path) -> None:
    path = found.save(tmp_path / "found.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(found.as_json()))
    assert document["engines"][1]["versions"]["ssr-neuro"] == sn.__version__
    with pytest.raises(sn.BadInput, match=r"found\.json exists"):
        found.save(path)


def test_the_picture_has_a_cell_for_each_verdict(found: sn.Conformance) -> None:
    text = draw_verdicts(found.as_json())
    assert text == found.svg()
    root = ElementTree.fromstring(text)
    boxes = [e.get("class", "") for e in root.iter("{http://www.w3.org/2000/svg}rect")]
    cells = [kind for kind in boxes if kind.endswith(" mark")]
    assert len(cells) == len(NAMES) * 3
    assert cells.count("equal mark") == 13
    assert cells.count("refused mark") == 2


def test_the_command_prints_the_matrix(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, picture = tmp_path / "a.json", tmp_path / "a.svg"
    asked = ("conformance", "--with", "nir", "--suite", str(suite), "--out", str(out))
    assert run("ssr", *asked, "--picture", str(picture)) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split() == ["graph", "nir"]
    assert ["lif", "="] in [line.split() for line in printed]
    assert json.loads(out.read_text())["engines"][0]["name"] == "nir"
    assert picture.read_text().startswith("<svg")
    assert run("ssr", *asked) == 2
    assert "exists; --overwrite replaces it" in capsys.readouterr().err
    assert run("ssr", *asked, "--overwrite", "--dry-run") == 0
    assert run("ssr", "conformance", "--list", "--suite", str(suite)) == 0
    assert "closing-loop" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--with", "nest"), 2, "no engine 'nest'; there are jaxsnn, lava, nir"),
        (("--with", ","), 2, "no engine ''"),
        (("--suite", "no-such-folder"), 2, "no-such-folder: no such folder; name a folder made by"),
        (("--python", "norse"), 2, "--python 'norse' is not NAME=PATH"),
        (("--python", "norse=/no/python"), 2, "--python norse=/no/python: no such file"),
        (("--python", "nest=/no/python"), 2, "no engine 'nest'"),
        (("--limit", "0"), 2, "--limit is 0; it is a number of seconds above 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ssr", "conformance", *arguments) == code
    assert said in " ".join(capsys.readouterr().err.split())


def test_an_engine_that_is_named_and_not_installed_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Python without any package: nothing that the engine needs is there."""
    import venv

    venv.create(tmp_path / "bare", symlinks=True)
    python = tmp_path / "bare" / "bin" / "python"
    assert run("ssr", "conformance", "--with", "spyx", "--python", f"spyx={python}") == 5
    said = " ".join(capsys.readouterr().err.split())
    assert "engine 'spyx' cannot run here: " in said
    assert "Install it, or name an interpreter that has it: --python spyx=PATH" in said


@pytest.mark.parametrize(("name", "package"), [("sana-fe", "sanafe"), ("jaxsnn", "jaxsnn")])
def test_an_engine_that_is_not_there_and_cannot_be_brought_says_why(
    name: str, package: str, suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec(package) is not None:
        pytest.skip(f"{name} is beside the tests")
    monkeypatch.delenv(sana_fe_run.SETTING, raising=False)
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", (tmp_path / "index").as_uri())
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    (tmp_path / "sanafe").mkdir()  # an environment of that name is no package
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sn.BackendFailed, match=f"could not be installed for engine '{name}'"):
        sn.conformance([name], suite=suite)


def test_neurons_of_sana_fe_fire_what_the_equations_say(suite: Path) -> None:
    if sana_fe_run.interpreter() is None:
        pytest.skip(f"SANA-FE is not there; {sana_fe_run.HOW}")
    (result,) = sn.conformance(["sana-fe"], suite=suite).results
    statuses = {name: verdict.status for name, verdict in result.verdicts.items()}
    assert statuses == {"lif": "equal", "conv2d": "equal", "loop": "refused", "li": "refused"}
    assert "1 step between samples" in result.verdicts["loop"].words
    assert result.versions["sanafe"]
