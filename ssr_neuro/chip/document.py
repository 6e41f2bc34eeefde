"""A chip file before its figures are checked: sources by key, and what is listed as unknown."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from ssr_neuro.chip.chip import REQUIRED, TABLES
from ssr_neuro.chip.figures import Read
from ssr_neuro.chip.problems import place

Document = dict[str, Any]
FIGURE_KEYS = ("value", "unit", "source", "at", "evidence", "note", "scope")


def resolve(document: Document) -> Iterator[str]:
    """Writes the text of its source into every figure, and figures without a value where
    [[unknown]] lists them; yields in words what cannot be done."""
    sources = document.get("sources", {})
    for where, figure in _figures(document):
        if where[0] != "sources":
            yield from _check_sources(where, figure, sources if isinstance(sources, dict) else {})
    yield from _unknown(document)
    yield from _left_out(document)


def _check_sources(where: tuple[str, ...], figure: Document, sources: Document) -> Iterator[str]:
    if wrong := sorted(figure.keys() - set(FIGURE_KEYS)):
        yield f"{place(where)}: no key {', '.join(wrong)}; a figure has {_all(FIGURE_KEYS)}"
        for key in wrong:
            del figure[key]
    cited, at = figure.get("source"), figure.get("at")
    source = sources.get(cited) if isinstance(cited, str) else None
    if isinstance(source, dict):
        text = ", ".join(str(part) for part in (source.get("text"), at) if part)
        read = source.get("read")
        figure |= {"source": text, "key": cited, "read": read if read in get_args(Read) else None}
    elif cited is not None:
        there = _all(sources) or "nothing"
        yield f"{place(where)}: source {cited!r} is not in [sources], which holds {there}"


def _figures(node: Document, where: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every inline table of the document that is no table of tables, with its place."""
    for key, value in list(node.items()):
        if isinstance(value, dict):
            if not where or any(isinstance(inner, dict) for inner in value.values()):
                yield from _figures(value, (*where, key))
            else:
                yield (*where, key), value


def _unknown(document: Document) -> Iterator[str]:
    """Puts figures without a value where [[unknown]] says so; yields what cannot be."""
    blocks = document.pop("unknown", [])
    for block in blocks if isinstance(blocks, list) else [blocks]:
        reason = block.get("reason") if isinstance(block, dict) else None
        listed = block.get("figures") if isinstance(block, dict) else None
        if not reason or not isinstance(listed, list) or len(block) != 2:
            yield '[[unknown]]: must be figures = ["table.figure", ...] and reason = "..."'
            continue
        for name in map(str, listed):
            if problem := _without_value(document, name, str(reason)):
                yield f"[[unknown]]: {problem}"


def _without_value(document: Document, name: str, reason: str) -> str | None:
    table, _, key = name.partition(".")
    if table not in TABLES:
        return f"{name!r} names no table; a figure is table.figure, and tables are {_all(TABLES)}"
    fields = TABLES[table].model_fields
    if key not in fields:
        return f"[{table}] has no figure {key!r}; it has {_all(fields)}"
    figures = document.setdefault(table, {})
    if isinstance(figures, dict) and key in figures:
        return f"{name} is listed as unknown and given as well, or listed twice; keep one"
    if isinstance(figures, dict):
        figures[key] = fields[key].default.model_copy(update={"reason": reason})
    return None


def _left_out(document: Document) -> Iterator[str]:
    """What a chip of its kind must say and this file does not."""
    required = next((needs for kind, needs in REQUIRED.items() if kind == document.get("kind")), {})
    given = {table: value for table, value in document.items() if isinstance(value, dict)}
    missing = {
        table: left
        for table, keys in required.items()
        if (left := [key for key in keys if key not in given.get(table, {})])
    }
    if missing:
        lines = (
            "      " + "".join(f'"{table}.{key}", ' for key in left).rstrip()
            for table, left in missing.items()
        )
        yield (
            f"a {document['kind']} chip says more: give each of these figures, or why there is "
            "none:\n    [[unknown]]\n    figures = [\n" + "\n".join(lines) + "\n    ]\n"
            '    reason = "..."'
        )


def _all(known: Iterable[str]) -> str:
    return ", ".join(known)
