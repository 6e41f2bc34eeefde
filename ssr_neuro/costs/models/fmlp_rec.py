"""FMLP-Rec (Zhou et al. 2022): filters in the frequency domain, by matrices as in the program."""

from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.settings.models.fmlp_rec import FmlpRecConfig

MATRICES = "Transforms are products with constant matrices, as in the program, and no FFT."


def full(config: FmlpRecConfig) -> Cost:
    """A window. F = N // 2 + 1 frequencies of a real window; each is a complex number."""
    n, d, blocks = config.positions, config.features, config.blocks
    wide, bins, rows = config.ffn_ratio * d, n // 2 + 1, n * (blocks - 1) + 1
    transforms = 2 * (n + 2 * bins) * d * blocks  # and back
    filters = 4 * bins * d * blocks
    networks = 2 * rows * (d + wide)
    scores = d + config.items + 1
    activations = transforms + filters + networks + scores
    return count_forward("fmlp-rec", config, activations=activations, notes=(MATRICES,))
