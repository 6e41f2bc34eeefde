"""The table of docs/reference/chips.md: the chips that come with the project, from hw_targets/."""

from collections.abc import Callable

from model_figures import markdown_table

from ssr_neuro.chip import CHIPS, Chip, load_chip

TABLES_SHOWN = ("limits", "abilities", "prices", "timings", "performance", "power")
ORDER = {"neuromorphic": "neuromorphic chip", "logic": "logic and memory", "gpu": "GPU"}


def chips() -> str:
    """A row for each chip: what it is, and how many of its figures are known by table."""
    known = sorted(map(load_chip, CHIPS), key=lambda chip: list(ORDER).index(chip.kind))
    return markdown_table(("chip", "kind", *TABLES_SHOWN), [_row(chip) for chip in known])


def _row(chip: Chip) -> list[str]:
    counts = (sum(figure.known for _, figure in getattr(chip, t).items()) for t in TABLES_SHOWN)
    return [f"`{chip.name}`: {chip.title}", ORDER[chip.kind], *(str(n or "") for n in counts)]


TABLES: dict[str, Callable[[], str]] = {"chips": chips}
