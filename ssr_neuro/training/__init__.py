"""Training: from a data set to `model.pt`, interruptible at any time.

Several processes share every batch when the program is started by `accelerate launch` or
`torchrun`; each normalises by the statistics of its own share.
"""

from ssr_neuro.training.loop import TrainResult, train, tune
from ssr_neuro.training.splits import parts_of
from ssr_neuro.training.teacher import Teacher, teacher_of

__all__ = ["Teacher", "TrainResult", "parts_of", "teacher_of", "train", "tune"]
