"""`ssr cost`: one table of trained and compiled models."""

import json
from pathlib import Path

import pytest
import torch
from report_example import example_report
from trained import saved_ssr
from typer.testing import CliRunner, Result

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.cli import app
from ssr_neuro.cost import cost
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.report.document import write


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["cost", *map(str, arguments)])


def saved(folder: Path, kind: str) -> Path:
    """model.pt of an untrained model."""
    config = config_from_dict(kind, {"items": 30, "positions": 8, "features": 8})
    items = torch.ones(2, 8, dtype=torch.int64)
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


def test_one_table_of_an_ssr_and_its_rivals(tmp_path: Path) -> None:
    found = run(report(tmp_path), saved(tmp_path, "sasrec"), saved(tmp_path, "lrurec"))
    assert found.exit_code == 0, found.output
    rows = [line.split("  ")[0] for line in found.output.splitlines()]
    named = [
        "ssr-ml100k: ssr, compiled", "ssr-ml100k: 3-bit ssr-ann, at most",
        "sasrec.pt: sasrec, full",
        "sasrec.pt: sasrec, causal", "sasrec.pt: sasrec, cached", "lrurec.pt: lrurec, full",
        "lrurec.pt: lrurec, sequential", "lrurec.pt: lrurec, incremental",
    ]  # fmt: skip
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
        assert row["bills"]["arithmetic-int8"]["total_pj"] == pytest.approx(0.23 * products.macs)
        assert row["parameters"] == parameters


def test_an_unknown_price_is_named_and_no_total_is_shown(tmp_path: Path) -> None:
    found = run(saved(tmp_path, "gru4rec"), "--charge", "all")
    assert "no total of arithmetic-fp32: no price of sigmoid, tanh" in found.output
    found = run(saved(tmp_path, "gru4rec"), "--chip", "loihi1")
    assert found.output.count("unknown") == 6


def test_what_cannot_be_counted_is_said_with_its_file(tmp_path: Path) -> None:
    cases = {
        saved_ssr(tmp_path): r"model\.pt: what ssr costs depends on its spikes, .* report\.json",
        saved(tmp_path, "mamba4rec"): r"mamba4rec\.pt: mamba4rec is not counted; counted are",
        tmp_path / "gone.pt": r"gone\.pt: cannot be read",
    }
    for path, message in cases.items():
        error = run(path).exception
        assert isinstance(error, BadInput)
        with pytest.raises(BadInput, match=message):
            raise error


def test_only_what_is_known_is_charged(tmp_path: Path) -> None:
    error = run(saved(tmp_path, "gru4rec"), "--charge", "some").exception
    assert str(error) == "charge is 'some'; it must be one of products, arithmetic, all"
