"""`ssr cost`: one table of trained and compiled models."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
import torch
from report_example import example, example_report
from trained import saved_ssr
from typer.testing import CliRunner, Result

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.bundle import golden
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.chip import load_chip
from ssr_neuro.cli import app
from ssr_neuro.costs import FORMS, cost
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict, model_type
from ssr_neuro.program import program_file
from ssr_neuro.report.document import write
from ssr_neuro.report_builder.cost_compiled import place_bundle_on_chips
from ssr_neuro.report_builder.gpu_rows import gpu_rows


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["cost", *map(str, arguments)])


def saved(folder: Path, kind: str, **more: int) -> Path:
    """model.pt of an untrained model."""
    shape = {"items": 30, "positions": 8} | ({} if kind == "popularity" else {"features": 8}) | more
    config = config_from_dict(kind, shape)
    times = (2,) if model_type(kind).needs_times else ()
    items = torch.ones(2, 8, *times, dtype=torch.int64)
    names = tuple(map(str, range(30)))
    state = build(kind, config).state_dict()
    path = folder / f"{kind}.pt"
    made = Checkpoint(kind, config, state, names, items, torch.ones(2, dtype=torch.int64), {})
    checkpoint.save(path, made)
    return path


def report(folder: Path) -> Path:
    """A report.json of an SSR."""
    path, _ = write(example_report(), folder)
    document = json.loads(path.read_text())
    config = {"items": 1349, "positions": 6, "features": 4, "steps": 2}
    document["model"] |= {"kind": "ssr", "config": config}
    path.write_text(json.dumps(document))
    return path


def test_a_network_of_few_bits_is_priced_at_them(tmp_path: Path) -> None:
    few = run(saved(tmp_path, "ssr-ann", activation_bits=2), "--json").output
    rows = {row["name"]: row["bills"]["memory-int8"] for row in json.loads(few)["rows"]}
    table = {
        name: term["count"]
        for name, bill in rows.items()
        for term in bill["terms"]
        if term["name"] == "item table bytes"
    }
    assert table["ssr-ann.pt: 2-bit ssr-ann, at most"] == 30 * 8 * 2 / 8 + 30
    assert table["ssr-ann.pt: ssr-ann, full"] > 30 * 8


def test_one_table_of_an_ssr_and_its_rivals(tmp_path: Path) -> None:
    found = run(report(tmp_path), saved(tmp_path, "sasrec"), saved(tmp_path, "lrurec"))
    assert found.exit_code == 0, found.output
    rows = [line.split("  ")[0] for line in found.output.splitlines()]
    named = [
        "ssr-ml100k: ssr, compiled",
        "same size as ssr-ml100k: ssr-ann, full",
        "same size as ssr-ml100k: lrurec, incremental",
        "same size as ssr-ml100k: sasrec, cached",
        "ssr-ml100k: 3-bit ssr-ann, at most",
        "sasrec.pt: sasrec, full",
        "sasrec.pt: sasrec, causal",
        "sasrec.pt: sasrec, cached",
        "lrurec.pt: lrurec, full",
        "lrurec.pt: lrurec, sequential",
        "lrurec.pt: lrurec, incremental",
    ]
    assert [row for row in rows if row in named] == 2 * named
    assert "sasrec.pt: sasrec, cached: A lower bound: positions count from" in found.output


def test_the_json_holds_the_counts_and_the_bills(tmp_path: Path) -> None:
    path = saved(tmp_path, "gru4rec")
    document = json.loads(run(path, "--json").output)
    config = checkpoint.load(path).config
    parameters = sum(p.numel() for p in build("gru4rec", config).parameters())
    assert (document["chip"], document["charged"]) == ("generic-45nm", "products")
    for row, form in zip(document["rows"], ("full", "incremental"), strict=True):
        products = cost("gru4rec", config, form).products
        assert row["ops"]["macs"] == products.macs
        assert row["bills"]["arithmetic-int8"]["total_pj"] == pytest.approx(0.3 * products.macs)
        assert row["parameters"] == parameters


def test_an_unknown_price_is_named_and_no_total_is_shown(tmp_path: Path) -> None:
    found = run(saved(tmp_path, "gru4rec"), "--charge", "all")
    assert "no total of arithmetic-fp32: no price of sigmoid, tanh" in found.output
    found = run(saved(tmp_path, "gru4rec"), "--chip", own(tmp_path))
    assert found.output.count("unknown") == 4


def own(folder: Path) -> Path:
    """A process without a price of a multiply-add in int8."""
    source = Path(__file__).parents[2] / "hw_targets" / "generic-45nm.toml"
    lines = source.read_text().replace('name = "generic-45nm"', 'name = "mine"').splitlines()
    kept = "\n".join(line for line in lines if not line.startswith("mac_int8_add_int32 ="))
    path = folder / "mine.toml"
    path.write_text(kept.replace("figures = [", 'figures = ["prices.mac_int8_add_int32", ', 1))
    return path


def test_a_chip_without_arithmetic_has_that_of_45_nm_and_says_so(tmp_path: Path) -> None:
    path, chip = saved(tmp_path, "gru4rec"), "loihi1"
    found = run(path, "--chip", chip).output
    assert "Energy on Generic 45 nm digital logic, charged: products" in found
    assert (
        f"{chip} has no prices of arithmetic, so arithmetic and memory are those of generic-"
        in (found)
    )
    document = json.loads(run(path, "--chip", chip, "--json").output)
    assert (document["chip"], document["logic"]) == (chip, "generic-45nm")


def test_an_ssr_is_charged_in_the_modes_of_chips_and_of_the_paper_too(tmp_path: Path) -> None:
    document = json.loads(run(report(tmp_path), "--chip", "loihi2", "--json").output)
    modes = {sheet["mode"]: sheet["bills"][0] for sheet in document["rows"][0]["sheets"]}
    assert [mode for mode in modes if not mode.startswith(("arithmetic", "memory"))] == [
        "events-loihi1",
        "events-loihi1-sana-fe",
        "events-loihi2",
        "chip-odin",
        "chip-truenorth",
        "ssr-paper",
    ]
    assert modes["events-loihi1"]["total_pj"] is None
    printed = run(report(tmp_path)).output
    assert "in other modes" in printed
    assert "All-in price of IBM TrueNorth" in printed


def test_the_folder_of_an_ssr_is_placed_on_the_chip(tmp_path: Path) -> None:
    program, trace = example()
    report(tmp_path)
    program_file.save(program, tmp_path)
    golden.write(tmp_path / "golden", golden.record(program, trace))
    row = json.loads(run(tmp_path, "--json").output)["rows"][0]
    (loihi,) = (s["bills"][0] for s in row["sheets"] if s["mode"] == "events-loihi1")
    assert loihi["unknown"] == ["spikes from the host", "values to the host", "barriers"]
    assert "hops east-west" in {term["name"] for term in loihi["terms"]}


def test_a_chip_that_does_not_hold_the_program_is_named_with_the_reason(tmp_path: Path) -> None:
    program, trace = example()
    program_file.save(program, tmp_path)
    golden.write(tmp_path / "golden", golden.record(program, trace))
    odin, loihi1 = (load_chip(name) for name in ("odin", "loihi1"))
    found = place_bundle_on_chips(tmp_path, {"odin": odin, "loihi1": loihi1})
    assert [placement.chip for placement in found.placements] == ["loihi1"]
    (why,) = found.misfits
    assert why == (
        "It does not fit odin, so it was not placed there; "
        f"`ssr place {tmp_path} --chip odin` says why."
    )


def test_a_chip_in_a_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    program, trace = example()
    report(tmp_path)
    program_file.save(program, tmp_path)
    golden.write(tmp_path / "golden", golden.record(program, trace))
    small = (files("hw_targets") / "loihi1.toml").read_text()
    small = small.replace('"loihi1"', '"small"').replace("value = 24,", "value = 16,")
    (tmp_path / "16-bits.toml").write_text(small)
    rows = json.loads(run(tmp_path, "--chip", tmp_path / "16-bits.toml", "--json").output)["rows"]
    (why,) = (note for note in rows[0]["notes"] if "does not fit" in note)
    hint = f"ssr place {tmp_path} --chip {tmp_path / '16-bits.toml'}"
    assert why == f"It does not fit small, so it was not placed there; `{hint}` says why."
    assert why in sn.cost(tmp_path, tmp_path / "16-bits.toml")[0].notes


def test_a_folder_without_golden_vectors_is_refused(tmp_path: Path) -> None:
    program_file.save(example()[0], tmp_path)
    with pytest.raises(BadInput, match=r"has no golden vectors.*or give .*report\.json, which is"):
        place_bundle_on_chips(tmp_path, {})


def test_what_cannot_be_counted_is_said_with_its_file(tmp_path: Path) -> None:
    cases = {
        saved_ssr(tmp_path): r"model\.pt: what ssr costs depends on its spikes, .* report\.json",
        tmp_path / "gone.pt": r"gone\.pt: no such file",
    }
    for path, message in cases.items():
        error = run(path).exception
        assert isinstance(error, BadInput)
        with pytest.raises(BadInput, match=message):
            raise error


def test_every_kind_of_model_has_a_row(tmp_path: Path) -> None:
    paths = [saved(tmp_path, kind) for kind in FORMS]
    rows = json.loads(run(*paths, "--json").output)["rows"]
    full = [row for row in rows if row["cost"]["form"] == "full"]
    assert [row["cost"]["kind"] for row in full] == list(FORMS)
    assert all(row["bills"]["memory-int8"]["total_pj"] > 0 for row in full)


def test_only_what_is_known_is_charged(tmp_path: Path) -> None:
    error = run(saved(tmp_path, "gru4rec"), "--charge", "some").exception
    assert str(error) == "charge is 'some'; it must be one of products, arithmetic, all"


def test_a_gpu_has_times_and_energies_of_its_own_and_no_prices_of_45_nm(tmp_path: Path) -> None:
    path = saved(tmp_path, "lrurec")
    printed = " ".join(run(path, "--chip", "h200").output.split())
    assert "45 nm" not in printed
    assert "Roofline of NVIDIA H200, fp32 without TF32" in printed
    assert "launch, at most 8 us measured" in printed
    document = json.loads(run(path, "--chip", "h200", "--json").output)
    assert document["gpu"] == "h200"
    assert [row["form"] for row in document["rows"]] == ["full", "incremental"]
    first, best = document["rows"][0]["estimates"][:2]
    assert first["batch"] == 1 < best["batch"]
    assert first["latency_s"]["low"] < first["latency_s"]["high"]
    assert str(run(path, "--chip", "h200", "--charge", "all").exception) == (
        "--charge has no meaning on a GPU, whose estimate counts kernels; leave it out"
    )


def test_a_compiled_program_is_not_run_by_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a compiled program, which no GPU runs; give the model"):
        gpu_rows([report(tmp_path)], load_chip("a100"))
