"""What a training takes is judged before it begins."""

from typing import Any

import pytest
import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.files import limits
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.memory import ANY_TRAINING_BYTES, check_memory


def test_a_training_that_cannot_fit_is_refused_with_both_sizes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model: Any = torch.nn.Linear(1000, 1000, bias=False)
    settings = TrainSettings(batch_size=100)
    needed = ANY_TRAINING_BYTES + 4 * (6 * 1_000_000 + 2 * 100 * 50)
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: needed)
    check_memory(model, 50, settings, torch.device("cpu"))
    monkeypatch.setattr(limits, "free_memory_bytes", lambda: needed - 1)
    check_memory(model, 50, settings, torch.device("meta"))
    told = r"training 1,000,000 weights on batches of 100 sequences over 50 items takes 150.9 MiB"
    with pytest.raises(BadInput, match=told):
        check_memory(model, 50, settings, torch.device("cpu"))
