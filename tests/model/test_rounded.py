"""Training with the integers of a chip: what it sees is what compiling gives, spike for spike."""

import copy
import functools
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from trained import awake_ssr

from converters.nir_to_program import to_program
from converters.program_to_ssr import item_table, quantised_twin
from converters.ssr_to_nir import to_nir
from simulators.reference import Reference
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.model.parts import chip_weights
from ssr_neuro.model.parts.rounded import RoundedLayer, straight_through
from ssr_neuro.model.parts.rounded_ssr import RoundedSSR
from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.model.ssr import SSR
from ssr_neuro.program.ir import Lif, Program
from ssr_neuro.ranking import PackedItems
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=40, positions=8, features=6, blocks=2)
SHAPES = (CONFIG, replace(CONFIG, spectrum="half"), replace(CONFIG, encoder_skip=True))
ITEMS = torch.randint(0, 41, (48, 8), generator=torch.Generator().manual_seed(3))


def fine_tuned(bits: int, config: SsrConfig = CONFIG) -> RoundedSSR:
    """A rounded model some steps away from where it started; each caller has its own."""
    return copy.deepcopy(_fine_tuned(bits, config))


@functools.cache
def _fine_tuned(bits: int, config: SsrConfig) -> RoundedSSR:
    model = RoundedSSR(awake_ssr(config), bits)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(4):
        optimizer.zero_grad()
        targets = torch.randint(1, 41, (len(ITEMS),), generator=torch.Generator().manual_seed(1))
        torch.autograd.backward(torch.nn.functional.cross_entropy(model(ITEMS), targets))
        optimizer.step()
    return model.eval()


def finished(model: RoundedSSR) -> SSR:
    """The plain model that training leaves."""
    config, state = model.finish()
    plain = SSR(config)
    plain.load_state_dict(state)
    return plain.eval()


def compiled(model: SSR, bits: int) -> Program:
    return lower(to_program(to_nir(model.double()), CONFIG.steps), Lowering(bits))


BITS_AND_SHAPES = [
    pytest.param(bits, config, marks=[pytest.mark.thorough] if bits in (3, 4) and number else [])
    for bits in (2, 3, 4, 8)
    for number, config in enumerate(SHAPES)
]


@pytest.mark.parametrize(("bits", "config"), BITS_AND_SHAPES)
def test_training_computes_the_spikes_of_the_compiled_program(bits: int, config: SsrConfig) -> None:
    rounded = fine_tuned(bits, config)
    model = finished(rounded)
    spikes, readouts = rounded.spike_trains(ITEMS)
    program = compiled(model, bits)
    twin_spikes, twin_readouts = quantised_twin(model, program).spike_trains(ITEMS)
    own_spikes, _ = model.spike_trains(ITEMS)
    for name, train in spikes.items():
        assert torch.equal(train, twin_spikes[name]), name
        assert torch.equal(train, own_spikes[name]), name
    assert 0.05 < np.mean([float(train.float().mean()) for train in spikes.values()]) < 0.95
    whole = torch.round(readouts.double() / rounded.readout.chip().scale)
    assert torch.equal(whole, torch.round(twin_readouts / program.readouts[0].unit))


@pytest.mark.parametrize("config", SHAPES)
@pytest.mark.parametrize("bits", [2, 8])
def test_integers_rank_as_training_did(bits: int, config: SsrConfig) -> None:
    rounded = fine_tuned(bits, config)
    model = finished(rounded)
    with torch.no_grad():
        seen = rounded(ITEMS)[:, 1:] / rounded.readout.chip().scale
        plain = model(ITEMS)[:, 1:].numpy()
    program = compiled(model, bits)
    unit = float(program.readouts[0].unit or 0)
    table = item_table(model, unit, ())
    trace = Reference().run(program, {"input": table.stimulus(ITEMS.numpy())})
    scores = PackedItems.of(table.codes, table.bias).scores(trace.readouts["output"])
    np.testing.assert_array_equal(scores, np.rint(seen.numpy()))
    np.testing.assert_array_equal(scores * unit, plain)  # to the bit, so ties are ties


def test_float_training_does_not_compute_the_spikes_of_few_bits() -> None:
    model = awake_ssr(CONFIG).double()
    twin = quantised_twin(model, compiled(model, 3))
    spikes, others = model.spike_trains(ITEMS)[0], twin.spike_trains(ITEMS)[0]
    assert not all(torch.equal(train, others[name]) for name, train in spikes.items())


def test_a_finished_model_goes_on_where_it_stood() -> None:
    rounded = fine_tuned(4)
    again = RoundedSSR(finished(rounded), 4).eval()
    with torch.no_grad():
        scores = [model(ITEMS)[:, 1:] / model.readout.chip().scale for model in (again, rounded)]
    torch.testing.assert_close(scores[0], scores[1])


def test_gradients_reach_every_parameter_behind_the_integers() -> None:
    model = _fine_tuned(3, CONFIG)  # a copy has no gradients
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_straight_through_is_the_value_with_the_gradient_of_what_lies_behind() -> None:
    behind = torch.tensor([0.1, 0.7], requires_grad=True)
    out = straight_through(behind.clamp(-0.5, 0.5), np.array([0.0, 1 / 3]))
    assert torch.equal(out, torch.tensor([0.0, 1 / 3]))
    (gradient,) = torch.autograd.grad(out.sum(), behind)
    assert gradient.tolist() == [1, 0]


def test_a_fourier_matrix_stays_one_up_to_a_gain_per_row() -> None:
    start, tuned = awake_ssr(CONFIG), fine_tuned(4)
    before, after = start.layers()["block0_dft"], tuned.layers()["block0_dft"]
    assert isinstance(after, RoundedLayer)
    assert torch.equal(after.weight, before.weight)
    assert {name for name, _ in after.named_parameters()} == {"bias", "gain"}


def test_no_weight_grows_past_the_limit_chosen_at_the_start() -> None:
    layer = RoundedLayer("x", awake_ssr(CONFIG).layers()["block0_filter"], CONFIG, 3)
    layer.weight.data *= 10
    weight = layer.train()(torch.ones(16, 2, 4, 6)).sum() + layer.weight
    assert layer.weight.abs().max() == layer.limit
    assert layer.weight_and_bias()[0].abs().max() <= 1.2 * layer.limit
    assert torch.isfinite(weight).all()


def test_the_limit_cuts_off_an_outlier_but_keeps_weights_that_fit() -> None:
    layer = SpikingLayer("features", torch.empty(24, 6), replace(CONFIG, normalised=False))
    one = 64 / (64 * 3 + 0.5)  # a scale tied to 3 weight units, so that two bits hold it exactly
    layer.weight.data.copy_(one * torch.randint(-1, 2, (24, 6)))
    assert float(RoundedLayer("x", layer, CONFIG, 2).limit) == pytest.approx(one)
    layer.weight.data[0, 0] = 4 * one
    assert float(RoundedLayer("x", layer, CONFIG, 2).limit) < 2 * one


def test_rows_that_nobody_reads_are_silent_and_have_no_say_in_the_scale() -> None:
    start = awake_ssr(CONFIG)
    reconstruct = start.layers()["block1_reconstruct"]
    reconstruct.weight.data[3] *= 50
    model = RoundedSSR(start, 4).eval()
    assert (model.layers()["block1_reconstruct"].fold()[0][:-1] == 0).all()
    spikes = model.spike_trains(ITEMS)[0]["block1_reconstruct"]
    assert not spikes[:, :, :-1].any()
    assert spikes[:, :, -1].any()
    assert spikes.shape[2] == 8


@given(seed=st.integers(0, 10**6), bits=st.integers(2, 8), size=st.floats(0.05, 3))
def test_compiling_rounded_weights_changes_nothing(seed: int, bits: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    weight, bias = rng.normal(0, size, rng.integers(1, 9, 2)), rng.normal(0, size)

    def rounded(weight: np.ndarray, bias: np.ndarray) -> chip_weights.ChipWeights:
        return chip_weights.layer_weights("x", weight, Lif(2.0, 0.5, bias), 4, bits)

    first = rounded(weight, np.full((len(weight), 1), bias))
    stored = [part.astype(np.float32).astype(np.float64) for part in first[:2]]
    again = rounded(stored[0], stored[1][:, None])
    assert again.scale == first.scale
    np.testing.assert_array_equal(again.weight, first.weight)
    np.testing.assert_array_equal(again.bias, first.bias)


def test_weights_that_are_not_finite_are_named() -> None:
    with pytest.raises(BadInput, match="the weights of 'readout' are not finite; the training div"):
        chip_weights.readout_weights("readout", np.array([[np.nan]]), np.zeros(1), 4)
