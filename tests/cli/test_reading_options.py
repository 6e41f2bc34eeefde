"""Every command that reads a data set takes the same options, and uses them."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ssr_neuro.cli import app
from ssr_neuro.settings.reading import Reading

READING = ["train", "search", "evaluate", "recommend", "measure", "report", "compile"]
STUDIES = ["anytime", "item-table", "noise", "lengths", "steps", "tau", "memory"]
OPTIONS = [f"--{name.replace('_', '-')}" for name in Reading.__dataclass_fields__]


def options_of(*words: str) -> set[str]:
    command = typer.main.get_command(app)
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize(
    "words", [("data", "stats"), *((name,) for name in READING), *(("study", s) for s in STUDIES)]
)
def test_the_options_of_reading_are_everywhere(words: tuple[str, ...]) -> None:
    assert options_of(*words) >= set(OPTIONS)


def test_every_option_reaches_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.data"
    rows = [("ann", "9", 5), ("ann", "9", 5), ("ann", "3", 5), ("bob", "3", 1)]
    path.write_text("".join(f"{t};{i};{u}\n" for u, i, t in rows))
    words = [
        *"--core none --duplicates immediate --ties item --reader table".split(),
        *"--user-column 3 --item-column 2 --time-column 1".split(),
    ]
    done = CliRunner().invoke(app, ["data", "stats", str(path), "--json", *words])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["users"], found["items"], found["interactions"]) == (2, 2, 3)
    assert found["ties"]["observed"] == "ascending item"
    assert found["source"] == (
        "a.data, reader table, columns 3, 2, 1, filter none, duplicates immediate, ties item"
    )


def test_options_that_differ_from_the_defaults_are_printed_again() -> None:
    assert Reading().options() == []
    assert Reading(ties="shuffle", time_column="none").options() == [
        "--ties",
        "shuffle",
        "--time-column",
        "none",
    ]
