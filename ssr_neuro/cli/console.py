"""Where commands print: as wide as the terminal, COLUMNS, or a log; in ASCII where it must be."""

import os
from typing import Any

from rich.console import Console, ConsoleDimensions
from rich.text import Text

from ssr_neuro.cli.streams import to_ascii
from ssr_neuro.files.names import spell_controls

# A pipe or a log has no width of its own.
PIPE_WIDTH = 120


class PlainConsole(Console):
    """Prints text from files as text: no control character in it reaches the terminal, and what
    stands between two colons stays as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Control characters are spelled, such as \\x1b."""
        return super().render_str(spell_controls(text), **options)


class ResultConsole(PlainConsole):
    """Writes to standard output as it is at the moment of printing."""

    @property
    def size(self) -> ConsoleDimensions:
        """Of the terminal; in a pipe or a file COLUMNS, or PIPE_WIDTH."""
        if self.is_terminal:
            return super().size
        columns = os.environ.get("COLUMNS", "")
        return ConsoleDimensions(int(columns) if columns.isdigit() else PIPE_WIDTH, 25)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size

    def render_str(self, text: str, **options: Any) -> Text:
        """Text whose width is right: an ASCII stream gets ± as the two characters +-."""
        return super().render_str(to_ascii(text) if self.options.ascii_only else text, **options)


console = ResultConsole()
# --quiet silences notes, and results where they are files as well; an error is always said.
errors = PlainConsole(stderr=True)
notes = PlainConsole(stderr=True)


def set_quiet(*, results: bool, progress: bool) -> None:
    """What is not to be printed: results as prose and tables; progress and notes."""
    console.quiet, notes.quiet = results, progress


def is_quiet() -> bool:
    """Whether progress and notes are not to be shown."""
    return notes.quiet


def shows_progress(json: bool) -> bool:
    """Whether a command shows how far it is: not beside JSON, nor with --quiet."""
    return not json and not is_quiet()
