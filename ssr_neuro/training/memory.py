"""Whether a training fits into the memory that there is."""

import torch

from ssr_neuro.files.limits import demand_memory
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.settings.training import TrainSettings

ANY_TRAINING_BYTES = 128 << 20  # threads, compiled kernels, what PyTorch keeps


def check_memory(
    model: RecommenderModel, items: int, settings: TrainSettings, device: torch.device
) -> None:
    """Raises BadInput before a training on the CPU that cannot fit: weights with gradients, two
    moments, a copy that is judged and the best ones, the scores of a batch with gradients, and what
    any training takes. Kernels whose threads find no memory to begin would wait for ever."""
    if device.type == "cpu":
        weights = sum(parameter.numel() for parameter in model.parameters())
        demand_memory(
            ANY_TRAINING_BYTES
            + 4 * (6 * weights + 2 * settings.batch_size * (settings.negatives or items)),
            f"training {weights:,} weights on batches of {settings.batch_size:,} sequences over "
            f"{items:,} items",
            "give a smaller --batch-size, --set negatives=256 or a smaller model",
        )
