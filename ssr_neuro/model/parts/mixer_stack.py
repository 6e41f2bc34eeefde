"""What Mamba4Rec, SSD4Rec and TiM4Rec share: a table, layers of one kind of mixer, tied scores."""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import nn

from ssr_neuro.model.parts.any_length import AnyLengthModel
from ssr_neuro.model.parts.mixer_layer import FeedForward, MixerLayer
from ssr_neuro.model.parts.sequence_model import small_init
from ssr_neuro.settings.stack import StackSettings


class MixerStack(AnyLengthModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1). Causal; trained at the last position.

    Embeddings with dropout and LayerNorm (TiM4Rec 3.2.1), the layers, the dot product with the
    table (equation 21).
    """

    config: StackSettings

    def __init__(self, config: StackSettings, activation: nn.Module) -> None:
        """activation: of the layers' networks."""
        super().__init__(config, config.dropout, config.norm_eps)
        features, dropout, eps = config.features, config.dropout, config.norm_eps
        self.blocks = nn.ModuleList()
        for _ in range(config.blocks):
            network = None
            if config.ffn:
                hidden = config.ffn_ratio * features
                network = FeedForward(features, hidden, activation, dropout, eps)
            layer = MixerLayer(
                self.mixer(), network, features, dropout, eps, skip=config.blocks > 1
            )
            self.blocks.append(layer.apply(small_init))

    @abstractmethod
    def mixer(self) -> nn.Module:
        """A new mixer of the config's shape, for MixerLayer."""

    def hidden(
        self,
        items: torch.Tensor,
        times: Sequence[torch.Tensor] | None = None,
        *,
        last_only: bool = False,
    ) -> torch.Tensor:
        """items (B, N) -> (B, N, D), or (B, 1, D) of the last position. times: one a layer."""
        x, present = self.embed(items), items > 0
        for number, block in enumerate(self.blocks):
            time = None if times is None else times[number]
            at_last = last_only and number == len(self.blocks) - 1
            x = block(x, present, time=time, last_only=at_last)
        return x
