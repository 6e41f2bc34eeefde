"""`ssr evaluate`: models side by side on one test set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from ssr_neuro.cli.options import Core, Duplicates, Json, Reader
from ssr_neuro.cli.output import console, print_json, table, whole
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    import torch

    from ssr_neuro.metrics import Metrics

HEADS = ("model", "protocol", "N", "sequences", "HR@10", "NDCG@10", "MRR@10")


def evaluate(
    models: Annotated[list[Path], typer.Argument(help="one or more model.pt")],
    data: Annotated[str, typer.Option(help="data set file, or 'generated'")],
    hide_seen: Annotated[
        Optional[str],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(
            help="leave out what the user has had: in the whole history, or in the model's window",
            metavar="history|window",
            show_default="all items are ranked",
        ),
    ] = None,
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    device: Annotated[str, typer.Option(help="auto or cpu")] = "auto",
    json: Json = False,
) -> None:
    """HR, NDCG and MRR at 10 of each model, full ranking over all items.

    The test set is the one that the model's own training protocol left out.
    LRURec's authors hide the window. A target that was had before stays a candidate.
    """
    from ssr_neuro import checkpoint, data as data_sets  # noqa: I001
    from ssr_neuro.evaluate import hiding, evaluate as rank, model_scores
    from ssr_neuro.training import parts_of

    hide, place = hiding(hide_seen), _device(device)
    dataset = data_sets.load(
        data, core=core, duplicates=duplicates, reader=reader, progress=not json
    )
    about: dict[str, dict[str, Any]] = {}
    found: dict[str, Metrics] = {}
    for path in models:
        saved = checkpoint.load(path)
        checkpoint.check_data(saved, dataset, path)
        protocol, positions = saved.training["protocol"], saved.config.positions
        test = parts_of(dataset, saved.kind, protocol, saved.config).test
        about[str(path)] = {"kind": saved.kind, "protocol": protocol, "positions": positions}
        found[str(path)] = rank(
            model_scores(saved.model().to(place)), test, seen=hide(test), progress=not json
        )
    if json:
        print_json({p: about[p] | {"hidden": hide_seen} | m.to_dict() for p, m in found.items()})
        return
    _show(dataset.source, hide_seen, about, found)


def _device(name: str) -> "torch.device":
    import torch

    if name not in ("auto", "cpu"):
        raise BadInput(f"device is {name!r}; it must be auto or cpu")
    found = torch.accelerator.current_accelerator(check_available=True)
    return found if name == "auto" and found is not None else torch.device("cpu")


def _show(
    source: str,
    hidden: str | None,
    about: dict[str, dict[str, Any]],
    found: "dict[str, Metrics]",
) -> None:
    rows = [
        (path, about[path]["protocol"], about[path]["positions"], whole(m.sequences),
         *(f"{v[10]:.4f} ± {e[10]:.4f}" for v, e in
           ((m.hr, m.hr_error), (m.ndcg, m.ndcg_error), (m.mrr, m.mrr_error))))
        for path, m in found.items()
    ]  # fmt: skip
    ranked = f"seen items ({hidden}) hidden" if hidden else "all items ranked"
    table(f"{source}, {ranked}", HEADS, rows)
    if len(protocols := sorted({a["protocol"] for a in about.values()})) > 1:
        console.print(
            f"{' and '.join(protocols)} test on other sequences: compare models of one protocol."
        )
