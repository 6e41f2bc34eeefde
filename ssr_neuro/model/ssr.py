"""SSR, the spiking sequential recommender of Yu et al. 2025, on SpikingJelly neurons."""

from typing import ClassVar

import torch
from spikingjelly.activation_based import functional
from torch import nn

from ssr_neuro.model.parts.activity import Activity
from ssr_neuro.model.parts.filter_block import FilterBlock
from ssr_neuro.model.parts.norm_lif import lif_fits, lif_of
from ssr_neuro.model.parts.readout_skip import ReadoutSkip
from ssr_neuro.model.parts.recommender import RecommenderModel, mask_pad
from ssr_neuro.model.parts.spiking import SpikingLayer, lif
from ssr_neuro.model.parts.table_rows import rows_of
from ssr_neuro.settings.models.ssr import SsrConfig

__all__ = ["MODEL", "SSR", "SpikingLayer"]


class SSR(RecommenderModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1). Activations are (P, B, T, F).

    Every public method starts from resting neurons and leaves them at rest.
    """

    config_type = SsrConfig
    every_step = False  # whether the loss is over the scores after every time step
    default_lr = 3e-3
    # A code bit flips only when a table entry crosses a firing level; at the common rate Adam
    # needs hundreds of consistent steps for that.
    samples_negatives = True
    table_lr_parameters: ClassVar[frozenset[str]] = frozenset({"table.weight"})

    def __init__(self, config: SsrConfig) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Embedding(config.items + 1, config.features)
        nn.init.normal_(self.table.weight, _undecided_input(config), 0.2 * config.threshold)
        self.code_lif = lif(config)
        self.encoder = SpikingLayer("positions", _encoder_weight(config), config)
        self.blocks = nn.ModuleList(FilterBlock(config) for _ in range(config.blocks))
        self.readout = nn.Linear(config.features, config.features)
        nn.init.normal_(self.readout.weight, std=0.02)
        nn.init.zeros_(self.readout.bias)
        self.readout_skip = ReadoutSkip(config) if config.readout_skip else None
        self.item_bias = nn.Parameter(torch.zeros(config.items + 1))

    def codes(self) -> torch.Tensor:
        """Spikes of every item, (V+1, T, D) of 0 and 1 (equation 8); the pad's are all 0."""
        drive = self.table.weight[1:, None, None].expand(-1, 1, self.config.steps, -1)
        if lif_fits(self.code_lif, drive):
            codes = lif_of(drive, self.code_lif)
        else:
            functional.reset_net(self.code_lif)
            codes = self.code_lif(drive.movedim(2, 0)).movedim(0, 2)
            functional.reset_net(self.code_lif)
        return nn.functional.pad(codes[:, 0], (0, 0, 0, 0, 1, 0))

    def stimulus(self, items: torch.Tensor) -> torch.Tensor:
        """Input spikes of the encoder, (N + N/T, B, T, D): all N positions, then the serial part.

        The serial part at step t holds positions [t N/T, (t+1) N/T) alone.
        """
        return self._stimulus(self.codes(), items)

    def hidden(self, items: torch.Tensor) -> torch.Tensor:
        """Readout at position N-1 of every step, (B, T, D)."""
        return self._hidden(self.stimulus(items))[-1]

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        """P(v) = sum over t of X*_t(v) . h_t, plus the item's bias (equation 17)."""
        return nn.functional.linear(*self._scoring_terms(items))

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return _mean([self.item_loss(*terms, targets) for terms in self._terms_to_learn(items)])

    def taught_loss(self, items: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        scores = [nn.functional.linear(*terms) for terms in self._terms_to_learn(items)]
        return _mean([self.divergence(s, items, wanted) for s in scores])

    def readout_weight(self) -> torch.Tensor:
        """What the readout multiplies with, (D, D)."""
        return self.readout.weight

    def item_biases(self) -> torch.Tensor:
        """What every item's score starts from, (V+1,)."""
        return self.item_bias

    def activity(self) -> Activity:
        """Counts the spikes of forward passes from now on."""
        return Activity(self.layers(), self.readout_weight, self.config, self.readout_skip)

    def layers(self) -> dict[str, SpikingLayer]:
        """Every spiking layer by name, in data-flow order."""
        named = {"encoder": self.encoder}
        for number, block in enumerate(self.blocks):
            for name, layer in block.named_children():
                if isinstance(layer, SpikingLayer):
                    named[f"block{number}_{name}"] = layer
        return named

    @torch.no_grad()
    def spike_trains(self, items: torch.Tensor) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        """Spikes of every layer, uint8 (B, T, P, F), and readouts (B, T, D), in eval mode."""
        spikes: dict[str, torch.Tensor] = {}

        def keep(name: str, out: torch.Tensor) -> None:
            spikes[name] = out.permute(1, 2, 0, 3).to(torch.uint8)

        hooks = [
            layer.register_forward_hook(lambda _, __, out, name=name: keep(name, out))
            for name, layer in self.layers().items()
        ]
        was_training = self.training
        self.eval()
        try:
            readouts = self._hidden(self.stimulus(items), every_position=True)[-1]
        finally:
            self.train(was_training)
            for hook in hooks:
                hook.remove()
        return spikes, readouts

    def _terms_to_learn(
        self, items: torch.Tensor
    ) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """The scoring terms of all time steps; those after each step where all are learnt."""
        hidden, codes, bias = self._scoring_terms(items)
        if not self.every_step:
            return [(hidden, codes, bias)]
        ends = range(self.config.features, hidden.shape[1] + 1, self.config.features)
        return [(hidden[:, :end], codes[:, :end], bias) for end in ends]

    def _scoring_terms(
        self, items: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Readouts (B, T D), item codes (V+1, T D) and item biases (V+1,), whose product scores."""
        codes = self.codes()
        hidden = self._hidden(self._stimulus(codes, items))[-1].flatten(1)
        return hidden, codes.flatten(1).to(hidden.dtype), mask_pad(self.item_biases())

    def _stimulus(self, codes: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        steps, width = self.config.steps, self.config.positions // self.config.steps
        if torch.is_autocast_enabled(codes.device.type):
            codes = codes.to(torch.get_autocast_dtype(codes.device.type))  # 0 and 1 in any type
        blocks = items.reshape(-1, steps, width).permute(2, 0, 1)  # (N/T, B, T)
        serial = rows_of(codes.flatten(0, 1), blocks * steps + torch.arange(steps).to(items))
        return torch.cat([rows_of(codes, items.T), serial])

    def _hidden(self, stimulus: torch.Tensor, *, every_position: bool = False) -> torch.Tensor:
        """Readouts of the last position, (1, B, T, D)."""
        functional.reset_net(self)
        h = self.encoder(stimulus)
        if self.config.encoder_skip:
            h = h + stimulus[: len(h)]
        for number, block in enumerate(self.blocks, start=1):
            # Only position N-1 of the last block is read.
            h = block(h, last_only=number == len(self.blocks) and not every_position)
        functional.reset_net(self)
        out: torch.Tensor = self.readout(h[-1:].to(self.readout.weight.dtype))
        if self.readout_skip is not None:
            out = out + self.readout_skip(stimulus[: self.config.positions])
        return out


def _mean(losses: list[torch.Tensor]) -> torch.Tensor:
    return losses[0] if len(losses) == 1 else torch.stack(losses).mean()


def _undecided_input(config: SsrConfig) -> float:
    """The constant input that brings a membrane to its threshold at the last step, not before.

    A code that starts there is undecided. At the threshold itself none fires in a single step,
    which takes up 1 / tau of its input, and a network without spikes does not learn.
    """
    return float(config.threshold / (1 - (1 - 1 / config.tau_steps) ** config.steps))


def _encoder_weight(config: SsrConfig) -> torch.Tensor:
    """[W_parallel, W_serial], (N, N + N/T): nearly the identity, and random."""
    positions, width = config.positions, config.positions // config.steps
    parallel = torch.eye(positions) + 0.02 * torch.randn(positions, positions)
    return torch.cat([parallel, torch.randn(positions, width) * width**-0.5], dim=1)


MODEL = SSR
