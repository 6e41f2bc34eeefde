"""What a search varies: the spaces there are, and those of a file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from search_tasks import task
from training_runs import DATA

from ssr_neuro.errors import BadInput
from ssr_neuro.model import kinds, model_type
from ssr_neuro.search.defaults import default_space, default_values
from ssr_neuro.search.space import Between, Choices, Space, searchable
from ssr_neuro.search.space_file import read
from ssr_neuro.search.task import SearchTask


def space_of(folder: Path, text: str, kind: str = "sasrec") -> Space:
    (folder / "space.toml").write_text(text)
    return read(folder / "space.toml", kind)


@pytest.mark.parametrize("kind", kinds())
def test_every_default_space_holds_the_defaults_and_only_fields_the_kind_has(kind: str) -> None:
    space, values = default_space(kind), default_values(kind)
    assert set(space) <= set(searchable(kind))
    assert all(values[name] in dimension for name, dimension in space.items())
    has_table = bool(model_type(kind).table_lr_parameters)
    assert ("table_lr" in space) == has_table
    timed = replace(DATA, times_s=np.arange(len(DATA.items), dtype=np.float64))
    SearchTask(kind, timed, "ratio", 10).check(space)


def test_what_counts_has_nothing_to_search() -> None:
    assert default_space("popularity") == {}
    assert "dropout" in default_space("lrurec")
    assert "dropout" not in default_space("ssr")


def test_a_file_says_all_that_is_searched(tmp_path: Path) -> None:
    text = """
    [lr]
    low = 1e-4
    high = 1
    log = true
    [dropout]
    choices = [0, 0.1]
    [blocks]
    low = 1
    high = 5
    step = 2
    [batch_size]
    choices = [8, 16]
    """
    assert space_of(tmp_path, text) == {
        "lr": Between(1e-4, 1.0, log=True),
        "dropout": Choices((0.0, 0.1)),
        "blocks": Between(1, 5, step=2),
        "batch_size": Choices((8, 16)),
    }


@pytest.mark.parametrize(
    ("value", "inside"), [(1, True), (2, False), (3, True), (7, False), ("1", False), (None, False)]
)
def test_a_range_knows_its_values(value: Any, inside: bool) -> None:
    assert (value in Between(1, 5, step=2)) is inside


def test_a_space_is_shown_in_words() -> None:
    assert str(Between(1e-4, 0.01, log=True)) == "0.0001 to 0.01, log"
    assert str(Between(1, 5, step=2)) == "1 to 5 by 2"
    assert str(Choices((None, True, 0.5, "half"))) == "none, true, 0.5, half"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names nothing to search"),
        ("lr = ", "cannot be read as TOML"),
        ("lr = 3", r"lr is 3; write \[lr\] and below it give low and high"),
        ("[lr]\nlow = 1", r"\[lr\] is neither a range nor a list; give low and high"),
        ("[lr]\nlow = 1\nhigh = 2\nhgih = 3", r"\[lr\] has hgih; give low and high"),
        ("[lr]\nlow = 1\nchoices = [1, 2]", r"\[lr\] is a range and a list"),
        ("[lr]\nlow = 2\nhigh = 1", r"\[lr\] low 2.0 must be below high 1.0"),
        ("[lr]\nlow = 0\nhigh = 1\nlog = true", r"\[lr\] low is 0.0; with log it must be above 0"),
        ("[lr]\nlow = 0\nhigh = 1\nlog = 2", r"\[lr\] log is 2; it must be true or false"),
        ("[lr]\nlow = 0\nhigh = 1\nstep = 2", r"\[lr\] step is 2.0; it must be above 0, at most"),
        ("[lr]\nlow = 'a'\nhigh = 1", r"\[lr\] low: lr is 'a'; it must be a finite number"),
        ("[blocks]\nlow = 1\nhigh = 1.5", r"\[blocks\] high: blocks is 1.5; it must be a whole"),
        ("[blocks]\nchoices = [1]", r"\[blocks\] choices is \[1\]; it must be a list of 2 or more"),
        ("[blocks]\nchoices = [1, 1]", r"\[blocks\] choices has a value twice"),
        ("[layers]\nchoices = [1, 2]", r"\[layers\] is no field of sasrec or of training; there"),
        ("[items]\nchoices = [1, 2]", r"\[items\] is the data set's; there are batch_size"),
        ("[seed]\nchoices = [1, 2]", r"\[seed\] is the same in all trials, or they could not be"),
        ("[select_by]\nchoices = ['ndcg@10', 'hr@10']", r"\[select_by\] is the same in all trial"),
        ("[table_lr]\nlow = 1\nhigh = 2", r"\[table_lr\] is for no parameter of sasrec"),
    ],
)
def test_a_bad_file_is_named_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=rf"space\.toml: {message}"):
        space_of(tmp_path, text)


def test_the_number_of_users_is_the_data_sets(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\[users\] is the data set's; there are batch_size"):
        space_of(tmp_path, "[users]\nchoices = [1, 5]", "caser")


def test_words_need_a_list(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\[spectrum\] is no number; give choices"):
        space_of(tmp_path, "[spectrum]\nlow = 1\nhigh = 2", "ssr")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent.toml: cannot be read \(No such file"):
        read(tmp_path / "absent.toml", "ssr")


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"dropout": Between(0.0, 1.5)}, r"dropout cannot be 1.5 in this search: "),
        ({"lr": Between(-1.0, 1.0)}, r"lr cannot be -1.0 in this search: --lr is -1"),
        ({"heads": Choices((2, 3))}, r"heads cannot be 3 in this search: .*divisible by heads"),
        ({"features": Choices((8, 16))}, "features is fixed by --set and searched as well"),
    ],
)
def test_what_can_never_be_trained_is_refused_before(space: Space, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        task().check(space)


def test_data_that_do_not_fit_the_model_are_refused_before() -> None:
    with pytest.raises(BadInput, match=r"circle .* has no times, and this model reads them"):
        SearchTask("tim4rec", DATA, "ratio", 10).check(default_space("tim4rec"))
    with pytest.raises(BadInput, match="protocol 'half'"):
        SearchTask("fism", DATA, "half", 10).check(default_space("fism"))


def test_values_that_go_with_some_others_are_searched() -> None:
    both: Space = {"heads": Choices((2, 3)), "features": Choices((8, 9))}
    task(config={"positions": 4}).check(both)
