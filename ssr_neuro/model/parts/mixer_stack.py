"""What Mamba4Rec, SSD4Rec and TiM4Rec share: a table, layers of one kind of mixer, tied scores."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from ssr_neuro.model.parts.any_length import AnyLengthModel
from ssr_neuro.model.parts.mixer_layer import FeedForward, MixerLayer
from ssr_neuro.model.parts.sequence_model import small_init
from ssr_neuro.model.parts.window_settings import WindowSettings


@dataclass(frozen=True)
class StackSettings(WindowSettings):
    """Shape of such a model; defaults as in section 4.1.4 of TiM4Rec's paper, on dense data.

    blocks: layers. state: numbers of the state for each inner channel. kernel: of the causal
    convolutions. expand: inner channels for each feature. dropout: the paper has 0.4 on sparse
    data. norm_eps: added to the variance by every norm. ffn: False leaves out the layers' networks,
    as in the paper's table 6.
    """

    blocks: int = 2
    ffn_ratio: int = 4
    state: int = 32
    kernel: int = 4
    expand: int = 2
    dropout: float = 0.2
    norm_eps: float = 1e-5
    ffn: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, ffn_ratio=1, state=1, kernel=1, expand=1)
        self._rates("dropout")
        self._positive("norm_eps")
        self._flags("ffn")


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
