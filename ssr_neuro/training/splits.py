"""Which sequences a model of some kind and config trains, validates and tests on."""

from typing import Any

from ssr_neuro.data import Dataset, Split, split
from ssr_neuro.model import model_type
from ssr_neuro.model.parts.recommender import reads_users, trains_all_positions


def parts_of(
    dataset: Dataset, kind: str, protocol: str, config: Any, *, refit: bool = False
) -> Split:
    """The split of a protocol in windows of the config's positions, with times or users where the
    model reads them.

    A model that learns the items after every position trains on windows that share no target, so
    that an epoch shows it each item once; the others on one window for each target. refit: those
    that validate train as well (`TrainSettings.refit`).
    """
    return split(
        dataset,
        protocol=protocol,
        positions=config.positions,
        timed=model_type(kind).needs_times,
        users=reads_users(config),
        windows="apart" if trains_all_positions(config) else "every",
        refit=refit,
    )
