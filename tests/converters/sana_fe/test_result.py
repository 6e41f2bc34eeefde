"""sana_fe.json: written, read again, and refused by name where it is not one."""

import json
from pathlib import Path
from typing import Any

import pytest
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
    with pytest.raises(BadInput, match=r"nothing.json: cannot be read .* name the sana_fe.json"):
        read(tmp_path / "nothing.json")


def test_another_format_is_refused(path: Path) -> None:
    path.write_text('{"format": "something", "version": 1}')
    with pytest.raises(BadInput, match="format 'something' version 1; this release reads 'ssr-neu"):
        read(path)
    path.write_text('{"format": "ssr-neuro-sana-fe", "version": 1}')
    with pytest.raises(BadInput, match="reads 'ssr-neuro-sana-fe' version 2: write it with `ssr-c"):
        read(path)
    path.write_text("[]")
    with pytest.raises(BadInput, match="format None version None"):
        read(path)


@pytest.mark.parametrize(("keys", "value", "told"), [
    (("samples",), 0, "samples is 0"),
    (("samples",), "2", "samples is '2', not a whole number of at least 0"),
    (("chip",), None, "chip is None, not text"),
    (("program_sha256",), "12ab", "program_sha256 is '12ab', not a SHA-256 in 64 hexadecimal"),
    (("prices", 0, "name"), "theirs", "prices begins with 'theirs', not with the chip's own"),
    (("counts", "hops"), -1, "counts.hops is -1, not a whole number of at least 0"),
    (("counts",), {}, "'spikes' is missing"),
    (("prices",), [], "prices is empty"),
    (("prices", 0, "energy_j", "soma"), float("nan"), "energy_j.soma is nan, not a finite number"),
    (("prices", 1, "latency_s"), True, "latency_s is True, not a finite number of at least 0"),
    (("prices", 0, "watts"), 1, "prices has 'watts', which is not known"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_refused(
    path: Path, keys: tuple[Any, ...], value: Any, told: str
) -> None:
    document = json.loads(path.read_text())
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path.write_text(json.dumps(document))
    with pytest.raises(BadInput, match=f"sana_fe.json: {told}.*; write it again"):
        read(path)
