"""`ssr evaluate`: models side by side, or together, on one part of a data set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from ssr_neuro.cli.options import Core, Duplicates, Json, Reader
from ssr_neuro.cli.output import console, print_json, table, whole
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    import torch

    from ssr_neuro.evaluation.metrics import Metrics

HEADS = ("model", "protocol", "N", "sequences", "HR@10", "NDCG@10", "MRR@10")
TOGETHER = "together"


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
    part: Annotated[
        str, typer.Option(help="test, or validation: to choose by", metavar="test|validation")
    ] = "test",
    together: Annotated[
        bool,
        typer.Option("--together", help="rank by the mean of the models' scores as well"),
    ] = False,
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    device: Annotated[str, typer.Option(help="auto or cpu")] = "auto",
    json: Json = False,
) -> None:
    """HR, NDCG and MRR at 10 of each model, full ranking over all items.

    The sequences are those that the model's own training protocol left out.
    LRURec's authors hide the window. A target that was had before stays a candidate.
    What several --teacher of `ssr train` know is what they rank --together.
    """
    from ssr_neuro import data as data_sets
    from ssr_neuro.cli.evaluate_parts import PARTS, judged, same_sequences
    from ssr_neuro.evaluation.evaluate import evaluate as rank
    from ssr_neuro.evaluation.evaluate import hiding, mean_scores, model_scores

    if part not in PARTS:
        raise BadInput(f"part is {part!r}; it must be {' or '.join(PARTS)}")
    hide, place = hiding(hide_seen), _device(device)
    dataset = data_sets.load(
        data, core=core, duplicates=duplicates, reader=reader, progress=not json
    )
    chosen = [judged(path, dataset, part) for path in models]
    if together:
        same_sequences(chosen)
    scorers = [model_scores(one.saved.model().to(place)) for one in chosen]
    rows = list(zip((str(path) for path in models), chosen, scorers, strict=True))
    if together:
        rows.append((TOGETHER, chosen[0], mean_scores(scorers)))
    found: dict[str, Metrics] = {
        name: rank(score, one.sequences, seen=hide(one.sequences), progress=not json)
        for name, one, score in rows
    }
    about = {name: one.about() for name, one, _ in rows}
    if together:
        about[TOGETHER]["kind"] = " and ".join(one.saved.kind for one in chosen)
    if json:
        shared = {"part": part, "hidden": hide_seen}
        print_json({name: about[name] | shared | m.to_dict() for name, m in found.items()})
        return
    ranked = f"seen items ({hide_seen}) hidden" if hide_seen else "all items ranked"
    _show(f"{dataset.source}, {part} set, {ranked}", about, found)


def _device(name: str) -> "torch.device":
    import torch

    if name not in ("auto", "cpu"):
        raise BadInput(f"device is {name!r}; it must be auto or cpu")
    found = torch.accelerator.current_accelerator(check_available=True)
    return found if name == "auto" and found is not None else torch.device("cpu")


def _show(title: str, about: dict[str, dict[str, Any]], found: "dict[str, Metrics]") -> None:
    rows = [
        (name, about[name]["protocol"], about[name]["positions"], whole(m.sequences),
         *(f"{v[10]:.4f} ± {e[10]:.4f}" for v, e in
           ((m.hr, m.hr_error), (m.ndcg, m.ndcg_error), (m.mrr, m.mrr_error))))
        for name, m in found.items()
    ]  # fmt: skip
    table(title, HEADS, rows)
    if len(protocols := sorted({a["protocol"] for a in about.values()})) > 1:
        console.print(
            f"{' and '.join(protocols)} test on other sequences: compare models of one protocol."
        )
