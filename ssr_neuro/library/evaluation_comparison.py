"""`ssr_neuro.compare_paired`, `group_seeds`: evaluated models beside one another."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.evaluation.paired import PairedDifference, differences
from ssr_neuro.evaluation.seeds import SeedSpread, spread_over_seeds
from ssr_neuro.library.evaluation import Evaluation
from ssr_neuro.library.one_or_several import as_list


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


def compare_paired(found: Sequence[Evaluation]) -> tuple[Paired, ...]:
    """How every model but the first differs from the first, sequence by sequence.

    found: of `evaluate`. Raises BadInput where one is alone, or models rank other sequences, also
    those of other data.
    """
    found = check_evaluations(found)
    if len(found) < 2:
        raise BadInput("--paired needs two models or more; name the one to compare with first")
    first, *others = found
    return tuple(_pair(first, other) for other in others)


def group_seeds(found: Sequence[Evaluation]) -> tuple[OverSeeds, ...]:
    """Mean and deviation of every two models or more of `evaluate` that differ in the seed alone.

    Alike: kind, shape, settings, data, protocol, and what they started and learnt from.
    """
    groups: dict[str, list[Evaluation]] = {}
    for one in check_evaluations(found):
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


def check_evaluations(found: object) -> list[Evaluation]:
    """What `evaluate` returned, or some of it. Raises BadInput on anything else."""
    evaluations = as_list(found)
    for one in evaluations:
        check_type(one, Evaluation, "is no evaluation", "what ssr_neuro.evaluate returns")
    return evaluations


def _pair(first: Evaluation, other: Evaluation) -> Paired:
    mine, theirs = first.sequences, other.sequences
    if not np.array_equal(mine.targets_at, theirs.targets_at):
        raise BadInput(
            f"{first.name} ({first.protocol}) and {other.name} ({other.protocol}) rank other "
            "sequences, which make no pairs; compare models of one protocol"
        )
    if _items_of(first) != _items_of(other):
        raise BadInput(
            f"{first.name} is judged by the {first.part} set of {first.data.get('source')}, and "
            f"{other.name} by the {other.part} set of {other.data.get('source')}, which holds "
            "other items; evaluate both on the same data"
        )
    return Paired(other.name, first.name, differences(first.ranks, other.ranks, mine.starts))


def _items_of(one: Evaluation) -> tuple[object, ...]:
    """What tells the items at the same places of two data sets apart."""
    return one.part, one.data.get("fingerprint"), one.data.get("ties")
