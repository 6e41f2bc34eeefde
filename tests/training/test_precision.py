"""`ssr train` and `ssr search` say where bfloat16 is slower than float32."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_runs import SETTINGS, trained

from ssr_neuro.cli import main
from ssr_neuro.training import precision

SMALL = ("--model", "ssr-ann", "--max-steps", "2", "--set", "features=4", "--set", "batch_size=16")


@pytest.fixture
def bfloat16_slower_by(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def of(ratio: float) -> None:
        taken = {torch.bfloat16: ratio * 0.25, torch.float32: 0.25}
        monkeypatch.setattr(precision, "_seconds", taken.__getitem__)

    return of


@pytest.mark.parametrize(("ratio", "said"), [(47.0, 47.0), (2.0, 2.0), (1.9, None), (0.5, None)])
def test_only_what_costs_time_is_said(bfloat16_slower_by, ratio, said) -> None:  # type: ignore[no-untyped-def]
    bfloat16_slower_by(ratio)
    assert precision.slower_products("bf16", "cpu") == said
    assert precision.slower_products("no", "cpu") is None


def test_a_gpu_is_not_asked_for_the_cpus_products(
    bfloat16_slower_by, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    bfloat16_slower_by(47.0)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    assert precision.slower_products("bf16", "auto") is None
    assert precision.slower_products("bf16", "cpu") == 47.0


def test_a_product_takes_time_in_either_precision() -> None:
    assert all(precision._seconds(dtype) > 0 for dtype in (torch.float32, torch.bfloat16))


@pytest.mark.parametrize(
    "command",
    [("train", "--out", "m.pt"), ("search", "--trials", "1", "--storage", "study.journal")],
    ids=lambda command: command[0],
)
def test_a_run_says_it_before_it_begins(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    def slower(*given: str) -> float:
        asked.append(given)
        return 47.4

    monkeypatch.setattr(precision, "slower_products", slower)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["ssr", *command, "--data", "generated", *SMALL, "--json"])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    assert asked == [("no", "auto")]
    assert (
        "Note a product in bfloat16 takes this CPU 47 times as long as one in float32; train "
        "without --mixed-precision bf16 here"
    ) in capsys.readouterr().err


def test_a_process_trains_in_one_precision_after_the_other(tmp_path: Path) -> None:
    for number, kind in enumerate(("no", "bf16", "no")):
        settings = replace(SETTINGS, mixed_precision=kind, max_steps=2)
        assert trained(tmp_path / f"{number}.pt", settings).steps == 2
