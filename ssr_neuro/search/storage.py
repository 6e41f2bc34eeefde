"""Where a study is kept: a file, SQLite or a journal, or a database that machines share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from ssr_neuro.errors import BadInput, SsrError
from ssr_neuro.files import study_file


def open_storage(place: str) -> BaseStorage:
    """A path, a journal where it ends in .log or .journal and else SQLite; or a storage URL.

    Raises BadInput, with passwords left out, where there is no storage that can be used.
    """
    study_file.check(place)
    with answering(f"--storage {hide_password(place)}"):
        return RDBStorage(place) if "://" in place else _file(Path(place).absolute())


@contextmanager
def answering(what: str) -> Iterator[None]:
    """Whatever a storage raises that does not answer as one becomes BadInput that names `what`.

    Files of studies come from anywhere: Optuna and the database trip over foreign content with
    whatever error comes first.
    """
    try:
        yield
    except (SsrError, UpdateFinishedTrialError):
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0][:200]
        raise BadInput(
            f"{what}: cannot keep a study ({type(error).__name__}: {reason}); name a new file, one "
            "that ssr search made, or a storage URL whose driver is installed"
        ) from error


def hide_password(place: str) -> str:
    """The place as it may be shown."""
    if "://" not in place:
        return place
    try:
        return make_url(place).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return f"{place.partition('://')[0]}://..."


def _file(path: Path) -> BaseStorage:
    path.parent.mkdir(parents=True, exist_ok=True)
    if study_file.is_journal(path):
        # The lock is a link to this path, so it has to hold from everywhere: hence absolute.
        return JournalStorage(JournalFileBackend(str(path)))
    url = URL.create("sqlite", database=str(path))
    waits = {"connect_args": {"timeout": study_file.WAIT_S}}
    return RDBStorage(url.render_as_string(hide_password=False), engine_kwargs=waits)
