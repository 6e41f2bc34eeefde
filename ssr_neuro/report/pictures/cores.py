"""The cores of a chip as a map: how full each is, and what lives there."""

from collections.abc import Iterator
from math import ceil, sqrt

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.frame import Frame
from ssr_neuro.charts.svg import rect, svg, text
from ssr_neuro.report.core_map import Core, CoreLimit, Placed

SHADES = 6
GAP, STREET, CHIP, TITLE = 3, 4, 26, 20
LARGEST, MARGIN = 40, 40
LISTED = 8


def core_map(placed: Placed, frame: Frame) -> Markup:
    """A chip below the other; cores in their places where the mesh is known, else in rows.

    The darker a core, the fuller it is of what it has least room for.
    """
    columns, rows = grid(placed)
    chips = sorted({core.chip or 0 for core in placed.cores})
    wide, high = tile(placed.seats or 1) if placed.columns else (columns, rows)
    streets, lanes = (columns - 1) // wide * STREET, (rows - 1) // high * STREET
    side = min(LARGEST, (frame.width - MARGIN * (not frame.narrow) - streets) / columns)
    tall = rows * side + lanes
    edge = (frame.width - columns * side - streets) / 2
    seats = {(core.chip or 0, *_place(core, placed, columns)): core for core in placed.cores}
    limits = {limit.need: limit for limit in placed.limits}
    marks: list[Markup] = []
    for number, chip in enumerate(chips):
        top = number * (tall + TITLE + CHIP) + TITLE
        if len(chips) > 1:
            marks.append(text(f"chip {chip}", edge, top - 6, "axis start"))
        for row in range(rows):
            for column in range(columns):
                left = edge + column * side + column // wide * STREET
                down = top + tall - (row + 1) * side - row // high * STREET
                core = seats.get((chip, column, row))
                marks += _core(core, left, down, side - (GAP if side > 9 else 1), limits)
    height = len(chips) * (tall + TITLE + CHIP) - CHIP + 6
    return svg(f"Cores of {placed.title}", height, marks, frame.width)


def grid(placed: Placed) -> tuple[int, int]:
    """Columns and rows of cores that are drawn: the seats of a tile stand side by side."""
    if placed.columns and placed.rows:
        wide, high = tile(placed.seats or 1)
        return placed.columns * wide, placed.rows * high
    cores = placed.cores_per_chip or len(placed.cores)
    columns = ceil(sqrt(2 * cores))
    return columns, ceil(cores / columns)


def tile(seats: int) -> tuple[int, int]:
    """Columns and rows of the cores in one tile."""
    wide = ceil(sqrt(seats))
    return wide, ceil(seats / wide)


def shade(core: Core) -> int | None:
    """0 (empty) to SHADES - 1 (full), by its fullest share; None where no limit is known."""
    if core.fullest is None:
        return None
    return min(SHADES - 1, int(core.shares[core.fullest] * SHADES))


def _place(core: Core, placed: Placed, columns: int) -> tuple[int, int]:
    if core.column is None or core.row is None:
        number = core.core % placed.cores_per_chip if placed.cores_per_chip else core.core
        return number % columns, number // columns
    wide, high = tile(placed.seats or 1)
    row, column = divmod(core.seat or 0, wide)
    return core.column * wide + column, core.row * high + row


def _core(
    core: Core | None, left: float, top: float, side: float, limits: dict[str, CoreLimit]
) -> Iterator[Markup]:
    if core is None:
        yield rect(left, top, side, side, "empty", rx=2)
        return
    level = shade(core)
    kind = "unrated" if level is None else f"h{level}"
    yield rect(left, top, side, side, kind, describe(core, limits), rx=2)
    if side >= 20:
        ink = "inside" if level is None else f"inside ih{level}"
        yield text(str(core.core), left + side / 2, top + side / 2 + 4, ink)


def describe(core: Core, limits: dict[str, CoreLimit]) -> str:
    """What lives on a core, with each need and its limit."""
    needs = [_need(core, name, limits.get(name)) for name in core.used]
    blocks = list(
        dict.fromkeys(
            f"{one.node}, positions {_span(one.positions)}, features {_span(one.features)}"
            for one in core.holds
        )
    )
    more = f" and {len(blocks) - LISTED} more" if len(blocks) > LISTED else ""
    return (
        f"Core {core.core} holds {'; '.join(blocks[:LISTED])}{more}. "
        f"Needs and limits: {'; '.join(needs)}."
    )


def _span(block: tuple[int, int]) -> str:
    return f"{block[0]}\N{EN DASH}{block[1] - 1}"


def _need(core: Core, name: str, limit: CoreLimit | None) -> str:
    title = limit.title if limit else name
    used = core.used[name]
    if used is None:
        return f"{title} {numbers.UNKNOWN}"
    if limit is None or (limit.value is None and not limit.unlimited):
        return f"{title} {used:,}, limit {numbers.UNKNOWN}"
    if limit.value is None:
        return f"{title} {used:,}, no limit"
    return f"{title} {used:,} of {limit.value:,.0f} ({numbers.percent(core.shares.get(name))})"
