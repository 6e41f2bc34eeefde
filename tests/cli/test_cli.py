"""The commands as a user meets them: help without torch, exit codes, messages, clean ends."""

import json
from pathlib import Path

import nir
import numpy as np
import pytest
from command_line import run, show_help_without_torch
from faulty_simulator import Faulty
from trained import saved_ssr

from ssr_neuro import registry


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["train", "--help"],
        ["compile", "--help"],
        ["measure", "--help"],
        ["report", "--help"],
    ],
)
def test_help_does_not_import_torch(arguments: list[str]) -> None:
    show_help_without_torch(arguments)


def test_compile_leaves_a_verified_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = saved_ssr(tmp_path), tmp_path / "out"
    code = run("ssr-compile", model, "--target", "program", "--samples", "8", "--out", out)
    assert code == 0
    printed = capsys.readouterr().out
    assert "reference == fast" in printed
    assert "arithmetic, int8" in printed
    names = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    manifest = json.loads((out / "MANIFEST.json").read_text())
    assert names == {"MANIFEST.json", *manifest["files"]}
    assert {"program.json", "weights.npz", "items.npz", "model.nir", "model-flat.nir"} < names


@pytest.mark.lava
def test_lava_sim_proves_the_model_on_lava(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = saved_ssr(tmp_path, blocks=2), tmp_path / "out"
    code = run("ssr-compile", model, "--samples", "20", "--lanes", "3", "--out", out, "--json")
    assert code == 0
    pairs = json.loads(capsys.readouterr().out)["report"]["exactness"]
    assert [(p["right"], p["mismatches"]) for p in pairs] == [
        ("NIR read back", 0),
        ("reference", 0),
        ("reference, optimised", 0),
        ("fast", 0),
        ("lava_cpu", 0),
    ]
    assert all(0 < p["spikes_fired"] < p["spikes_compared"] for p in pairs)


@pytest.mark.lava
def test_lava_out_of_time_ends_with_code_5_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--samples", "20", "--timeout-s", "0.2", "--out", tmp_path / "out")
    assert run("ssr-compile", saved_ssr(tmp_path), *arguments) == 5
    assert "did not finish program 'ssr' within the limit of 0.2 s" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.pt"]


def test_a_bundle_is_simulated_on_its_own_golden_inputs(tmp_path: Path) -> None:
    out, trace = tmp_path / "out", tmp_path / "trace"
    arguments = ("--target", "program", "--samples", "4", "--out", out)
    assert run("ssr-compile", saved_ssr(tmp_path), *arguments) == 0
    golden = out / "golden"
    assert run("ssr", "simulate", out, "--inputs", golden / "inputs.npz", "--out", trace) == 0
    with np.load(tmp_path / "trace.npz") as found, np.load(golden / "spikes.npz") as expected:
        for name in expected.files:
            np.testing.assert_array_equal(found[name], expected[name])


def test_json_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = saved_ssr(tmp_path), tmp_path / "out"
    arguments = ("--target", "program", "--samples", "8", "--out", out, "--json")
    assert run("ssr-compile", model, *arguments, "--data", "generated") == 0
    report = json.loads(capsys.readouterr().out)["report"]
    assert [pair["mismatches"] for pair in report["exactness"]] == [0, 0, 0, 0]
    assert report["model"]["metrics"]["integer"]["sequences"] == 3749


def test_a_mismatch_ends_with_code_4_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = (registry.load("reference"), Faulty())
    monkeypatch.setattr(
        "ssr_neuro.library.compile_recommender.load_simulators", lambda options, stopwatch: pair
    )
    out = tmp_path / "out"
    code = run(
        "ssr-compile", saved_ssr(tmp_path), "--target", "program", "--out", out, "--samples", "24"
    )
    assert code == 4
    assert "population 'block0_filter', neuron (7, 3), sample 0, step 3" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.pt"]


@pytest.mark.parametrize("layout", ["compact", "flat"])
def test_the_nir_target_writes_a_checked_graph(tmp_path: Path, layout: str) -> None:
    out = tmp_path / "out"
    code = run(
        "ssr-compile",
        saved_ssr(tmp_path),
        *"--target nir --layout".split(),
        layout,
        *"--samples 8 --out".split(),
        out,
    )
    assert code == 0
    assert nir.read(out / "model.nir").check_types()


def test_a_nir_graph_of_ones_own_gets_aligned_outputs(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    lif = [np.full(3, v) for v in (2e-4, 1.0, 0.0, 0.5, 0.0)]
    graph = nir.NIRGraph.from_list(
        nir.Linear(rng.normal(0, 1, (3, 4))),
        nir.LIF(*lif),
        nir.Linear(rng.normal(0, 1, (3, 3))),
        nir.LIF(*lif),
        nir.Linear(np.eye(3)),
    )
    nir.write(tmp_path / "graph.nir", graph)
    spikes = (rng.random((5, 6, 4)) < 0.5).astype(np.uint8)
    np.savez(tmp_path / "spikes.npz", inputs=spikes)
    code = run(
        "ssr-compile",
        tmp_path / "graph.nir",
        *"--target program --trace --inputs".split(),
        tmp_path / "spikes.npz",
        "--out",
        tmp_path / "out",
    )
    assert code == 0
    with np.load(tmp_path / "out" / "outputs.npz") as found:
        assert found["outputs"].shape == (5, 6, 3)
        # The last map is the identity: outputs are the last population's spikes, not delayed.
        np.testing.assert_allclose(found["outputs"], found["lif_1"], atol=0.01)
        assert found["lif_1"].any()


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("ssr-compile", ["absent.pt"], "absent.pt: no such file"),
        ("ssr-compile", ["m.pt", "--target", "fpga"], "--target 'fpga' is unknown; there are lava"),
        ("ssr", ["train", "--data", "absent.inter"], "absent.inter"),
        ("ssr", ["train", "--model", "gpt", "--out", "new.pt"], "ssr-ann"),
        ("ssr", ["data", "stats", "absent.txt"], "absent.txt"),
        ("ssr", ["simulate", ".", "--inputs", "m.npz"], "name a folder made by ssr-compile"),
    ],
)
def test_bad_usage_ends_with_code_2_and_says_what(
    command: str,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("m.pt", "m.npz"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert run(command, *arguments) == 2
    assert message in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"m.pt", "m.npz"}


def test_more_samples_than_the_model_carries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("ssr-compile", saved_ssr(tmp_path), "--target", "program", "--samples", "99")
    assert code == 2
    assert "carries 24 example sequences, --samples asks for 99" in capsys.readouterr().err


def test_a_foreign_output_folder_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = saved_ssr(tmp_path)
    assert run("ssr-compile", model, "--target", "program", "--out", tmp_path) == 2
    assert "is not empty and has no valid MANIFEST.json" in capsys.readouterr().err


def test_other_data_than_the_training_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("".join(f"{user} 1 2 3 4 5 6\n" for user in range(6)))
    code = run("ssr-compile", saved_ssr(tmp_path), "--target", "program", "--data", other)
    assert code == 2
    assert "was trained on generated" in capsys.readouterr().err


def test_an_existing_model_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = saved_ssr(tmp_path)
    before = model.read_bytes()
    assert run("ssr", "train", "--out", model) == 2
    assert "exists; --overwrite replaces it" in capsys.readouterr().err
    assert model.read_bytes() == before


def test_an_interrupted_run_is_not_thrown_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "model.pt.state"
    state.write_bytes(b"hours of work")
    assert run("ssr", "train", "--out", tmp_path / "model.pt") == 2
    assert "holds an interrupted run; --resume continues it" in capsys.readouterr().err
    assert state.read_bytes() == b"hours of work"


def test_an_interrupted_overwrite_can_be_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = saved_ssr(tmp_path)
    (tmp_path / "model.pt.state").write_bytes(b"damaged, so resuming ends there")
    assert run("ssr", "train", "--out", model, "--resume", "--features", "8", "--blocks", "1") == 2
    assert "model.pt.state: cannot be read as a file of tensors" in capsys.readouterr().err


def test_options_without_meaning_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spikes = tmp_path / "x.npz"
    np.savez(spikes, inputs=np.zeros((1, 2, 3), np.uint8))
    assert run("ssr-compile", saved_ssr(tmp_path), "--inputs", spikes, "--trace") == 2
    assert "--inputs, --trace have no meaning for a model.pt" in capsys.readouterr().err
    (tmp_path / "graph.NIR").write_bytes(b"")
    assert run("ssr-compile", tmp_path / "graph.NIR", "--data", "generated") == 2
    assert "--data has no meaning for a .nir graph" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_found_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run("ssr", "train", "--out", tmp_path / "file" / "m.pt", "--max-steps", "1") == 2
    assert "file is no folder one can write to" in capsys.readouterr().err


def test_evaluate_uses_the_protocol_of_the_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "loo.pt"
    small = ("--features", "8", "--blocks", "1", "--max-steps", "1", "--eval-every", "1")
    assert run("ssr", "train", "--protocol", "leave-one-out", "--out", model, *small) == 0
    capsys.readouterr()
    assert run("ssr", "evaluate", model, "--data", "generated", "--json") == 0
    assert json.loads(capsys.readouterr().out)["models"][str(model)]["sequences"] == 600


def test_train_evaluate_and_stats_on_the_generated_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.pt"
    small = ("--features", "8", "--blocks", "1", "--max-steps", "2", "--eval-every", "2")
    assert run("ssr", "train", "--out", model, *small) == 0
    assert run("ssr", "evaluate", model, "--data", "generated") == 0
    assert run("ssr", "data", "stats", "generated") == 0
    printed = capsys.readouterr().out
    assert "NDCG@10" in printed
    assert "18,149" in printed
