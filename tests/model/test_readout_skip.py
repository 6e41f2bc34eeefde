"""The item codes of the window reach the readout, each spike times a gain of its own."""

from dataclasses import replace

import torch
from trained import awake_ssr

from ssr_neuro.model.parts.readout_skip import ReadoutSkip
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=9, positions=2, features=2, steps=2)


def test_every_spike_adds_the_gain_of_its_position_and_feature() -> None:
    skip = ReadoutSkip(CONFIG)
    codes = torch.tensor([[[[1.0, 0.0], [1.0, 1.0]]], [[[0.0, 0.0], [1.0, 0.0]]]])
    assert not skip(codes).any()
    skip.gains.data = torch.tensor([[1.0, 10.0], [100.0, 1000.0]])
    assert skip(codes).tolist() == [[[[1.0, 0.0], [101.0, 10.0]]]]


def test_a_readout_is_that_without_the_skip_and_what_the_skip_adds() -> None:
    model = awake_ssr(replace(CONFIG, readout_skip=True)).double()
    assert model.readout_skip is not None
    items = torch.tensor([[3, 4], [0, 7]])
    with torch.no_grad():
        codes = model.codes().double()
        both = model.hidden(items)
        gains = model.readout_skip.gains.clone()
        model.readout_skip.gains.zero_()
        alone = model.hidden(items)
    assert (codes[0] == 0).all()
    torch.testing.assert_close(
        both - alone, codes[items[:, 0]] * gains[0] + codes[items[:, 1]] * gains[1]
    )


def test_a_negative_gain_lowers_the_items_of_the_window() -> None:
    model = awake_ssr(replace(CONFIG, features=8, readout_skip=True))
    assert model.readout_skip is not None
    items = torch.tensor([[3, 4]])
    with torch.no_grad():
        model.readout_skip.gains.zero_()
        before = model(items)[0, 1:]
        model.readout_skip.gains.fill_(-1.0)
        lowered = before - model(items)[0, 1:]
        codes = model.codes().flatten(1)
    shared = (codes[1:] * (codes[3] + codes[4])).sum(1)
    torch.testing.assert_close(lowered, shared, rtol=0, atol=1e-4)
    assert codes[3].sum() <= shared[2]
