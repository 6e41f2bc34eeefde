"""Threshold: a spike without a membrane."""

import nir

from .parts import THETA, Case, chain, dense, full, spikes, weights

THRESHOLD = "spike where I > threshold"


def cases() -> tuple[Case, ...]:
    return tuple(
        Case(
            name,
            "Threshold",
            tests,
            THRESHOLD,
            chain(
                (3,),
                (4,),
                w=dense(weights(seed, 4, 3, low=-2, high=8)),
                cell=nir.Threshold(full(4, threshold)),
            ),
            {"input": spikes(seed, 3)},
            tie,
        )
        for name, tests, threshold, seed, tie in (
            ("threshold", "nothing is kept from step to step", THETA, 51, False),
            ("threshold_tie", "an input that meets the threshold: > is not >=", 0.5, 52, True),
        )
    )
