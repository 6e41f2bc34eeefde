from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ssr_neuro.model import build
from ssr_neuro.model.ssr import SSR
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=30, positions=8, features=6, steps=4, blocks=2, ffn_ratio=2)


@pytest.fixture
def model() -> SSR:
    torch.manual_seed(0)
    model = SSR(CONFIG)
    # Past the quiet start and with statistics of real drives, as after some training.
    for layer in model.layers().values():
        torch.nn.init.normal_(layer.norm.get_parameter("bias"), std=0.5)
    for _ in range(20):
        model(items(64))
    return model.eval()


def items(count: int, seed: int = 0, *, config: SsrConfig = CONFIG) -> torch.Tensor:
    """Sequences of 1 to N items, left-padded."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(1, config.items + 1, (count, config.positions), generator=generator)
    lengths = torch.randint(1, config.positions + 1, (count, 1), generator=generator)
    return drawn * (torch.arange(config.positions) >= config.positions - lengths)


def unrolled_lif(drive: np.ndarray, threshold: float = 0.5, tau: float = 2.0) -> np.ndarray:
    """Equations 1-3 step by step; drive and spikes are (steps, ...)."""
    kept, spikes = np.zeros(drive.shape[1:]), []
    for current in drive:
        membrane = (1 - 1 / tau) * kept + current / tau
        fired = membrane >= threshold
        kept = np.where(fired, 0.0, membrane)
        spikes.append(fired)
    return np.stack(spikes).astype(float)


def test_item_codes_are_the_unrolled_lif_of_a_constant_drive(model: SSR) -> None:
    table = model.table.weight.detach().double().numpy()
    expected = unrolled_lif(np.repeat(table[None], CONFIG.steps, axis=0))
    codes = model.codes().detach().numpy()
    assert 0.1 < codes.mean() < 0.9
    np.testing.assert_array_equal(codes[1:], expected.swapaxes(0, 1)[1:])


@pytest.mark.parametrize(
    ("level", "code"),
    [(0.53, "0000"), (0.54, "0001"), (0.6, "0010"), (0.7, "0101"), (1.0, "1111"), (-3.0, "0000")],
)
def test_item_code_of_known_levels(level: float, code: str) -> None:
    model = SSR(CONFIG)
    torch.nn.init.constant_(model.table.weight, level)
    codes = model.codes()
    assert "".join(str(int(bit)) for bit in codes[3, :, 2]) == code
    assert not codes[0].any()


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_half_of_the_codes_fire_before_training_at_any_number_of_steps(steps: int) -> None:
    model = SSR(SsrConfig(items=200, positions=8, features=32, steps=steps))
    fired = model.codes()[1:].any(dim=1)
    assert 0.45 < fired.float().mean() < 0.55


def test_stimulus_shows_every_position_and_one_block_a_step() -> None:
    model = SSR(CONFIG)
    given = torch.tensor([[0, 0, 3, 1, 4, 1, 5, 9]])
    codes, stimulus = model.codes(), model.stimulus(given)
    assert stimulus.shape == (8 + 2, 1, 4, 6)
    for step in range(4):
        expected = [*given[0], *given[0, 2 * step : 2 * step + 2]]
        torch.testing.assert_close(stimulus[:, 0, step], codes[expected, step])


def drive_of(model: SSR, stimulus: torch.Tensor) -> torch.Tensor:
    return torch.einsum("pq,qbtf->tpbf", model.encoder.weight, stimulus)


def test_parallel_encoder_weighs_positions_within_a_step() -> None:
    config = SsrConfig(items=2, positions=2, features=1, steps=2, blocks=0)
    model = SSR(config)
    model.table.weight.data[:, 0] = torch.tensor([0.0, 9.0, 0.0])  # codes 11 and 00
    model.encoder.weight.data = torch.tensor([[1.0, 2.0, 0.0], [3.0, 5.0, 0.0]])
    drive = drive_of(model, model.stimulus(torch.tensor([[2, 1], [1, 1]])))
    assert drive[:, :, 0, 0].tolist() == [[2, 5], [2, 5]]
    assert drive[:, :, 1, 0].tolist() == [[3, 8], [3, 8]]


def test_serial_encoder_sees_the_block_of_the_step_alone() -> None:
    config = SsrConfig(items=2, positions=2, features=1, steps=2, blocks=0)
    model = SSR(config)
    model.table.weight.data[:, 0] = torch.tensor([0.0, 9.0, 0.0])
    model.encoder.weight.data = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, 3.0]])
    drive = drive_of(model, model.stimulus(torch.tensor([[2, 1], [1, 2]])))
    assert drive[:, :, 0, 0].tolist() == [[0, 0], [1, 3]]
    assert drive[:, :, 1, 0].tolist() == [[1, 3], [0, 0]]


def test_scores_are_code_times_readout_plus_bias_and_the_pad_is_never_a_candidate(
    model: SSR,
) -> None:
    torch.nn.init.normal_(model.item_bias)
    given = items(5)
    scores, hidden, codes = model(given), model.hidden(given), model.codes()
    expected = sum(hidden[:, t] @ codes[:, t].T for t in range(4)) + model.item_bias
    torch.testing.assert_close(scores[:, 1:], expected[:, 1:])
    assert (scores[:, 0] == -torch.inf).all()


def test_the_row_of_the_pad_changes_nothing_and_is_never_trained(model: SSR) -> None:
    given = items(8)
    before = model.train()(given).detach()
    model.table.weight.data[0] = 7.0
    after = model(given)
    torch.testing.assert_close(before, after, rtol=0, atol=0)
    torch.autograd.backward(torch.nn.functional.cross_entropy(after, torch.arange(1, 9)))
    table, bias = model.table.weight.grad, model.item_bias.grad
    assert table is not None
    assert bias is not None
    assert not table[0].any()
    assert bias[0] == 0
    assert torch.isfinite(table).all()


def test_batches_leave_no_state_behind(model: SSR) -> None:
    one, two = items(5, seed=1), items(7, seed=2)
    alone = model(two)
    model(one)
    torch.testing.assert_close(model(two), alone, rtol=0, atol=0)
    together = model(torch.cat([one, two]))
    torch.testing.assert_close(together[5:], alone)


def test_gradients_reach_every_parameter(model: SSR) -> None:
    model.train()
    torch.autograd.backward(
        torch.nn.functional.cross_entropy(model(items(64)), torch.randint(1, 31, (64,)))
    )
    silent = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


def test_spike_trains_hold_every_layer_and_agree_with_the_readout(model: SSR) -> None:
    given = items(9)
    spikes, readouts = model.spike_trains(given)
    assert list(spikes) == list(model.layers())
    assert spikes["encoder"].shape == (9, 4, 8, 6)
    assert spikes["block1_dft"].shape == (9, 4, 16, 6)
    assert spikes["block0_ffn_hidden"].shape == (9, 4, 8, 12)
    assert all(s.dtype == torch.uint8 and s.max() == 1 for s in spikes.values())
    last = sum(
        spikes[name][:, :, -1].float()
        for name in ("encoder", "block0_reconstruct", "block0_ffn_out")
    ) + sum(spikes[name][:, :, -1].float() for name in ("block1_reconstruct", "block1_ffn_out"))
    torch.testing.assert_close(model.readout(last), readouts)
    torch.testing.assert_close(readouts, model.hidden(given))


def test_spike_trains_judge_in_eval_mode_and_restore_the_mode(model: SSR) -> None:
    expected = model.spike_trains(items(4))[1]
    torch.testing.assert_close(model.train().spike_trains(items(4))[1], expected, rtol=0, atol=0)
    assert model.training


def test_layer_names_are_in_data_flow_order() -> None:
    block = ["dft", "filter", "idft", "reconstruct", "ffn_hidden", "ffn_out"]
    assert list(SSR(SsrConfig(items=3, blocks=1)).layers()) == [
        "encoder",
        *(f"block0_{name}" for name in block),
    ]


def test_weights_have_the_promised_shapes() -> None:
    layers = SSR(SsrConfig(items=3)).layers()
    shapes = {name: tuple(layer.weight.shape) for name, layer in layers.items()}
    assert shapes["encoder"] == (20, 25)
    assert shapes["block1_dft"] == shapes["block1_idft"] == (40, 20)
    assert shapes["block0_filter"] == shapes["block0_reconstruct"] == (20, 40)
    assert (shapes["block0_ffn_hidden"], shapes["block0_ffn_out"]) == ((256, 64), (64, 256))


def test_new_blocks_start_nearly_silent() -> None:
    torch.manual_seed(0)
    model = SSR(CONFIG)
    for _ in range(20):
        model(items(64))
    spikes, _ = model.spike_trains(items(64))
    assert spikes["encoder"].float().mean() > 0.05
    assert spikes["block0_reconstruct"].float().mean() < 0.02
    assert spikes["block0_ffn_out"].float().mean() < 0.02


def test_a_folded_model_has_the_same_spikes(model: SSR) -> None:
    given = items(50)
    model = model.double()
    expected, readouts = model.spike_trains(given)
    for layer in model.layers().values():
        layer.set_folded(*layer.fold())
    spikes, folded_readouts = model.spike_trains(given)
    for name, train in expected.items():
        assert torch.equal(spikes[name], train), name
    torch.testing.assert_close(folded_readouts, readouts)


def test_same_seed_same_model() -> None:
    def weights() -> SimpleNamespace:
        torch.manual_seed(3)
        return SimpleNamespace(**build("ssr", CONFIG).state_dict())

    assert torch.equal(vars(weights())["table.weight"], vars(weights())["table.weight"])
