"""`ssr_neuro.cost` and `cost_on_gpu`: operations, time and energy of one inference on a chip."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.errors import BadInput
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.files_read import path_of
from ssr_neuro.library.models import Model, Models, paths_of
from ssr_neuro.library.one_or_several import list_some
from ssr_neuro.report_builder.cost_rows import CostRow, parse_charge, rows_of, rows_of_compiled
from ssr_neuro.report_builder.gpu_rows import GpuRows, gpu_rows
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC

PRICED = "a model, a compiled network, or the path of either"


def cost(
    sources: "Compiled | Model | str | Path | Sequence[Compiled | Model | str | Path]",
    chip: str | Path | Chip = DEFAULT_LOGIC,
    *,
    charge: Literal["products", "arithmetic", "all"] = "products",
) -> tuple[CostRow, ...]:
    """A row for every form that a model can be served in, with its bills.

    One inference: one user, one window, scores of all items. A trained model is counted from its
    forward pass, a compiled one from the spikes of its trace. charge: products (matrix products
    and recurrences), arithmetic (norms, activations, skips too), all (special functions, which
    have no price). Raises BadInput on a kind that is not counted, and on a GPU: `cost_on_gpu`.
    """
    target, charged = load_chip(chip), parse_charge(charge)
    if target.kind == "gpu":
        raise BadInput(
            f"{target.name} is a GPU, which has no prices of operations; cost_on_gpu estimates "
            "time and energy there"
        )
    rows: list[CostRow] = []
    for one in list_some(sources, "model"):
        if isinstance(one, Compiled):
            if one.report is None:
                raise BadInput(f"{one.name} is a graph; only recommenders are priced")
            run = (one.report, one.program, one.proof.trace)
            rows += rows_of_compiled(*run, target, charged, chip)
        else:
            path = one.find_file() if isinstance(one, Model) else path_of(one, PRICED)
            rows += rows_of(path, target, charged, chip)
    return tuple(rows)


def cost_on_gpu(sources: Models, gpu: str | Path | Chip) -> GpuRows:
    """Time and energy of one inference on a GPU by its roofline, as ranges, at batch 1 and best.

    A row for every form that `ssr measure` runs. Raises BadInput where the chip is no GPU or lacks
    a figure that is needed, or a source is no trained model.
    """
    return gpu_rows(paths_of(list_some(sources, "model")), load_chip(gpu))
