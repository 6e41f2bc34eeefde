"""Times: their unit, their span, and what cannot be one."""

import json
import warnings
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ssr_neuro.cli import app
from ssr_neuro.data import load, stats, stats_rows
from ssr_neuro.data.time_text import TimeReader
from ssr_neuro.errors import BadInput, Note

HEADER = "user_id:token\titem_id:token\ttimestamp:float\n"


def written(folder: Path, *times: object) -> Path:
    path = folder / "a.inter"
    path.write_text(HEADER + "".join(f"u\ti{k}\t{time}\n" for k, time in enumerate(times)))
    return path


@pytest.mark.parametrize(
    ("factor", "unit"),
    [(1, "seconds"), (1_000, "milliseconds"), (1_000_000, "microseconds")],
)
def test_clock_times_in_any_unit_are_the_same_seconds(
    factor: int, unit: str, tmp_path: Path
) -> None:
    dataset = load(written(tmp_path, 1500000000 * factor, 1500000060 * factor), core="none")
    assert dataset.times_s is not None
    assert dataset.times_s.tolist() == [1_500_000_000, 1_500_000_060]
    assert dataset.time_unit == unit
    shown = dict(stats_rows(stats(dataset)))
    assert shown["times"] == "2017-07-14 02:40:00 to 2017-07-14 02:41:00"
    assert shown["unit of time"].startswith(unit)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ((1500000000, "1e300"), r"line 3: timestamp '1e300' is too large for a time in seconds"),
        (("1500000000000000256",), r"line 2: .*'1500000000000000256' is too large.*Nanoseconds"),
        (("-1e20",), r"line 2: timestamp '-1e20' is too large"),
        (("inf",), r"line 2: timestamp 'inf' is not a number"),
        (("07/14/2017",), r"'07/14/2017' is not a number, nor a date such as 2016-03-09 02:32:54"),
        ((1500000000, "1.50000E+09"), r"line 3: timestamp '1.50000E\+09' is a time with its last"),
        (
            (1500000000000, 1500000060),
            r"line 3: time 1500000060 is in another unit than the largest, 1500000000000, which "
            r"is in milliseconds since 1970\. Write all times in one unit",
        ),
    ],
)
def test_what_is_no_time_is_refused_at_its_line(
    times: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=message):
        load(written(tmp_path, *times), core="none")


def test_scientific_notation_with_every_digit_is_a_time(tmp_path: Path) -> None:
    dataset = load(written(tmp_path, "1.500000001e+09", "1.500000061000000000e+09"), core="none")
    assert dataset.times_s is not None
    assert dataset.times_s.tolist() == [1_500_000_001, 1_500_000_061]
    assert load(written(tmp_path, "1e3", "2.5e3"), core="none").times_s is not None


def test_zeros_at_the_end_may_be_left_out_where_other_times_have_all_digits(tmp_path: Path) -> None:
    dataset = load(written(tmp_path, "9.783021E8", "9.78302109E8"), core="none")
    assert dataset.times_s is not None
    assert dataset.times_s.tolist() == [978_302_100, 978_302_109]
    with pytest.raises(BadInput, match=r"line 2: timestamp '9\.783021E8' is a time with its last"):
        load(written(tmp_path, "9.783021E8", "9.783022E8", "0.00E+00"), core="none")


def test_what_a_block_said_of_digits_holds_for_the_next() -> None:
    reader = TimeReader("time", "")
    first, second = (
        pl.DataFrame({"line": [1], "text": [text]}) for text in ("9.78302109E8", "9.783021E8")
    )
    assert reader.read(first, "a")["time"].item() == 978_302_109
    assert reader.read(second, "a")["time"].item() == 978_302_100


@pytest.mark.parametrize("time", ["-70000000000", "0000-01-01", "0000-12-31 23:59:59"])
def test_times_before_the_year_1_are_refused_at_their_line(time: str, tmp_path: Path) -> None:
    others = {12: 1500000000, 10: "2020-01-01", 19: "2020-01-01 00:00:00"}
    with pytest.raises(BadInput, match=r"line 3: the time, -\d\d,.* seconds since 1970, lies outs"):
        load(written(tmp_path, others[len(time)], time), core="none")


def test_small_numbers_are_not_taken_for_a_clock(tmp_path: Path) -> None:
    shown = dict(stats_rows(stats(load(written(tmp_path, 3, 17), core="none"))))
    assert shown["times"] == "3 to 17"
    assert shown["unit of time"].startswith("not known: too small for seconds since 1970")


def test_gaps_since_the_first_and_whole_days(tmp_path: Path) -> None:
    shown = dict(stats_rows(stats(load(written(tmp_path, 0, 86400 * 30), core="none"))))
    assert shown["times"] == "0 to 30.0 days after the user's first"
    assert shown["unit of time"] == "seconds; whole days"


def test_json_of_stats_says_whether_times_were_read(tmp_path: Path) -> None:
    def printed(path: Path) -> dict[str, object]:
        found = CliRunner().invoke(app, ["data", "stats", str(path), "--core", "none", "--json"])
        assert found.exit_code == 0
        return dict(json.loads(found.stdout))

    timed = printed(written(tmp_path, 1500000000, 1500000000, 1500000001))
    assert timed["times"] == {
        "read": True,
        "first_s": 1500000000.0,
        "last_s": 1500000001.0,
        "unit": "seconds",
        "kind": "clock",
        "whole_days": False,
        "described": "2017-07-14 02:40:00 to 2017-07-14 02:40:01",
    }
    assert timed["ties"] == {
        "order": "file",
        "neighbours": 2,
        "tied": 1,
        "ascending": 1,
        "descending": 0,
        "ascending_share": 1.0,
        "observed": "ascending item",
        "warning": None,
    }
    assert timed["times_fingerprint"]
    plain = tmp_path / "a.txt"
    plain.write_text("u a b\n")
    untimed = printed(plain)
    assert untimed["times"] == {"read": False}
    assert untimed["times_fingerprint"] is None


@pytest.mark.parametrize(
    ("times", "note"),
    [
        (
            (0, *range(1500000000, 1500000020)),
            r"1 times lie before 1973, such as 0, though the others do not\. A missing time is of",
        ),
        ((-1, *range(1500000000, 1500000020)), r"1 times lie before 1973, such as -1"),
        ((9999999998, 9999999999), r"times run from 2286-11-20 .* look at the unit"),
        ((-1500000000, -1500000001), r"times run from 1922-.* look at the unit"),
    ],
)
def test_times_that_can_hardly_be_are_named(
    times: tuple[int, ...], note: str, tmp_path: Path
) -> None:
    with pytest.warns(Note, match=note):
        load(written(tmp_path, *times), core="none")


@pytest.mark.parametrize("time", ["04/08/17", "04-08-17", "04-08-17 19:56", "04-08-17 19:56:03"])
def test_a_day_is_no_year(time: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"line 2: timestamp '{time}' is not a number, nor a date"):
        load(written(tmp_path, time, time), core="none")
    whole = f"20{time.replace('04', '17', 1)}"
    with pytest.raises(BadInput, match=rf"line 3: timestamp '{time}' is not a date in the form of"):
        load(written(tmp_path, whole, time, whole), core="none")


@pytest.mark.parametrize(
    ("times", "noted"),
    [
        (("04082017", "30072017"), True),
        (("08042017", "07302017"), True),
        (("04082017", "31132017"), False),
        (("04082017", "04080017"), False),
        (("4082017.5", "30072017"), False),
    ],
)
def test_dates_with_the_year_last_as_one_number_are_noted(
    times: tuple[str, ...], noted: bool, tmp_path: Path
) -> None:
    with warnings.catch_warnings(record=True):
        notes = load(written(tmp_path, *times), core="none").notes
    found = [note for note in notes if "look like dates with the year last" in note]
    assert len(found) == noted
    assert not found or min(times) in found[0]


def test_times_in_the_future_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, 2017080419, 2017080420)  # the hours of a day, read as seconds
    monkeypatch.setattr("time.time", lambda: 1_750_000_000.0)
    with pytest.warns(Note, match=r"times run from 2033-12-01 20:06:59 .* look at the unit"):
        load(path, core="none")
    monkeypatch.setattr("time.time", lambda: 2_017_080_420.0)
    assert load(path, core="none").notes == ()


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("20160309023254", "20160309023354", 60),
        ("201603090232", "201603090233", 60),
        ("2016-03-09T02:32", "2016-03-09T02:33", 60),
        ("2016-03-09T02:32Z", "2016-03-09T02:33+00:00", 60),
    ],
)
def test_dates_as_one_number_and_without_seconds(
    first: str, second: str, seconds: int, tmp_path: Path
) -> None:
    dataset = load(written(tmp_path, second, first), core="none")
    assert dataset.times_s is not None
    assert dataset.times_s[0] == 1_457_490_774 - (54 if len(first) != 14 else 0)
    assert dataset.times_s[1] - dataset.times_s[0] == seconds
