from typing import Any

import numpy as np
import pytest
import torch
from recurrence_by_hand import sequential

from ssr_neuro.model.parts.complex_scan import Complex, scan
from ssr_neuro.model.parts.linear_recurrence import LinearRecurrence


def parts(values: np.ndarray[Any, Any]) -> Complex:
    return torch.from_numpy(values.real.copy()), torch.from_numpy(values.imag.copy())


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 8, 13, 200])
def test_the_scan_is_the_sequential_recurrence(length: int) -> None:
    draw = np.random.default_rng(length)
    decay = draw.uniform(0.5, 0.999, 3) * np.exp(2j * np.pi * draw.random(3))
    drive = draw.normal(size=(2, length, 3)) + 1j * draw.normal(size=(2, length, 3))
    real, imaginary = scan(parts(decay), parts(drive))
    expected = sequential(decay, drive)
    np.testing.assert_allclose(real.numpy(), expected.real, atol=1e-12)
    np.testing.assert_allclose(imaginary.numpy(), expected.imag, atol=1e-12)


def test_the_scan_of_real_numbers_by_hand() -> None:
    drive = torch.tensor([[[1.0], [2.0], [3.0]]])
    none = torch.zeros_like(drive)
    real, imaginary = scan((torch.tensor([0.5]), torch.tensor([0.0])), (drive, none))
    assert real.flatten().tolist() == [1.0, 2.5, 4.25]
    assert not imaginary.any()
    real, imaginary = scan((torch.tensor([0.0]), torch.tensor([1.0])), (drive, none))  # by j
    assert (real.flatten().tolist(), imaginary.flatten().tolist()) == ([1, 2, 2], [0, 1, 2])


def test_the_scan_has_the_gradient_of_the_sequential_recurrence() -> None:
    torch.manual_seed(0)
    drive = torch.randn(2, 5, 3, dtype=torch.complex128)
    decay = 0.9 * torch.exp(1j * torch.rand(3, dtype=torch.float64))
    one, two = decay.clone().requires_grad_(), decay.clone().requires_grad_()
    h, total = torch.zeros(2, 3, dtype=torch.complex128), torch.zeros((), dtype=torch.float64)
    for position in range(5):
        h = one * h + drive[:, position]
        total = total + (h.real**2 + h.imag).sum()
    torch.autograd.backward(total)
    real, imaginary = scan((two.real, two.imag), (drive.real, drive.imag))
    torch.autograd.backward((real**2 + imaginary).sum())
    torch.testing.assert_close(two.grad, one.grad)


@pytest.mark.parametrize("length", [1, 4, 7])
def test_the_gradients_of_the_scan_are_those_of_differences(length: int) -> None:
    torch.manual_seed(length)
    decay = [torch.rand(3, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    drive = [torch.randn(2, length, 3, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    kept = [part.detach().clone() for part in drive]
    assert torch.autograd.gradcheck(lambda a, b, c, d: scan((a, b), (c, d)), (*decay, *drive))
    assert all(torch.equal(now, then) for now, then in zip(drive, kept, strict=True))


def test_the_ring_of_eigenvalues_and_their_normalisation() -> None:
    torch.manual_seed(0)
    unit = LinearRecurrence(4, 20_000)
    real, imaginary = unit.decay()
    square = real**2 + imaginary**2
    assert 0.8**2 <= square.min() < 0.81**2
    assert 0.98**2 < square.max() <= 0.99**2 + 1e-6
    assert abs(square.mean() - (0.8**2 + 0.99**2) / 2) < 0.003  # even over the area
    assert abs(torch.atan2(imaginary, real).mean()) < 0.05  # and all around
    torch.testing.assert_close(torch.exp(unit.gamma_log), torch.sqrt(1 - square), rtol=1e-4, atol=0)
