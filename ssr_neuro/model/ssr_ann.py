"""SSR-ANN: the paper's twin of SSR with exact Fourier transforms and ReLU in place of spikes."""

import torch
from torch import nn
from torch.nn.utils.parametrize import register_parametrization

from ssr_neuro.model.parts.few_bits import Int8Kernel, levels, round_table, round_weight
from ssr_neuro.model.parts.frequency import Spectrum
from ssr_neuro.model.parts.recommender import RecommenderModel, mask_pad
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig


class AnnBlock(nn.Module):
    """x (N, B, D) -> (N, B, D): learnable filter in the frequency domain, then the network.

    Paper equations 9, 10 and 16 with ReLU for the spiking neurons, skips and norms as in SSR.
    spectrum: (N // 2 + 1, D, 2), the filter's real and imaginary part per frequency and feature.
    """

    def __init__(self, config: SsrAnnConfig) -> None:
        super().__init__()
        hidden = config.ffn_ratio * config.features
        unit = torch.tensor([1.0, 0.0])
        noise = 0.02 * torch.randn(config.positions // 2 + 1, config.features, 2)
        self.spectrum = nn.Parameter(unit + noise)
        self.transform = Spectrum(config.positions)  # of exported models alone
        self.filter_norm = nn.BatchNorm1d(config.positions)
        self.ffn_hidden = nn.Linear(config.features, hidden, bias=False)
        self.hidden_norm = nn.BatchNorm1d(hidden)
        self.ffn_out = nn.Linear(hidden, config.features, bias=False)
        self.out_norm = nn.BatchNorm1d(config.features)
        self._round(config)

    def _round(self, config: SsrAnnConfig) -> None:
        """Weights and activations of few bits, where the config asks for them."""
        bits = config.activation_bits
        self.filtered_levels, self.hidden_levels = levels(bits, "mixed"), levels(bits, "positive")
        self.out_levels = levels(bits, "mixed")
        if bits:
            register_parametrization(self, "spectrum", Int8Kernel(config.positions))
            round_weight(self.ffn_hidden)
            round_weight(self.ffn_out)

    def forward(self, x: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        """last_only: compute the feed-forward network at position N-1 alone -> (1, B, D)."""
        y = self.apply_filter(x).transpose(0, 1)
        filtered = self.filtered_levels(torch.relu(self.filter_norm(y).transpose(0, 1)) + x)
        if last_only:
            filtered = filtered[-1:]
        flat = filtered.flatten(0, 1)
        hidden = torch.relu(self.hidden_norm(self.ffn_hidden(flat)))
        out = torch.relu(self.out_norm(self.ffn_out(self.hidden_levels(hidden))))
        found: torch.Tensor = self.out_levels(out.view_as(filtered) + filtered)
        return found

    def apply_filter(self, x: torch.Tensor) -> torch.Tensor:
        """x (N, B, D) through the learnable filter: a circular convolution over the positions."""
        if torch.compiler.is_exporting():  # formats of graphs have no complex numbers
            return self._by_matrices(x)
        # The transform has no half-precision form for every length, so it stays in float32.
        spectrum = torch.fft.rfft(x.float(), dim=0, norm="ortho")
        kernel = torch.view_as_complex(self.spectrum)[:, None]
        y: torch.Tensor = torch.fft.irfft(spectrum * kernel, n=len(x), dim=0, norm="ortho")
        return y

    def _by_matrices(self, x: torch.Tensor) -> torch.Tensor:
        real, imaginary = self.transform(x.transpose(0, 1))
        by_real, by_imaginary = self.spectrum.unbind(dim=-1)
        y = self.transform.inverse(
            real * by_real - imaginary * by_imaginary, real * by_imaginary + imaginary * by_real
        )
        return y.transpose(0, 1)


class SSR_ANN(RecommenderModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table."""

    config_type = SsrAnnConfig
    samples_negatives = True
    default_lr = 3e-3

    def __init__(self, config: SsrAnnConfig) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Embedding(config.items + 1, config.features)
        nn.init.normal_(self.table.weight, std=config.features**-0.5)
        self.blocks = nn.ModuleList(AnnBlock(config) for _ in range(config.blocks))
        self.readout = nn.Linear(config.features, config.features)
        nn.init.normal_(self.readout.weight, std=0.02)
        nn.init.zeros_(self.readout.bias)
        self.item_bias = nn.Parameter(torch.zeros(config.items + 1))
        if config.activation_bits:
            round_table(self.table, config.activation_bits)
            round_weight(self.readout)

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(*self._scoring_terms(items))

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return self.item_loss(*self._scoring_terms(items), targets)

    def _scoring_terms(
        self, items: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Readouts (B, D), the item table (V+1, D) and item biases (V+1,), whose product scores."""
        positions = items.T
        # A pad contributes nothing, whatever its row of the table holds.
        x = self.table(positions) * (positions > 0).unsqueeze(-1)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, last_only=number == len(self.blocks))
        return self.readout(x[-1]), self.table.weight, mask_pad(self.item_bias)


MODEL = SSR_ANN
