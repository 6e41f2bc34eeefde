"""`ssr_neuro.costs`: operations and energy of one inference, at the prices of a chip."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.errors import BadInput
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.models import Model
from ssr_neuro.report_builder.cost_rows import Row, chargeable, rows_of, rows_of_compiled

LOGIC = "generic-45nm"


def cost(
    sources: "Compiled | Model | str | Path | Sequence[Compiled | Model | str | Path]",
    chip: str | Path | Chip = LOGIC,
    *,
    charge: Literal["products", "arithmetic", "all"] = "products",
) -> tuple[Row, ...]:
    """A row for every form that a model can be served in, with its bills.

    One inference: one user, one window, scores of all items. A trained model is counted from its
    forward pass, a compiled one from the spikes of its trace. charge: products (matrix products
    and recurrences), arithmetic (norms, activations, skips too), all (special functions, which
    have no price). Raises BadInput on a kind that is not counted.
    """
    target, charged = chip if isinstance(chip, Chip) else load_chip(chip), chargeable(charge)
    listed = [sources] if isinstance(sources, Compiled | Model | str | Path) else list(sources)
    rows: list[Row] = []
    for one in listed:
        if isinstance(one, Compiled):
            if one.report is None:
                raise BadInput(f"{one.name} is a graph; only recommenders are priced")
            rows += rows_of_compiled(one.report, one.program, one.proof.trace, target)
        else:
            rows += rows_of(one.path if isinstance(one, Model) else Path(one), target, charged)
    return tuple(rows)
