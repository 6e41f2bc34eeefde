"""In a narrow terminal or pipe no cell of a list is cut."""

import pytest
from command_line import run

from ssr_neuro.chip import load_chip


@pytest.mark.parametrize("columns", ["60", "80"])
def test_figures_of_a_chip_stay_whole(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert run("ssr", "chips", "loihi1") == 0
    printed = capsys.readouterr().out
    chip = load_chip("loihi1")
    names = [n for s in chip.tables().values() for n, figure in s.items() if figure.known]
    assert names
    assert all(name in printed for name in names)
    assert "…" not in printed


@pytest.mark.parametrize("columns", ["60", "80"])
def test_fields_of_a_model_stay_whole(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert run("ssr", "models", "ssr") == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("feature_gains", "mixed_precision", "encoder_skip"))
    assert "…" not in printed
