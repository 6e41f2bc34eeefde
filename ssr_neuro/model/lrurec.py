"""LRURec (Yue et al. 2024): complex diagonal linear recurrences, trained at all positions at once,
read one item at a time."""

from typing import Any

import torch
from torch import nn

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.any_length import AnyLengthModel
from ssr_neuro.model.parts.complex_scan import Complex
from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.linear_recurrence import LinearRecurrence
from ssr_neuro.model.parts.recommender import mask_pad
from ssr_neuro.model.parts.recurrence_state import RecurrenceState
from ssr_neuro.model.parts.sequence_model import INITIAL_STD
from ssr_neuro.settings.models.lrurec import LruRecConfig


class LruBlock(nn.Module):
    """Equation 9: the recurrence with its skip, then the network with its skip, each normalised."""

    def __init__(self, config: LruRecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.recurrence = LinearRecurrence(features, config.state_ratio * features)
        self.recurrence_dropout = Dropout(config.recurrence_dropout)
        self.recurrence_norm = nn.LayerNorm(features) if config.norm else nn.Identity()
        self.residual = config.residual
        self.ffn = None
        if config.ffn:
            self.ffn = nn.Sequential(
                nn.Linear(features, hidden),
                nn.GELU(),
                Dropout(config.dropout),
                nn.Linear(hidden, features),
                nn.GELU() if config.ffn_output == "gelu" else nn.Identity(),
                Dropout(config.dropout),
            )
            self.ffn_norm = nn.LayerNorm(features) if config.norm else nn.Identity()

    def forward(
        self,
        x: torch.Tensor,
        present: torch.Tensor,
        *,
        before: Complex | None = None,
        last_only: bool = False,
    ) -> tuple[torch.Tensor, Complex]:
        """x (B, N, D), present bool (B, N) -> (B, N, D) and the states, parts (B, N, H).

        before: the state that one position more, x (B, D), goes on from. last_only: give position
        N-1 alone.
        """
        if before is not None:
            state = self.recurrence.step(before, x, present)
        else:
            state = self.recurrence.states(x, present)
        if last_only:
            x, state = x[:, -1:], (state[0][:, -1:], state[1][:, -1:])
        read = self.recurrence_dropout(self.recurrence.read(state))
        y: torch.Tensor = self.recurrence_norm(read + x if self.residual else read)
        if self.ffn is None:
            return y, state
        fed = self.ffn(y)
        return self.ffn_norm(fed + y if self.residual else fed), state


class LRURec(AnyLengthModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table (eq. 10).

    Causal. `start` and `step` read one item at a time; in eval mode the scores after each are those
    of a window of all items so far, at a cost that does not grow with their number.
    """

    config_type = LruRecConfig
    config: LruRecConfig

    def __init__(self, config: LruRecConfig) -> None:
        super().__init__(config, config.dropout)
        self.blocks = nn.ModuleList(LruBlock(config) for _ in range(config.blocks))
        self.item_bias = nn.Parameter(torch.zeros(config.items + 1))
        self.apply(_initialise)
        if config.initial_biases == "truncated-normal":
            for name, parameter in self.named_parameters():
                if name.endswith("bias") and "norm" not in name:
                    _draw_truncated_normal(parameter)

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        return self._run_blocks(items, last_only=last_only)[0]

    def bias(self) -> torch.Tensor:
        return mask_pad(self.item_bias)

    def mean_radii(self) -> list[float]:
        """Mean |lambda| of each block, of how much of the past it keeps (the paper's table 5)."""
        recurrences: list[Any] = [block.recurrence for block in self.blocks]
        return [float(recurrence.radii().detach().mean()) for recurrence in recurrences]

    def start(self, batch: int) -> RecurrenceState:
        """The state of `batch` sequences before their first item."""
        shape = (self.config.blocks, batch, self.config.state_ratio * self.config.features)
        zeros = self.item_bias.new_zeros(shape)
        return RecurrenceState(zeros, zeros)

    @torch.no_grad()
    def read(self, items: torch.Tensor) -> tuple[RecurrenceState, torch.Tensor]:
        """A window at once: items (B, N) -> the state that `step` goes on from, scores (B, V+1)."""
        x, states = self._run_blocks(items, last_only=True)
        last = [(real[:, -1], imaginary[:, -1]) for real, imaginary in states]
        return RecurrenceState.of(last), self.item_scores(x[:, -1])

    @torch.no_grad()
    def step(
        self, state: RecurrenceState, items: torch.Tensor
    ) -> tuple[RecurrenceState, torch.Tensor]:
        """The next item of each sequence: items (B,) -> the state after it, scores (B, V+1).

        0 is a pad, and as in a window it stands before the first item only: a sequence without a
        new item is left out of the batch. Raises BadInput where the batch is not the state's.
        """
        if items.shape != (state.batch,):
            raise BadInput(
                f"items have shape {tuple(items.shape)} for a state of {state.batch} sequences; "
                f"step takes one item of each, shape ({state.batch},)"
            )
        x, present, after = self.embed(items), items > 0, []
        for block, before in zip(self.blocks, state.parts(), strict=True):
            x, own = block(x, present, before=before)
            after.append(own)
        return RecurrenceState.of(after), self.item_scores(x)

    def _run_blocks(
        self, items: torch.Tensor, *, last_only: bool = False
    ) -> tuple[torch.Tensor, list[Complex]]:
        """items (B, N) -> hidden (B, N, D) and the states of every block, parts (B, N, H).

        last_only: the last block reads its states, and applies its network, at position N-1 alone.
        """
        x, present, states = self.embed(items), items > 0, []
        for number, block in enumerate(self.blocks, start=1):
            x, h = block(x, present, last_only=last_only and number == len(self.blocks))
            states.append(h)
        return x, states


def _initialise(module: nn.Module) -> None:
    """All matrices alike."""
    if isinstance(module, nn.Linear | nn.Embedding):
        _draw_truncated_normal(module.weight)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


def _draw_truncated_normal(parameter: torch.Tensor) -> None:
    """Cut off at two standard deviations."""
    cut = 2 * INITIAL_STD
    nn.init.trunc_normal_(parameter, std=INITIAL_STD, a=-cut, b=cut)


MODEL = LRURec
