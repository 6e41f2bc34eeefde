"""Names of strangers in terminals, Markdown, and spreadsheets."""

import pytest
from hostile_names import NAMES

from ssr_neuro.files.names import (
    in_one_line,
    is_text,
    markdown_text,
    spell_controls,
    spreadsheet_cell,
)


@pytest.mark.parametrize("name", NAMES)
def test_no_output_obeys_a_name(name: str) -> None:
    assert not any(ord(c) < 32 and c not in "\n\t" for c in spell_controls(name))
    assert "\u202e" not in spell_controls(name)
    assert "\x9b" not in spell_controls(name)
    assert is_text(spell_controls(name))
    assert not spreadsheet_cell(name).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert "\n" not in in_one_line(name)
    written = markdown_text(name)
    assert "<" not in written
    assert "\n" not in written
    assert "|" not in written.replace("\\|", "")


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("ssr_ml-1m", "SASRec 128", "modèle", "naïve 2", "模型"):
        assert spell_controls(name) == spreadsheet_cell(name) == markdown_text(name) == name
    assert spreadsheet_cell("-0.5") == "-0.5"
    assert spell_controls("\x1b[1m") == "\\x1b[1m"


def test_cells_are_formulas_only_where_they_are_numbers() -> None:
    for text, cell in (("=1+1", "'=1+1"), ("@x", "'@x"), ("-x", "'-x"), ("+1e3", "+1e3"), ("", "")):
        assert spreadsheet_cell(text) == cell
