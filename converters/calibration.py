"""The sequences that set scales of 8-bit integers."""

import numpy as np

from ssr_neuro.exporter import Job
from ssr_neuro.program.arrays import IntArray, Ints


def familiar_sequences(job: Job, count: int) -> tuple[IntArray, str]:
    """Sequences to calibrate on, at most `count`, and what they are in words.

    None of them is of the test set where there is a data set.
    """
    if job.split is None:
        return job.sequences, f"the {len(job.sequences)} sequences it is checked with"
    name = "validation" if len(job.split.valid) else "training"
    part = job.split.valid if len(job.split.valid) else job.split.train
    sequences = part.batch(spread(len(part), count))[0]
    return sequences, f"{len(sequences)} {name} sequences"


def spread(count: int, most: int) -> Ints:
    """At most `most` rows of `count`, evenly over all."""
    rows: Ints = np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))
    return rows
