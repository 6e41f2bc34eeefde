"""sana_fe.json: written, read again, and refused by name where it is not one."""

from pathlib import Path
from typing import Any

import pytest
from changed_json import change
from sana_fe_example import example

from ssr_neuro.errors import BadInput
from ssr_neuro.files.sana_fe_result import read, write

RESULT = example()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "sana_fe.json", RESULT)
    return tmp_path / "sana_fe.json"


def test_what_is_written_is_read(path: Path) -> None:
    assert read(path) == RESULT


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"nothing.json: cannot be read .* name a file made by `ssr-compile"
    ):
        read(tmp_path / "nothing.json")


def test_another_format_is_refused(path: Path) -> None:
    path.write_text('{"format": "something", "version": 1}')
    with pytest.raises(
        BadInput, match=r"sana_fe\.json: is no ssr-neuro-sana-fe; name a file made by"
    ):
        read(path)
    path.write_text('{"format": "ssr-neuro-sana-fe", "version": 1}')
    with pytest.raises(
        BadInput, match="version 1 of ssr-neuro-sana-fe; this release reads version 2"
    ):
        read(path)
    path.write_text("[]")
    with pytest.raises(BadInput, match="is no ssr-neuro-sana-fe"):
        read(path)


@pytest.mark.parametrize(
    ("keys", "value", "told"),
    [
        (("samples",), 0, "samples is 0: Input should be greater than or equal to 1"),
        (("samples",), "2", "samples is '2': Input should be a valid integer"),
        (("chip",), None, "chip is None: Input should be a valid string"),
        (("program_sha256",), "12ab", "program_sha256 is '12ab': String should match pattern"),
        (("prices", 0, "name"), "theirs", "the file begins its prices with 'theirs', not"),
        (("counts", "hops"), -1, "counts.hops is -1: Input should be greater than or equal to 0"),
        (("counts",), {}, "the file lacks counts.spikes"),
        (("prices",), [], "the file has no prices"),
        (("prices", 0, "energy_j", "soma"), "x", r"prices\[0\].energy_j.soma is 'x': Input"),
        (("prices", 1, "latency_s"), True, r"prices\[1\].latency_s is True: Input"),
        (("prices", 0, "watts"), 1, r"prices\[0\].watts is no key of this format"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    path: Path, keys: tuple[Any, ...], value: Any, told: str
) -> None:
    change(path, keys, value)
    with pytest.raises(BadInput, match=f"sana_fe.json: {told}.*Make it again with"):
        read(path)
