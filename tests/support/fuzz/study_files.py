"""Studies of a search as strangers may send them: SQLite and journals."""

import json
import random
import shutil
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import alembic.util
import optuna
from optuna.trial import TrialState
from search_studies import SMALL, SPACE

from fuzz import trees
from fuzz.reader import RAW, Reader
from ssr_neuro.files import study_file
from ssr_neuro.library.searching import SearchResult
from ssr_neuro.search import abandoned_trials
from ssr_neuro.search.study import ask, count_done, open_study

NAME = "s"


def _make(folder: Path, suffix: str) -> list[Path]:
    """A study with trials that ended in every way, and one that runs."""
    path = folder / f"study{suffix}"
    study = open_study(str(path), NAME, SMALL, SPACE)
    for state in (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL, None):
        trial = ask(study, SPACE)
        trial.report(0.1, 5)
        if state is not None:
            study.tell(trial, 0.2 if state == TrialState.COMPLETE else None, state=state)
    return [path]


def _use(rng: random.Random, path: Path) -> None:
    """As `ssr search` goes on: open, take back what was abandoned, count, ask for one more.

    Most studies are asked for no more, which takes longer than the rest.
    """
    study = open_study(str(path), NAME, SMALL, SPACE)
    abandoned_trials.take_back(study)
    count_done(study)
    if rng.random() < 0.1:
        trial = ask(study, SPACE)
        trial.report(0.3, 5)
        abandoned_trials.tell(study, trial.number, TrialState.COMPLETE, 0.3)
    json.dumps(SearchResult(study, SMALL).to_dict())


def _journal(rng: random.Random, good: list[Path], folder: Path) -> None:
    path = folder / "study.log"
    lines = good[0].read_text().splitlines()
    at = rng.randrange(len(lines))
    if rng.random() < 0.7:
        lines[at] = json.dumps(trees.mutate(rng, json.loads(lines[at]), rng.choice((1, 2))))
    elif rng.random() < 0.5:
        del lines[at]
    else:
        lines.insert(rng.randrange(len(lines)), lines[at])
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(trees.flip_bytes(rng, content) if rng.random() < RAW else content)
    _use(rng, path)


def _database(rng: random.Random, good: list[Path], folder: Path) -> None:
    path = folder / "study.db"
    for old in folder.glob("study.db*"):
        old.unlink()
    shutil.copy(good[0], path)
    if rng.random() < 2 * RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    else:
        with sqlite3.connect(path) as connection:
            _change(rng, connection)
        connection.close()
    _use(rng, path)


def _change(rng: random.Random, connection: sqlite3.Connection) -> None:
    """One cell, row or table of it is another."""
    names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
    table = rng.choice([name for (name,) in names])
    columns = [row[1] for row in connection.execute(f'pragma table_info("{table}")')]
    value: Any = rng.choice((*trees.NUMBERS, *trees.ODD, '{"name": "x"}', "[]", b"\xff\xfe"))
    statement = rng.choice(
        (
            f'update "{table}" set "{rng.choice(columns)}" = ?',
            f'update "{table}" set "{rng.choice(columns)}" = ?',
            f'update "{table}" set "{rng.choice(columns)}" = ? where rowid = 1',
            f'delete from "{table}"',
            f'drop table "{table}"',
            f'alter table "{table}" rename to x',
        )
    )
    try:
        connection.execute(statement, (value,) if "?" in statement else ())
    except sqlite3.Error:  # the file itself refuses it
        connection.execute(f'delete from "{table}"')


optuna.logging.set_verbosity(optuna.logging.ERROR)
study_file.LINE_S = 0  # nothing else writes to these
# Optuna's migrations are the same for every study; they take more than half of an input.
alembic.util.load_python_file = cache(alembic.util.load_python_file)
READERS = (
    Reader("journal", lambda folder: _make(folder, ".log"), _journal),
    Reader("sqlite", lambda folder: _make(folder, ".db"), _database),
)
