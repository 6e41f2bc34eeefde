"""What Mamba4Rec, SSD4Rec and TiM4Rec share: a table, layers of one kind of mixer, tied scores."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from ssr_neuro.model.parts.mixer_layer import FeedForward, MixerLayer
from ssr_neuro.model.parts.recommender import Recommender, mask_pad
from ssr_neuro.settings import Settings

INITIAL_STD = 0.02


@dataclass(frozen=True)
class StackSettings(Settings):
    """Shape of such a model; defaults as in section 4.1.4 of TiM4Rec's paper, on dense data.

    items: V, without the pad. positions: N, the longest window in training; without time the model
    itself reads any length. features: D. blocks: layers. state: numbers of the state for each
    inner channel. kernel: of the causal convolutions. expand: inner channels for each feature.
    dropout: the paper has 0.4 on sparse data.
    """

    items: int
    positions: int = 20
    features: int = 64
    blocks: int = 2
    ffn_ratio: int = 4
    state: int = 32
    kernel: int = 4
    expand: int = 2
    dropout: float = 0.2

    def __post_init__(self) -> None:
        self._whole(items=1, positions=1, features=1, blocks=1, ffn_ratio=1)
        self._whole(state=1, kernel=1, expand=1)
        self._rate("dropout")

    def _rate(self, name: str) -> None:
        rate = getattr(self, name)
        number = isinstance(rate, int | float) and not isinstance(rate, bool)
        self._need(number and 0 <= rate < 1, name, "a number from 0 to below 1")


class MixerStack(Recommender):
    """items (B, N), left-padded with 0 -> scores (B, V+1). Causal; trained at the last position.

    Embeddings with dropout and LayerNorm (TiM4Rec 3.2.1), the layers, the dot product with the
    table (equation 21).
    """

    def __init__(self, config: StackSettings, activation: nn.Module) -> None:
        """activation: of the layers' networks."""
        super().__init__()
        self.config = config
        features, dropout = config.features, config.dropout
        self.table = nn.Embedding(config.items + 1, features)
        nn.init.normal_(self.table.weight, std=INITIAL_STD)
        self.table_dropout = nn.Dropout(dropout)
        self.table_norm = nn.LayerNorm(features)
        self.blocks = nn.ModuleList()
        for _ in range(config.blocks):
            network = FeedForward(features, config.ffn_ratio * features, activation, dropout)
            layer = MixerLayer(self.mixer(), network, features, dropout, skip=config.blocks > 1)
            self.blocks.append(layer.apply(initialise))

    @abstractmethod
    def mixer(self) -> nn.Module:
        """A new mixer of the config's shape, for MixerLayer."""

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        return self.item_scores(self.hidden(items, last_only=True)[:, -1])

    def hidden(
        self,
        items: torch.Tensor,
        times: Sequence[torch.Tensor] | None = None,
        *,
        last_only: bool = False,
    ) -> torch.Tensor:
        """items (B, N) -> (B, N, D), or (B, 1, D) of the last position. times: one a layer."""
        x, present = self.embedded(items), items > 0
        for number, block in enumerate(self.blocks):
            time = None if times is None else times[number]
            at_last = last_only and number == len(self.blocks) - 1
            x = block(x, present, time=time, last_only=at_last)
        return x

    def embedded(self, items: torch.Tensor) -> torch.Tensor:
        """items (B, N) -> (B, N, D), whatever the table's row of the pad holds."""
        x = self.table(items) * (items > 0).unsqueeze(-1)
        embedded: torch.Tensor = self.table_norm(self.table_dropout(x))
        return embedded

    def item_scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """hidden (B, D) -> (B, V+1), the pad -inf."""
        scores = hidden @ self.table.weight.T
        return scores + mask_pad(scores.new_zeros(scores.shape[1]))


def initialise(module: nn.Module) -> None:
    """Linear layers as the authors' programs start them; all else as its class does."""
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=INITIAL_STD)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
