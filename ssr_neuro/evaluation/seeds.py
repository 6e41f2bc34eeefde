"""Mean and deviation of a metric over models that differ in their seed alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

PARTS = ("valid", "test")  # what a training records metrics of


@dataclass(frozen=True)
class SeedSpread:
    """mean and deviation over models: the sample's standard deviation, n - 1 below the root."""

    mean: float
    deviation: float


def spread_over_seeds(found: Sequence[Mapping[str, Any]]) -> dict[str, SeedSpread]:
    """Spread of every metric that each of two models or more has; {} of fewer.

    found: `Metrics.to_dict()` of each.
    """
    if len(found) < 2:
        return {}
    keys = [key for key in found[0] if "@" in key and not key.endswith("_error")]
    values = {key: [one[key] for one in found] for key in keys if all(key in one for one in found)}
    return {
        key: SeedSpread(float(np.mean(each)), float(np.std(each, ddof=1)))
        for key, each in values.items()
    }


def spread_document(
    trainings: Sequence[Mapping[str, Any]],
) -> dict[str, dict[str, dict[str, float]]]:
    """Part -> metric -> mean and deviation over trainings, as a document of results holds them.

    trainings: of each the `Metrics.to_dict()` of every part.
    """
    return {
        part: {
            key: asdict(spread)
            for key, spread in spread_over_seeds([one[part] for one in trainings]).items()
        }
        for part in PARTS
    }
