"""Shape of SSR."""

from dataclasses import dataclass

from ssr_neuro.settings.base import Settings


@dataclass(frozen=True)
class SsrConfig(Settings):
    """Shape of an SSR model (Yu et al. 2025, section 4); defaults as in the paper's section 5.1.

    items: V, without the pad. positions: N, the longest sequence. features: D. steps: T.
    blocks: L. tau_steps: membrane time constant, the paper's tau is 1 / tau_steps.
    spectrum: "full" computes the real and imaginary part of all N frequencies; "half" leaves out
    those that mirror others, since the transformed spikes are real (N rows instead of 2N).
    encoder_skip: the item codes reach the blocks beside the encoder's spikes, which they are added
    to; the paper has every spike pass the encoder.
    feature_gains: every feature weighs the rows of a learnt mixture of positions by gains of its
    own, as W^l does in the paper's equation 9; without them all features share one mixture.
    readout_skip: the item codes of all positions reach the readout as well, each spike times a gain
    of its position and feature; the paper reads position N-1 alone.
    normalised: False for a model whose normalisations are folded into weights and biases.
    """

    items: int
    positions: int = 20
    features: int = 64
    steps: int = 4
    blocks: int = 2
    ffn_ratio: int = 4
    tau_steps: float = 2.0
    threshold: float = 0.5
    spectrum: str = "full"
    encoder_skip: bool = False
    feature_gains: bool = False
    readout_skip: bool = False
    normalised: bool = True

    def __post_init__(self) -> None:
        self._whole(items=1, positions=1, features=1, steps=1, blocks=0, ffn_ratio=1)
        self._one_of("spectrum", ("full", "half"))
        self._flags("encoder_skip", "feature_gains", "readout_skip", "normalised")
        self._positive("tau_steps", "threshold")
        self._need(
            self.positions % self.steps == 0,
            "positions",
            f"divisible by --time-steps ({self.steps}): the serial encoder shows one block of "
            "positions a step; change one of the two",
        )
        self._need(self.tau_steps > 1, "tau_steps", "above 1; 2.0 is the paper's decay rate of 0.5")


CONFIG = SsrConfig
