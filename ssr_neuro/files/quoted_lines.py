"""Lines for csv.reader that keeps count, and refusing a quote that takes in whole records."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from ssr_neuro.errors import BadInput
from ssr_neuro.files.limits import LINE_BYTES
from ssr_neuro.files.names import is_number, quote

IN_QUOTES = r'"(?!")(?:[^"]|"")*"'  # a field that csv.reader takes for one, and not empty
csv.field_size_limit(LINE_BYTES)  # in place of 128 KiB, which a review or a history may have


def unspaced(text: str, separator: str) -> str:
    """The line without spaces before a field in quotes, where csv.reader would keep the quotes."""
    if f"{separator} " not in text and not text.startswith(" "):
        return text
    mark = re.escape(separator)
    return re.sub(rf"(^|{mark}) +({IN_QUOTES}) *(?=$|{mark})", r"\1\2", text)


class QuotedLines:
    """Numbered lines without their ends, of a table of `width` columns. line, text: the last one
    read; first_line: where the record that is being read began. quotes: whether they are read."""

    def __init__(
        self, lines: Iterable[tuple[int, str]], separator: str, width: int, *, quotes: bool = True
    ) -> None:
        self.line, self.text, self.first_line = 0, "", 0
        self._of_record: list[str] = []
        self._lines, self._separator, self._width = iter(lines), separator, width
        self._quotes = quotes

    def __iter__(self) -> Iterator[str]:
        for line, text in self._lines:
            self.line, self.text = line, text
            begins = not self._of_record
            if begins:
                self.first_line = self.line
            self._of_record.append(text)
            if self._quotes and '"' in text:
                text = unspaced(text, self._separator)
                if begins and self._separator == "\t" and self._is_whole(text):
                    text = "\t".join(map(_with_text_behind_quotes, text.split("\t")))
            yield f"{text}\n"

    def end_record(self, record: Sequence[str], place: str) -> None:
        """After each record. Raises BadInput where it runs over lines that read like records.

        So a quote that is never closed, as tables with titles have, takes in the lines after it.
        """
        lines, self._of_record = self._of_record, []
        inner = lines[1:-1]
        taken = bool(inner) and all(map(self._is_whole, inner))
        if self._width > 1 and (taken or self._are_two(record, lines)):
            raise BadInput(
                f"{place}, line {self.line}: a quoted field ends here that began "
                f"{len(lines) - 1} {'line' if len(lines) == 2 else 'lines'} before, and holds "
                f"{quote(lines[1])}, which reads like a line of its own. Close the quote; where a "
                "quote is part of the text, write two."
            )

    def _is_whole(self, text: str) -> bool:
        return text.count(self._separator) == self._width - 1

    def _are_two(self, record: Sequence[str], lines: list[str]) -> bool:
        """Whether the first and the last line have the fields of a record each.

        Two quotes in one column look like one field over lines, and so does a text with as many
        separators. What the text would put in place of the other columns tells them apart.
        """
        first, last = (text.split(self._separator) for text in (lines[0], lines[-1]))
        broken = [at for at, field in enumerate(record) if "\n" in field]
        if not broken or not len(record) == len(first) == len(last) == self._width:
            return False
        after, before = slice(broken[0] + 1, None), slice(broken[-1])
        return _alike(first[after], record[after]) and _alike(last[before], record[before])


def _with_text_behind_quotes(field: str) -> str:
    """A field such as `"Great" book` in quotes of its own: no csv has it, and tables by tabs do."""
    if re.fullmatch(rf'{IN_QUOTES}[^"].*', field) is None:
        return field
    return '"' + field.replace('"', '""') + '"'


def _alike(found: Sequence[str], fields: Sequence[str]) -> bool:
    """Whether these could be such fields: numbers as they are, with spaces only as they have."""
    return all(
        (is_number(one.strip('"')) or not is_number(field)) and (" " in field or " " not in one)
        for one, field in zip(found, fields, strict=True)
    )
