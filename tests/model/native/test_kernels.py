"""The C kernels of a spiking layer give what the Numba kernels give, in every variant."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ssr_neuro.model.native import kernels, library
from ssr_neuro.model.parts import numba_kernels
from ssr_neuro.model.parts.spiking import lif
from ssr_neuro.native import compiler, variants
from ssr_neuro.settings.models.ssr import SsrConfig

pytestmark = pytest.mark.skipif(compiler.find() is None, reason="no C compiler")
NEURON = lif(SsrConfig(items=3))
SIZES = st.tuples(*(st.integers(1, most) for most in (5, 9, 5, 70)))


@contextmanager
def built_for(variant: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variants.SETTING, variant)
        library.library.cache_clear()
        yield
    library.library.cache_clear()


def drawn(
    sizes: tuple[int, int, int, int], dtype: torch.dtype, by_row: bool, seed: int
) -> tuple[torch.Tensor, ...]:
    """Drives, gradients, gains, shifts and means."""
    torch.manual_seed(seed)
    channels = sizes[0] if by_row else sizes[3]
    big = (2 * torch.randn(2, *sizes)).to(dtype)
    return *big, *(torch.randn(3, channels) * 0.5 + torch.tensor([[1.0], [0.2], [0.1]]))


@pytest.mark.parametrize("variant", [v.name for v in variants.runnable()])
@given(sizes=SIZES, half=st.booleans(), by_row=st.booleans(), seed=st.integers(0, 99))
@settings(max_examples=12, deadline=None)
def test_every_variant_gives_what_numba_gives(
    variant: str, sizes: tuple[int, int, int, int], half: bool, by_row: bool, seed: int
) -> None:
    dtype = torch.bfloat16 if half else torch.float32
    z, grads, gain, shift, mean = drawn(sizes, dtype, by_row, seed)
    found: list[Any] = []
    with built_for(variant):
        for by in (kernels, numba_kernels):
            d, *sums = by.unfire(grads, z, gain, shift, mean, by_row, NEURON)
            fired = by.fire(z, gain, shift, by_row, NEURON)
            through = grads.clone()
            by.unnormalise(through, z, by_row, mean, gain, shift, mean, NEURON)
            found.append((fired, d, through, [*sums, *by.square_sums(z, by_row, NEURON)]))
    ours, theirs = found
    assert torch.equal(ours[0], theirs[0])
    rtol, atol = (0.01, 0.01) if half else (1e-4, 1e-5)
    for mine, other in zip(ours[1:3], theirs[1:3], strict=True):
        torch.testing.assert_close(mine, other, rtol=rtol, atol=atol)
    for mine, other in zip(ours[3], theirs[3], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_any_number_of_threads_gives_the_same_bits(dtype: torch.dtype) -> None:
    z, grads, gain, shift, mean = drawn((3, 50, 4, 64), dtype, True, 0)
    found = []
    before = torch.get_num_threads()
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            d, *sums = kernels.unfire(grads, z, gain, shift, mean, True, NEURON)
            found.append((d, kernels.fire(z, gain, shift, True, NEURON), *map(torch.tensor, sums)))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


@pytest.mark.parametrize("silent", [0, 1, 3])
def test_rows_of_zeros_are_counted_up_to_the_first_other_number(silent: int) -> None:
    grads = torch.zeros(3, 2, 1, 5, dtype=torch.bfloat16)
    if silent < 3:
        grads[silent, 1, 0, 4] = 1e-6
    assert kernels.silent_rows(grads) == silent


def test_without_a_compiler_numba_stands_in() -> None:
    from ssr_neuro.model.parts import norm_lif

    assert norm_lif.kernels() is kernels
    with built_for(variants.OFF):
        assert norm_lif.kernels() is numba_kernels
        assert library.name() == "numba"
    assert library.name() in {f"{v.name}{b}" for v in variants.runnable() for b in ("", "-bf16")}
