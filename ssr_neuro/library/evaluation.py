"""`ssr_neuro.evaluate`: models and compiled programs side by side, by what they rank first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Unpack

from ssr_neuro.data import Dataset
from ssr_neuro.data.sequences import Sequences
from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.evaluation.evaluate import (
    Sampling,
    rank_every,
)
from ssr_neuro.evaluation.metrics import Metrics
from ssr_neuro.evaluation.metrics import metrics as rank_metrics
from ssr_neuro.evaluation.ranks import Ranks
from ssr_neuro.evaluation.sampled import Sample, SampledRanking
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.data import load_data
from ssr_neuro.library.device import find_device
from ssr_neuro.library.judged_model import JudgedModel, open_judged, rank_together
from ssr_neuro.library.models import Model, load
from ssr_neuro.library.one_or_several import list_some
from ssr_neuro.settings.reading import ReadingOptions

PARTS = ("test", "validation")


@dataclass(frozen=True)
class Evaluation:
    """One model's figures. positions: N of its windows.

    metrics: with all items ranked; `metrics.window_left_out` without those the model reads. ranks:
    of every sequence, which stand in `sequences`. data: what they are of (`Dataset.identity`).
    training, config: how it was trained and its shape; of integers there is no training. sampled:
    the figures among a sample of the items, None where none was asked for.
    """

    name: str
    kind: str
    protocol: str
    positions: int
    part: str
    metrics: Metrics
    ranks: Ranks = field(repr=False, compare=False)
    sequences: Sequences = field(repr=False, compare=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    training: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    config: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    sampled: SampledRanking | None = None


def evaluate(
    models: "Sequence[Model | Compiled | str | Path] | Model | Compiled | str | Path",
    data: str | Path | Dataset,
    *,
    part: Literal["test", "validation"] = "test",
    history_left_out: bool = False,
    together: bool = False,
    sampled: int | None = None,
    seed: int | None = None,
    device: Literal["auto", "cpu"] = "auto",
    progress: bool = False,
    **reading: Unpack[ReadingOptions],
) -> tuple[Evaluation, ...]:
    """HR, NDCG and MRR of every model on the part its training left out, in two columns.

    Both come from one pass: all items ranked, and all but those of the model's window.
    models: trained models, or compiled ones or their folders, whose integers rank. part: test, or
    validation to choose by. history_left_out: a third column, without all that the user has had.
    together: one more entry, that ranks by the mean of the models' scores. sampled: rank each
    target also among so many items that its user has not had, drawn by `seed` (0); these figures
    stand in `sampled` and are compared with none of the others. reading: how a file is read
    (`Reading`). Raises BadInput where a model was trained on other data, or on what would validate
    it.
    """
    if part not in PARTS:
        raise BadInput(f"--part is {part!r}; it must be {' or '.join(PARTS)}")
    if seed is not None and sampled is None:
        raise BadInput("--seed has no meaning without --sampled; leave it out")
    sample = None if sampled is None else Sample(sampled, seed or 0)
    asked = _Asked(part, history_left_out, sample)
    place = find_device(device)
    found = [_open(one) for one in list_some(models, "model")]
    dataset = load_data(data, progress=progress, **reading)
    entries = [open_judged(model, dataset, part, place) for model in found]
    if together:
        entries.append(rank_together(entries))
    about = dataset.identity()
    return tuple(replace(_evaluation(one, asked, progress), data=about) for one in entries)


def _open(source: "Model | Compiled | str | Path") -> "Model | Compiled":
    """A model.pt, or what a folder of ssr-compile holds; else what it is. Raises BadInput."""
    from ssr_neuro.library.bundles import open_bundle

    if isinstance(source, str | Path):
        return open_bundle(source) if Path(source).is_dir() else load(source)
    wanted = "a model, a compiled network, or the path of either"
    check_type(source, (Model, Compiled), "cannot be evaluated", wanted)
    return source


@dataclass(frozen=True)
class _Asked:
    """What every model is ranked on. sample: None where none is drawn."""

    part: str
    history_left_out: bool
    sample: Sample | None


def _evaluation(one: JudgedModel, asked: _Asked, progress: bool) -> Evaluation:
    history = one.sequences if asked.history_left_out else None
    sampling = Sampling(asked.sample, one.sequences) if asked.sample else None
    ranks = rank_every(
        one.scores, one.sequences, history=history, sampling=sampling, progress=progress
    )
    sampled = None
    if asked.sample is not None and ranks.sampled is not None:
        sampled = SampledRanking(asked.sample, rank_metrics(ranks.sampled))
    return Evaluation(
        name=one.name,
        kind=one.kind,
        protocol=one.protocol,
        positions=one.config.positions,
        part=asked.part,
        sampled=sampled,
        metrics=ranks.metrics(),
        ranks=ranks,
        sequences=one.sequences,
        training=one.training,
        config=one.config.to_dict(),
    )
