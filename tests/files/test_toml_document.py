"""TOML as it is written: whatever a text holds is read again as it was."""

from pathlib import Path

import pytest
from hostile_names import HALVES, NAMES

from ssr_neuro.errors import BadInput
from ssr_neuro.files import toml_document


def test_values_are_read_as_they_were_written(tmp_path: Path) -> None:
    values = {"a": True, "b-c": 3, "d_e": 1e-05, "f": "none", "g": ["x", "y"], "h": 1e16}
    (tmp_path / "a.toml").write_text(toml_document.to_text(values), encoding="utf-8")
    assert toml_document.read(tmp_path / "a.toml") == values
    assert toml_document.to_text({"out": Path("m.pt")}) == 'out = "m.pt"\n'
    assert toml_document.to_text({}) == ""


@pytest.mark.parametrize("name", [*NAMES, "😀.csv", "\x7f\x1f\t"])
def test_a_text_of_any_characters_is_read_as_it_was(tmp_path: Path, name: str) -> None:
    text = toml_document.to_text({"data": name, "teacher": [name, name]})
    (tmp_path / "a.toml").write_bytes(text.encode())
    assert toml_document.read(tmp_path / "a.toml") == {"data": name, "teacher": [name, name]}


@pytest.mark.parametrize("half", HALVES)
def test_a_name_that_is_not_utf8_is_refused(half: str) -> None:
    with pytest.raises(BadInput, match=r"out is '.*', which no UTF-8 can say, and so no TOML; ren"):
        toml_document.to_text({"out": Path(half)})
