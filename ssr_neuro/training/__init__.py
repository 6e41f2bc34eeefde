"""Training: from a data set to `model.pt`, interruptible at any time."""

from ssr_neuro.training.loop import TrainResult, train

__all__ = ["TrainResult", "train"]
