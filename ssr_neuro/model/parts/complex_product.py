"""A filter in the frequency domain: complex numbers times complex numbers, each two real ones."""

from torch import nn

from ssr_neuro.model.parts.complex_scan import Complex, times


class ComplexProduct(nn.Module):
    """Real and imaginary parts of a and b -> those of a * b; shapes broadcast.

    A module of its own, so that a count of operations tells these products from scales.
    """

    def forward(self, a: Complex, b: Complex) -> Complex:
        return times(a, b)
