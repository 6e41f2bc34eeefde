"""How a data file is read: the options that every command and function with data takes."""

from dataclasses import dataclass, fields
from typing import TypedDict, Unpack

from ssr_neuro.errors import BadInput

NO_TIME = "none"
GENERATED = "generated"  # the data set that needs no file


class ReadingOptions(TypedDict, total=False):
    """The fields of `Reading` as keywords; None stands for the default."""

    core: str | None
    duplicates: str | None
    ties: str | None
    reader: str | None
    user_column: str | None
    item_column: str | None
    time_column: str | None


@dataclass(frozen=True)
class WantedColumns:
    """Names of columns, or their numbers from 1; None: by the names that are known.

    time is "none" where no time is to be read.
    """

    user: str | None = None
    item: str | None = None
    time: str | None = None

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(name for name in (self.user, self.item, self.time) if name is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are given by name."""
        return tuple(one for one in self.given if not one.isdecimal() and one != NO_TIME)

    @property
    def are_numbers(self) -> bool:
        """Whether user and item are given by number, so that a header is not needed."""
        needed = (self.user or "", self.item or "", self.time or "0")
        return all(name.isdecimal() or name == NO_TIME for name in needed)


@dataclass(frozen=True)
class Reading:
    """core: 5-core, 5-once or none. duplicates: keep, first, last or immediate.

    ties: file, item or shuffle. reader: one of `ssr_neuro.data.READERS`, or None to choose by name
    and content. user_column, item_column, time_column: names or numbers of columns (from 1), where
    they are not known by name; time_column "none" reads no times.
    """

    core: str = "5-core"
    duplicates: str = "keep"
    ties: str = "file"
    reader: str | None = None
    user_column: str | None = None
    item_column: str | None = None
    time_column: str | None = None

    @property
    def columns(self) -> WantedColumns:
        return WantedColumns(self.user_column, self.item_column, self.time_column)

    def options(self) -> list[str]:
        """The command's options that differ from the defaults."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        standard = {f.name: f.default for f in fields(self)}
        return [
            word
            for name, value in given.items()
            if value != standard[name]
            for word in (f"--{name.replace('_', '-')}", str(value))
        ]


def reading_of(**options: Unpack[ReadingOptions]) -> Reading:
    """What these options ask for. Raises BadInput for one that does not exist."""
    known = [f.name for f in fields(Reading)]
    if unknown := [name for name in options if name not in known]:
        raise BadInput(f"no option {', '.join(unknown)}; there are {', '.join(known)}.")
    return Reading(**{n: str(value) for n, value in options.items() if value is not None})


def refuse_without_data(data: str = "--data", **options: Unpack[ReadingOptions]) -> None:
    """Raises BadInput where options of reading are given and there is no data to read.

    data: the option that names them.
    """
    _refuse_given(options, f"without {data}; give it")


def refuse_read_already(**options: Unpack[ReadingOptions]) -> None:
    """Raises BadInput where options of reading are given with data that are a `Dataset`."""
    _refuse_given(options, "with a Dataset, which is read already; give its file")


def _refuse_given(options: ReadingOptions, why: str) -> None:
    """Those left out, which are None, are no fault; unknown ones are, whatever their value."""
    reading_of(**options)
    given = [f"--{n.replace('_', '-')}" for n, value in options.items() if value is not None]
    if given:
        verb, them = ("have", "them") if len(given) > 1 else ("has", "it")
        raise BadInput(f"{', '.join(given)} {verb} no meaning {why}, or leave {them} out")
