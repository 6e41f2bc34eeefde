"""`ssr_neuro.evaluate`: models and compiled programs side by side, by what they rank first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from ssr_neuro import checkpoint as checkpoints
from ssr_neuro import data as data_sets
from ssr_neuro.data import Dataset
from ssr_neuro.data.sequences import Sequences
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import (
    Sampling,
    ScoreBatch,
    mean_scores,
    model_scores,
    rank_every,
)
from ssr_neuro.evaluation.metrics import Metrics, Ranks
from ssr_neuro.evaluation.metrics import metrics as rank_metrics
from ssr_neuro.evaluation.paired import PairedDifference, differences
from ssr_neuro.evaluation.sampled import Sample, SampledRanking
from ssr_neuro.evaluation.seeds import SeedSpread, spread_over_seeds
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.models import Model, load
from ssr_neuro.model import model_type
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.training import parts_of

if TYPE_CHECKING:
    import torch

PARTS = ("test", "validation")
TOGETHER = "together"
DEVICES = ("auto", "cpu")


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


@dataclass(frozen=True)
class OverSeeds:
    """Models that differ in their seed alone. spread: by the keys of `Metrics.to_dict`."""

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    spread: dict[str, SeedSpread]


@dataclass(frozen=True)
class Paired:
    """How `name` differs from the model `against` on the same sequences: key -> difference."""

    name: str
    against: str
    differences: dict[str, PairedDifference]


@dataclass(frozen=True, eq=False)
class _Entry:
    """A model with the sequences, left out by its training protocol, that judge it."""

    name: str
    kind: str
    protocol: str
    config: Any
    sequences: Sequences
    scores: ScoreBatch
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reads(self) -> tuple[str, ...]:
        """What its sequences follow from, on one data set."""
        timed = "with times" if model_type(self.kind).needs_times else "without times"
        return self.protocol, f"N = {self.config.positions}", timed


def evaluate(
    models: "Sequence[Model | Compiled | str | Path] | Model | Compiled | str | Path",
    data: str | Path | Dataset,
    *,
    part: Literal["test", "validation"] = "test",
    history_left_out: bool = False,
    together: bool = False,
    sampled: int | None = None,
    seed: int = 0,
    device: Literal["auto", "cpu"] = "auto",
    progress: bool = False,
    **reading: Unpack[ReadingOptions],
) -> tuple[Evaluation, ...]:
    """HR, NDCG and MRR of every model on the part its training left out, in two columns.

    Both come from one pass: all items ranked, and all but those of the model's window.
    models: trained models, or compiled ones, whose integers rank. part: test, or validation to
    choose by. history_left_out: a third column, without all that the user has had. together: one
    more entry, that ranks by the mean of the models' scores. sampled: rank each target also among
    so many items that its user has not had, drawn by `seed`; these figures stand in `sampled` and
    are compared with none of the others. reading: how a file is read
    (`Reading`). Raises BadInput where a model was trained on other data, or on what would validate
    it.
    """
    if part not in PARTS:
        raise BadInput(f"--part is {part!r}; it must be {' or '.join(PARTS)}")
    place = find_device(device)
    listed = [models] if isinstance(models, Model | Compiled | str | Path) else list(models)
    found = [load(m) if isinstance(m, str | Path) else m for m in listed]
    dataset = data
    if not isinstance(dataset, Dataset):
        dataset = data_sets.load(dataset, progress=progress, **reading)
    entries = [_entry(model, dataset, part, place) for model in found]
    if together:
        entries.append(_evaluate_together(entries))
    about = dataset.identity()
    asked = _Asked(part, history_left_out, None if sampled is None else Sample(sampled, seed))
    return tuple(replace(_evaluation(one, asked, progress), data=about) for one in entries)


def compare_paired(found: Sequence[Evaluation]) -> tuple[Paired, ...]:
    """How every model but the first differs from the first, sequence by sequence.

    found: of `evaluate`. Raises BadInput where one is alone, or models rank other sequences.
    """
    if len(found) < 2:
        raise BadInput("--paired needs two models or more; name the one to compare with first")
    first, *others = found
    return tuple(_pair(first, other) for other in others)


def group_seeds(found: Sequence[Evaluation]) -> tuple[OverSeeds, ...]:
    """Mean and deviation of every two models or more of `evaluate` that differ in the seed alone.

    Alike: kind, shape, settings, data, protocol, and what they started and learnt from.
    """
    groups: dict[str, list[Evaluation]] = {}
    for one in found:
        if one.training.get("settings", {}).get("seed") is not None:
            groups.setdefault(_key_without_seed(one), []).append(one)
    return tuple(
        OverSeeds(
            tuple(one.name for one in alike),
            seeds,
            spread_over_seeds([one.metrics.to_dict() for one in alike]),
        )
        for alike in groups.values()
        if len(set(seeds := tuple(one.training["settings"]["seed"] for one in alike))) > 1
    )


def _key_without_seed(one: Evaluation) -> str:
    kept = ("data", "protocol", "start", "teacher", "weight_bits")
    settings = {k: v for k, v in one.training["settings"].items() if k not in ("seed", "device")}
    about = {key: one.training.get(key) for key in kept}
    return json.dumps([one.kind, one.config, settings, about], sort_keys=True, default=str)


def _pair(first: Evaluation, other: Evaluation) -> Paired:
    mine, theirs = first.sequences, other.sequences
    if not np.array_equal(mine.targets_at, theirs.targets_at):
        raise BadInput(
            f"{first.name} ({first.protocol}) and {other.name} ({other.protocol}) rank other "
            "sequences, which make no pairs; compare models of one protocol"
        )
    return Paired(other.name, first.name, differences(first.ranks, other.ranks, mine.starts))


@dataclass(frozen=True)
class _Asked:
    """What every model is ranked on. sample: None where none is drawn."""

    part: str
    history_left_out: bool
    sample: Sample | None


def _evaluation(one: _Entry, asked: _Asked, progress: bool) -> Evaluation:
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


def find_device(name: str) -> "torch.device":
    """cpu, or with auto the accelerator there is. Raises BadInput on another name."""
    import torch

    if name not in DEVICES:
        raise BadInput(f"--device is {name!r}; it must be {' or '.join(DEVICES)}")
    found = torch.accelerator.current_accelerator(check_available=True)
    return found if name == "auto" and found is not None else torch.device("cpu")


def _entry(model: Model | Compiled, dataset: Dataset, part: str, place: "torch.device") -> _Entry:
    if isinstance(model, Compiled):
        return _evaluate_compiled(model, dataset, part)
    saved, name = model.checkpoint, str(model.path)
    checkpoints.check_data(saved, dataset, model.path)
    if part == "validation" and saved.knows_validation:
        raise BadInput(
            f"{name} {checkpoints.why_known(saved)} and knows the validation items; judge it by "
            "the test set, or leave it out"
        )
    protocol = str(saved.training["protocol"])
    sequences = _sequences(dataset, saved.kind, protocol, saved.config, part)
    scores = model_scores(saved.model().to(place))
    return _Entry(name, saved.kind, protocol, saved.config, sequences, scores, saved.training)


def _evaluate_compiled(compiled: Compiled, dataset: Dataset, part: str) -> _Entry:
    """The integer program; a model's refit is known to its model.pt alone, so test only."""
    from ssr_neuro.compiler.ssr import integer_scores

    own = compiled.recommender
    name = str(compiled.folder or f"{compiled.name}, integers")
    if own is None:
        raise BadInput(f"{name} is a graph without items, so it ranks nothing; leave it out")
    if part != "test":
        raise BadInput(f"{name} is a compiled program; choose by its model.pt, and test this")
    if own.data["fingerprint"] != dataset.fingerprint:
        raise BadInput(
            f"{name} was trained on {own.data['source']}; {dataset.source} holds other "
            "interactions. Give the same data set, --core, --duplicates and --ties"
        )
    sequences = _sequences(dataset, "ssr", own.protocol, own.config, part)
    scores = integer_scores(compiled.program, own.items)
    return _Entry(name, "ssr", own.protocol, own.config, sequences, scores)


def _sequences(dataset: Dataset, kind: str, protocol: str, config: Any, part: str) -> Sequences:
    parts = parts_of(dataset, kind, protocol, config)
    return parts.test if part == "test" else parts.valid


def _evaluate_together(entries: Sequence[_Entry]) -> _Entry:
    """All models as one. Raises BadInput where they read other sequences, or one is alone."""
    if len(entries) < 2:
        raise BadInput(f"--together needs two models or more; {entries[0].name} is alone")
    first = entries[0]
    for other in entries[1:]:
        if other.reads != first.reads:
            raise BadInput(
                f"--together needs models that read the same sequences: {first.name} reads "
                f"{', '.join(first.reads)}; {other.name} reads {', '.join(other.reads)}"
            )
    scores = mean_scores([entry.scores for entry in entries])
    kinds = " and ".join(entry.kind for entry in entries)
    return _Entry(TOGETHER, kinds, first.protocol, first.config, first.sequences, scores)
