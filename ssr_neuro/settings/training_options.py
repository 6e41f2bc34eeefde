"""The settings of training that a caller may give where something else sets the budget."""

from typing import TypedDict


class TrainingOptions(TypedDict, total=False):
    """Fields of `TrainSettings` as keywords, without those of the budget, the seed and teachers."""

    batch_size: int
    lr: float
    table_lr: float
    final_lr: float
    warmup_steps: int
    weight_decay: float
    mixed_precision: str
    device: str
    rate_penalty: float
    penalty_rise: float
    pruned: float
    every_step: bool
    negatives: int | None
    horizon: int
    stored: str
    max_grad_norm: float | None
    decay: str
    select_by: str
