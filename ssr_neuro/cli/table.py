"""Tables that stay readable: where the columns have no room, each row becomes a few lines."""

from collections.abc import Container, Iterable, Sequence
from typing import Any

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ssr_neuro.cli.console import console
from ssr_neuro.cli.streams import to_ascii

GAP = 2  # columns between two cells

Rows = list[tuple[str, ...]]


def table(
    title: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[Any]],
    *,
    left: Container[int] = (0,),
    name: int = 0,
) -> None:
    """Print a table. All cells are plain text.

    left: columns of words, the others hold numbers. name: the column that tells rows apart, which
    heads the lines of a row where there is no room for columns.
    """
    heads = tuple(map(_to_text, columns))
    cells: Rows = [tuple(_to_text(str(cell)) for cell in row) for row in rows]
    widths = column_widths([heads, *cells], console.width)
    if widths is None:
        _print_stacked(title, heads, cells, name)
    else:
        _print_columns(title, heads, cells, widths, left)
    console.print()


def column_widths(cells: Rows, width: int) -> list[int] | None:
    """Width of each column, so that no word is cut; None where the words have no room.

    cells: the rows, heads included. width: of the console.
    """
    columns = list(zip(*cells, strict=True))
    whole = [max(map(_longest_line, column)) for column in columns]
    words = [max(map(_longest_word, column)) for column in columns]
    room = width - GAP * (len(columns) - 1)
    if sum(words) > room:
        return None
    while sum(whole) > room:  # the widest that can give way does
        place = max((i for i in range(len(whole)) if whole[i] > words[i]), key=whole.__getitem__)
        whole[place] -= 1
    return whole


def printable(text: str) -> str:
    """Text in which nothing steers the terminal: other control characters than a new line as \\x1b.

    Names may come from untrusted files.
    """
    return "".join(
        c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def _to_text(cell: str) -> str:
    shown = printable(cell)
    return to_ascii(shown) if console.options.ascii_only else shown


def _longest_line(cell: str) -> int:
    return max(map(cell_len, cell.splitlines()), default=0)


def _longest_word(cell: str) -> int:
    return max(map(cell_len, cell.split()), default=0)


def _print_columns(
    title: str, heads: Sequence[str], rows: Rows, widths: Sequence[int], left: Container[int]
) -> None:
    shown = Table(
        title=Text(_to_text(title)) if title else None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
    )
    for place, head in enumerate(heads):
        shown.add_column(
            Text(head),
            justify="left" if place in left else "right",
            style="" if place else "cyan",
            width=widths[place],
        )
    for row in rows:
        shown.add_row(*map(Text, row))
    console.print(shown)


def _print_stacked(title: str, heads: Sequence[str], rows: Rows, name: int) -> None:
    if title:
        console.print(Text(_to_text(title), style="bold"))
    for row in rows:
        console.print(Text(row[name] or heads[name], style="cyan"), overflow="fold")
        parts = [
            f"{head}: {', '.join(cell.splitlines())}" if head else cell
            for place, (head, cell) in enumerate(zip(heads, row, strict=True))
            if place != name and cell
        ]
        if parts:
            console.print(Padding(Text("; ".join(parts), overflow="fold"), (0, 0, 0, 2)))
