"""How a data file is read: the options that every command and function with data takes."""

from dataclasses import dataclass, fields
from typing import TypedDict, Unpack

from ssr_neuro.errors import BadInput


class ReadingOptions(TypedDict, total=False):
    """The fields of `Reading` as keywords; None stands for the default."""

    core: str | None
    duplicates: str | None
    ties: str | None
    reader: str | None


@dataclass(frozen=True)
class Reading:
    """core: 5-core, 5-once or none. duplicates: keep, first or last. ties: file, item or shuffle.

    reader: one of `ssr_neuro.data.READERS`, or None to choose by name and content.
    """

    core: str = "5-core"
    duplicates: str = "keep"
    ties: str = "file"
    reader: str | None = None

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
