"""Rows of a table and their gradient, against torch's own indexing."""

import pytest
import torch

from ssr_neuro.model.parts.table_rows import rows_of

PLACES = torch.tensor([[0, 3, 3], [1, 3, 0]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_rows_and_their_gradient_are_those_of_indexing(dtype: torch.dtype) -> None:
    values = torch.arange(4 * 2 * 5).view(4, 2, 5).to(dtype)
    weights = torch.arange(PLACES.numel() * 10).view(*PLACES.shape, 2, 5).to(dtype)
    found = []
    for take in (rows_of, lambda table, places: table[places]):
        table = values.clone().requires_grad_()
        rows = take(table, PLACES)
        torch.autograd.backward((rows * weights).sum())
        found.append((rows, table.grad))
    assert found[0][0].shape == (2, 3, 2, 5)
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def test_many_small_gradients_of_one_row_do_not_get_lost_in_bfloat16() -> None:
    table = torch.zeros(2, 1, 4, dtype=torch.bfloat16, requires_grad=True)
    rows = rows_of(table, torch.ones(1000, dtype=torch.long))
    torch.autograd.backward(rows.float().sum())
    assert table.grad is not None
    assert table.grad[1].tolist() == [[1000.0] * 4]  # adding one by one would stop at 256
