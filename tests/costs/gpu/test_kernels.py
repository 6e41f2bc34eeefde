"""Kernels of a pass against literals, closed formulae, and passes of other batch sizes."""

from pathlib import Path

import pytest
import torch
from measure_example import saved_model

from ssr_neuro import checkpoint
from ssr_neuro.costs import cost
from ssr_neuro.costs.gpu.fused_gru import FusedGru
from ssr_neuro.costs.gpu.kernels import KernelCounter
from ssr_neuro.costs.gpu.work import COPIES, BatchWork, _pass, work_of
from ssr_neuro.measure.forms import forms_of


def test_a_layer_is_counted_to_the_byte() -> None:
    weight, bias, x = torch.ones(3, 4), torch.ones(3), torch.ones(2, 4)
    with KernelCounter() as counter:
        torch.relu(torch.addmm(bias, x, weight.t())).view(6)
    found = counter.counted()
    assert found.kernels == 2
    assert found.matrix_operations == 2 * 2 * 3 * 4
    assert found.other_operations == 6
    assert found.written_bytes == 4 * (6 + 6)
    assert found.moved_bytes == 4 * (3 + 8 + 12 + 6) + 4 * (6 + 6)
    assert found.weight_bytes == 4 * (3 + 8 + 12)


def test_views_and_memory_set_aside_launch_nothing() -> None:
    x = torch.ones(4, 6)
    with KernelCounter() as counter:
        torch.empty(5)
        x.t().reshape(6, 4)[1:, :2].unsqueeze(0)
    assert counter.counted().kernels == 0


def test_of_a_table_only_the_rows_asked_for_are_read() -> None:
    table, rows = torch.ones(1000, 8), torch.tensor([1, 2, 3])
    with KernelCounter() as counter:
        torch.nn.functional.embedding(rows, table)
    found = counter.counted()
    assert found.weight_bytes == 3 * 8 * 4 + 3 * 8
    assert found.moved_bytes == found.weight_bytes + 3 * 8 * 4


def test_a_complex_product_is_four_real_ones() -> None:
    left, right = torch.ones(2, 3, dtype=torch.complex64), torch.ones(3, 5, dtype=torch.complex64)
    with KernelCounter() as counter:
        left @ right
    assert counter.counted().matrix_operations == 4 * 2 * (2 * 3 * 5)


def test_what_is_made_and_read_again_is_no_weight() -> None:
    x = torch.ones(16)
    with KernelCounter() as counter:
        y = x + 1
        (y * y).mul_(y)
    assert counter.counted().weight_bytes == 16 * 4


@pytest.mark.parametrize("batch_first", [True, False])
def test_a_gru_is_one_kernel_a_layer_or_two_a_step_and_one_for_its_inputs(
    batch_first: bool,
) -> None:
    steps, batch, inputs, hidden, layers = 5, 3, 4, 6, 2
    gru = torch.nn.GRU(inputs, hidden, layers, batch_first=batch_first)
    x = torch.ones(batch, steps, inputs) if batch_first else torch.ones(steps, batch, inputs)
    state = torch.zeros(layers, batch, hidden)
    with KernelCounter() as counter, FusedGru(counter):
        torch.relu(gru(x, state)[0])
    found = counter.counted()
    assert found.kernels == layers * (1 + 2 * steps) + 1
    assert found.least_kernels == layers + 1
    products = 3 * hidden * (inputs + hidden) + 3 * hidden * (hidden + hidden)
    assert found.matrix_operations == 2 * batch * steps * products


def test_a_long_window_of_gru4rec_takes_two_launches_a_step_at_most(tmp_path: Path) -> None:
    saved = checkpoint.load(saved_model(tmp_path, "gru4rec"))
    work, steps = work_of(saved)["full"], saved.config.positions
    around = work.launches(1) - saved.config.blocks * (1 + 2 * steps)
    assert work.least_launches(1) == around + saved.config.blocks
    assert around < 30


@pytest.mark.parametrize("kind", ["sasrec", "lrurec", "ssr", "gru4rec"])
def test_work_grows_in_a_line_with_the_batch(tmp_path: Path, kind: str) -> None:
    saved = checkpoint.load(saved_model(tmp_path, kind))
    windows = torch.cat([saved.inputs] * 5)[:5]
    for form in forms_of(kind):
        work, model = work_of(saved)[form.name], saved.model()
        with torch.no_grad():
            form.once(model)
        five = _pass(model, form, windows)
        assert work.launches(5) == five.kernels + COPIES
        assert work.least_launches(5) == five.least_kernels + COPIES
        assert work.matrix_operations(5) == five.matrix_operations
        assert work.other_operations(5) == five.other_operations
        assert work.moved_bytes(5) == five.moved_bytes
        assert work.least_bytes(5) == five.weight_bytes


@pytest.mark.parametrize("kind", ["sasrec", "ssr-ann"])
def test_matrix_products_are_those_of_the_formulae(tmp_path: Path, kind: str) -> None:
    saved = checkpoint.load(saved_model(tmp_path, kind))
    counted, work = cost(kind, saved.config), work_of(saved)["full"]
    products = sum(p.ops.macs for p in counted.parts if p.product and "_fft" not in p.formula)
    assert work.matrix_operations(1) == pytest.approx(2 * products, rel=0.01)


def test_every_form_that_is_measured_is_counted(tmp_path: Path) -> None:
    found = work_of(checkpoint.load(saved_model(tmp_path, "lrurec")))
    assert list(found) == ["full", "incremental"]
    assert all(isinstance(work, BatchWork) for work in found.values())
    assert found["incremental"].launches(1) < found["full"].launches(1)
