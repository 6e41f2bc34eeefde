"""The largest value of every numeric field: far above any use, below what overflows."""

from collections.abc import Mapping

MOST = 65_536  # of fields that are not below: sizes of a model
BILLION = 10**9
BY_FIELD: Mapping[str, float] = {
    "items": 2**31 - 1,
    "users": 2**31 - 1,
    "spans": 2**31 - 1,
    "threshold": 1_000,
    "tau_steps": 10_000,
    "norm_eps": 1,
    "epochs": BILLION,
    "max_steps": BILLION,
    "eval_every": BILLION,
    "patience": BILLION,
    "warmup_steps": BILLION,
    "max_minutes": 525_600,  # a year
    "batch_size": 10_000_000,
    "negatives": 10_000_000,
    "seed": 2**32 - 1,
    "lr": 100,
    "table_lr": 100,
    "rate_penalty": 1_000_000,
    "max_grad_norm": BILLION,
}


def most_of(field: str) -> float:
    """The largest value that a field may have."""
    return BY_FIELD.get(field, MOST)
