"""FPMC (Rendle et al. 2010): a factorised Markov chain beside matrix factorisation."""

import torch

from ssr_neuro.model.parts.sequence_model import WindowModel, item_table, mean_of, vectors_of
from ssr_neuro.settings.models.fpmc import FpmcConfig


class FPMC(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), of the last item and of the user.

    <V_u^UI, V_i^IU> + <V_i^IL, V_l^LI>, where a basket is one item l. A user not trained on has no
    V_u^UI; it is the mean V^IU of the window's items, in training and after it. Trained by
    cross-entropy of the next item over all items, for the paper's loss of sampled pairs.
    """

    config_type = FpmcConfig

    def __init__(self, config: FpmcConfig) -> None:
        super().__init__(config)  # the table is V^LI, of the last item
        self.next_table = item_table(config.items, config.features)
        self.taste_table = item_table(config.items, config.features)

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        """The last item's and the user's, (B, 2D)."""
        last = vectors_of(self.table, items[:, -1:])[:, 0]
        return torch.cat([last, mean_of(self.taste_table, items)], dim=1)

    def outputs(self) -> torch.Tensor:
        return torch.cat([self.next_table.weight, self.taste_table.weight], dim=1)


MODEL = FPMC
