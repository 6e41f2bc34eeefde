"""Lines for csv.reader that keeps count, and refusing a quote that takes in whole records."""

from collections.abc import Iterable, Iterator

from ssr_neuro.errors import BadInput
from ssr_neuro.files.names import quote


class QuotedLines:
    """Numbered lines without their ends. line, text: the last one read; first_line: where the
    record that is being read began."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self.line, self.text, self.first_line = 0, "", 0
        self._of_record: list[str] = []
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[str]:
        for line, text in self._lines:
            self.line, self.text = line, text
            if not self._of_record:
                self.first_line = self.line
            self._of_record.append(text)
            yield f"{text}\n"

    def end_record(self, separator: str, width: int, place: str) -> None:
        """After each record of `width` fields. Raises BadInput where it runs over lines that have
        all fields of a record themselves.

        So a quote that is never closed, as tables with titles have, takes in the lines after it.
        """
        inner, self._of_record = self._of_record[1:-1], []
        if width > 1 and inner and all(text.count(separator) == width - 1 for text in inner):
            raise BadInput(
                f"{place}, line {self.line}: a quoted field ends here that began "
                f"{len(inner) + 1} lines before, and holds {quote(inner[0])}, which reads like a "
                "line of its own. Close the quote; where a quote is part of the text, write two."
            )
