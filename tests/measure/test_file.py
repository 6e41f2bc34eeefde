"""The file of a measurement: read back as it was written, and nothing else is taken for one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from measure_example import example, example_run

from ssr_neuro.errors import BadInput
from ssr_neuro.measure import Measurements, NotTimed, read, to_dict, write

Change = Callable[[dict[str, Any]], object]


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "m.json"
    write(path, example())
    assert read(path) == example()
    assert [p.name for p in path.parent.iterdir()] == ["m.json"]
    document = json.loads(path.read_text())
    assert (document["format"], document["version"]) == ("ssr-neuro-measurement", 1)


def test_what_was_skipped_says_why(tmp_path: Path) -> None:
    skipped = Measurements("x", ("ssr",), {}, "fp32", skipped="no GPU: none here")
    write(tmp_path / "m.json", skipped)
    found = read(tmp_path / "m.json")
    assert (found.skipped, found.runs, found.device) == ("no GPU: none here", (), None)


def test_what_was_too_large_is_kept_without_any_run(tmp_path: Path) -> None:
    refused = NotTimed("a.pt", "0" * 64, "full", 64, "the memory does not hold it")
    only = replace(example(), runs=(), too_large=(refused,))
    write(tmp_path / "m.json", only)
    assert read(tmp_path / "m.json") == only


def test_a_best_batch_was_searched_for() -> None:
    assert example_run().best_batch
    assert not replace(example_run(), search=None).best_batch


def run(change: Change) -> Change:
    return lambda document: change(document["runs"][1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(more=1), r"m\.json: more is no key of this format\. Make it again"),
        (run(lambda r: r.update(more=1)), r"runs\[1\]\.more is no key of this format"),
        (run(lambda r: r["latency"].pop("p5_s")), r"runs\[1\]\.latency\.p5_s is missing"),
        (run(lambda r: r["latency"].update(p5_s=3.5)), r"latency its percentiles do not rise"),
        (run(lambda r: r.update(batch=0)), r"runs\[1\]\.batch is 0: .* greater than or equal to 1"),
        (
            run(lambda r: r.update(batch="2")),
            r"runs\[1\]\.batch is '2': Input should be a valid int",
        ),
        (run(lambda r: r.update(windows_per_s=-1)), r"windows_per_s is -1: .* greater than"),
        (
            run(lambda r: r.update(energy=None)),
            r"runs\[1\] has either an energy or, in no_energy, why",
        ),
        (
            run(lambda r: r.update(no_energy="x")),
            r"runs\[1\] has either an energy or, in no_energy, w",
        ),
        (run(lambda r: r.update(sha256="f" * 63)), r"runs\[1\]\.sha256 is 'f+': .* match pattern"),
        (
            run(lambda r: r["agreement"].update(agreeing=2)),
            r"agreement\.agreeing is 2: .* equal to 1",
        ),
        (
            lambda d: d.update(precision="int8"),
            r"precision is 'int8': Input should be 'fp32', 'bf16'",
        ),
        (
            lambda d: d.update(skipped="no"),
            r"the file says that it was skipped and holds a device, a ",
        ),
        (
            lambda d: d.update(runs=[]),
            r"the file holds no device, method or runs and does not say why",
        ),
        (
            lambda d: d.update(format="x"),
            r"m\.json: is no ssr-neuro-measurement; name a file made by",
        ),
        (
            lambda d: d.update(version=2),
            r"version 2 of ssr-neuro-measurement; this release reads ver",
        ),
    ],
)
def test_another_content_is_refused_by_place(tmp_path: Path, change: Change, message: str) -> None:
    document = json.loads(json.dumps(to_dict(example())))
    change(document)
    (tmp_path / "m.json").write_text(json.dumps(document))
    with pytest.raises(BadInput, match=message):
        read(tmp_path / "m.json")


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    document = to_dict(example()) | {"one": 1, "two": 2}
    (tmp_path / "m.json").write_text(json.dumps(document))
    with pytest.raises(BadInput, match=r"one is no key .*; two is no key"):
        read(tmp_path / "m.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", r"m\.json: cannot be read as JSON \(.*\); name a file made by `ssr measure`"),
        (b"\xff\xfe", r"m\.json: cannot be read as JSON"),
        (b"[1]", r"m\.json: is no ssr-neuro-measurement"),
        (None, r"m\.json: cannot be read \(No such file or directory\)"),
    ],
)
def test_what_is_no_measurement_is_refused(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "m.json").write_bytes(content)
    with pytest.raises(BadInput, match=message):
        read(tmp_path / "m.json")


def test_a_measurement_is_replaced_only_where_asked(tmp_path: Path) -> None:
    write(tmp_path / "m.json", example())
    with pytest.raises(BadInput, match=r"m\.json exists; --overwrite replaces it"):
        write(tmp_path / "m.json", example())
    write(tmp_path / "m.json", example(), overwrite=True)
    assert read(tmp_path / "m.json") == example()
