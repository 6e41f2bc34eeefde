"""What each step does, as functions of its number alone, so that a resumed run needs no memory."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ssr_neuro.settings.training import TrainSettings

NO_END = 2**62
RISES_FOR = 0.5  # the share of a run over which zeros become more


def steps_per_epoch(sequences: int, batch_size: int) -> int:
    """Full batches in the training set; a set below one batch is one batch."""
    return max(1, sequences // batch_size)


def total_steps(sequences: int, settings: TrainSettings) -> int:
    """Steps until the epochs or max_steps end, whichever is first; NO_END where only time ends."""
    each = steps_per_epoch(sequences, settings.batch_size)
    by_epochs = NO_END if settings.epochs is None else settings.epochs * each
    return min(by_epochs, settings.max_steps or NO_END)


def rows_of_step(step: int, sequences: int, settings: TrainSettings) -> npt.NDArray[np.int64]:
    """Training rows of one step: every epoch is a new order, its incomplete last batch dropped."""
    epoch, place = divmod(step, steps_per_epoch(sequences, settings.batch_size))
    order = _order(settings.seed, epoch, sequences)
    return order[place * settings.batch_size : (place + 1) * settings.batch_size]


def seed_of_step(step: int, process: int, settings: TrainSettings) -> int:
    """Seed of torch's random numbers in one step of one process."""
    words = np.random.SeedSequence([settings.seed, step, process]).generate_state(1)
    return int(words[0])


def lr_factor(step: int, done: float, settings: TrainSettings) -> float:
    """Share of the learning rate at `step` (from 0), `done` of the run behind: warm-up, cosine."""
    warm = min(1.0, (step + 1) / max(1, settings.warmup_steps))
    cosine = (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return warm * (settings.final_lr + (1 - settings.final_lr) * cosine)


def pruned_share(done: float, settings: TrainSettings) -> float:
    """Share of zeros, `done` of the run behind: s (1 - (1 - x)^3), x from 0 to 1 by its half.

    Zhu and Gupta 2017, arXiv:1710.01878, equation 1: the second half can mend what the first did.
    """
    rest = 1 - min(1.0, done / RISES_FOR)
    return settings.pruned * (1 - rest**3)


def penalty_weight(done: float, settings: TrainSettings) -> float:
    """Weight of the rate penalty, `done` of the run behind: it rises over `penalty_rise` of it."""
    rise = settings.penalty_rise
    return settings.rate_penalty * (min(1.0, done / rise) if rise else 1.0)


def settled_at(settings: TrainSettings) -> float:
    """The share of a run from which on penalty and zeros are what was asked for."""
    rising = settings.penalty_rise if settings.rate_penalty else 0.0
    return max(rising, RISES_FOR if settings.pruned else 0.0)


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, sequences: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng([seed, epoch]).permutation(sequences)
