from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from recurrence_by_hand import sequential

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.lrurec import LRURec
from ssr_neuro.settings.models.lrurec import LruRecConfig

Array = npt.NDArray[np.float64]
Weights = dict[str, Array]
CONFIG = LruRecConfig(items=30, positions=7, features=6, blocks=2, ffn_ratio=2)


def lively(config: LruRecConfig) -> LRURec:
    """In eval mode, with weights and biases large enough that every path matters."""
    torch.manual_seed(0)
    model = LRURec(config)
    for name, parameter in model.named_parameters():
        if not name.endswith("_log"):
            torch.nn.init.normal_(parameter, std=0.6)
    return model.eval()


@pytest.fixture
def model() -> LRURec:
    return lively(CONFIG)


def windows(lengths: list[int], positions: int = 7, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(1, 31, (len(lengths), positions), generator=generator)
    return drawn * (torch.arange(positions) >= positions - torch.tensor(lengths)[:, None])


def layer_norm(x: Array, weights: dict[str, Array], name: str) -> Array:
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    normed = (x - x.mean(axis=-1, keepdims=True)) / deviation
    return normed * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def gelu(x: Array) -> Array:
    error = torch.erf(torch.from_numpy(x / np.sqrt(2))).numpy()
    return x * (1 + error) / 2


def joined(config: LruRecConfig, branch: Array, x: Array, own: Weights, norm: str) -> Array:
    """LayerNorm(branch + x), without what table 6 takes away."""
    both = branch + x if config.residual else branch
    return layer_norm(both, own, norm) if config.norm else both


def written_out(model: LRURec, items: Array) -> Array:
    """Equations 5 and 7 to 10 for one sequence without pads, in complex numbers."""
    weights = {name: tensor.double().numpy() for name, tensor in model.state_dict().items()}
    outer = gelu if model.config.ffn_output == "gelu" else np.asarray
    x = layer_norm(weights["table.weight"][items], weights, "table_norm")
    for block in range(model.config.blocks):
        own = {k.removeprefix(f"blocks.{block}."): v for k, v in weights.items()}
        nu, theta, gamma = (np.exp(own[f"recurrence.{n}_log"]) for n in ("nu", "theta", "gamma"))
        states = len(nu)
        matrix = (
            own["recurrence.drive.weight"][:states] + 1j * own["recurrence.drive.weight"][states:]
        )
        bias = own["recurrence.drive.bias"][:states] + 1j * own["recurrence.drive.bias"][states:]
        drive = gamma * (x @ matrix.T + bias)
        h = sequential(np.exp(-nu + 1j * theta), drive[None])[0]
        readout = own["recurrence.readout.weight"]
        read = (h @ (readout[:, :states] - 1j * readout[:, states:]).T).real
        read = read + own["recurrence.readout.bias"]
        x = joined(model.config, read, x, own, "recurrence_norm")
        if model.config.ffn:
            hidden = gelu(x @ own["ffn.0.weight"].T + own["ffn.0.bias"])
            fed = outer(hidden @ own["ffn.3.weight"].T + own["ffn.3.bias"])
            x = joined(model.config, fed, x, own, "ffn_norm")
    return x[-1] @ weights["table.weight"].T + weights["item_bias"]


@pytest.mark.parametrize("ffn_output", ["gelu", "linear"])
def test_scores_are_the_paper_s_equations(ffn_output: str) -> None:
    config = LruRecConfig(items=30, features=6, state_ratio=3, blocks=2, ffn_output=ffn_output)
    model = lively(config).double()
    for length in (1, 2, 7):
        (items,) = windows([length])
        expected = written_out(model, items[-length:].numpy())
        scores = model(items[None])[0].detach().numpy()
        np.testing.assert_allclose(scores[1:], expected[1:], atol=1e-9)
        assert scores[0] == -np.inf


@pytest.mark.parametrize("without", ["norm", "residual", "ffn"])
def test_what_table_6_takes_away_is_gone(without: str) -> None:
    model = lively(replace(CONFIG, **{without: False})).double()
    for length in (1, 7):
        (items,) = windows([length])
        expected = written_out(model, items[-length:].numpy())
        np.testing.assert_allclose(model(items[None])[0, 1:].detach().numpy(), expected[1:])
    names = [name for name, _ in model.named_parameters() if name.startswith("blocks")]
    assert not [name for name in names if without in name]


def test_biases_may_start_as_the_weights_do() -> None:
    torch.manual_seed(0)
    zero, normal = (
        LRURec(LruRecConfig(items=3416, initial_biases=start))
        for start in ("zero", "truncated-normal")
    )
    assert not zero.item_bias.any()
    assert 0.015 < float(normal.item_bias.detach().std()) < 0.02
    assert float(normal.item_bias.detach().abs().max()) <= 0.04
    for name in ("recurrence.drive", "recurrence.readout", "ffn.0", "ffn.3"):
        assert normal.get_parameter(f"blocks.1.{name}.bias").any()
    assert not normal.get_parameter("blocks.1.ffn_norm.bias").any()


def test_mean_radii_are_those_of_table_5() -> None:
    model = LRURec(LruRecConfig(items=3, features=2, state_ratio=1))
    for block, nu in zip(model.blocks, ([0.5, 1.0], [2.0, 2.0]), strict=True):
        block.get_parameter("recurrence.nu_log").data = torch.tensor(nu).log()
    expected = [(np.exp(-0.5) + np.exp(-1.0)) / 2, np.exp(-2.0)]
    np.testing.assert_allclose(model.mean_radii(), expected, rtol=1e-6)


def test_items_one_by_one_are_the_full_pass(model: LRURec) -> None:
    items = windows([7, 1, 3, 6])
    state = model.start(4)
    for position in range(7):
        state, scores = model.step(state, items[:, position])
        expected = model(items[:, : position + 1])
        torch.testing.assert_close(scores[:, 1:], expected[:, 1:], rtol=0, atol=1e-5)
    assert not scores.requires_grad


@pytest.mark.parametrize("lengths", [[200, 200], [200, 150, 5]])
def test_items_one_by_one_are_the_full_pass_of_long_sequences(lengths: list[int]) -> None:
    torch.manual_seed(0)
    model = LRURec(LruRecConfig(items=30, positions=200)).eval()
    for block in model.blocks:  # states as large as in a trained model
        torch.nn.init.normal_(block.get_parameter("recurrence.drive.weight"), std=0.15)
        torch.nn.init.normal_(block.get_parameter("recurrence.readout.weight"), std=0.05)
    items, state = windows(lengths, positions=200), model.start(len(lengths))
    for position in range(200):
        state, scores = model.step(state, items[:, position])
    expected = model(items)
    assert expected[:, 1:].std() > 0.05
    torch.testing.assert_close(scores[:, 1:], expected[:, 1:], rtol=0, atol=1e-5)


def test_a_window_read_at_once_goes_on_one_by_one(model: LRURec) -> None:
    items = windows([7, 4, 2])
    state, scores = model.read(items[:, :5])
    torch.testing.assert_close(scores, model(items[:, :5]))
    for position in (5, 6):
        state, scores = model.step(state, items[:, position])
    torch.testing.assert_close(scores, model(items), rtol=0, atol=1e-5)


def test_the_state_says_its_size_and_never_grows(model: LRURec) -> None:
    state = model.start(3)
    assert (state.batch, state.numbers, state.bytes) == (3, 2 * 2 * 12, 3 * 2 * 2 * 12 * 4)
    for item in range(1, 20):
        state, _ = model.step(state, torch.full((3,), item))
    assert (state.numbers, state.real.shape) == (48, (2, 3, 12))
    assert (
        LRURec(LruRecConfig(items=1)).start(1).numbers == 512
    )  # 2 KiB a user in the paper's shape


def test_a_step_of_another_batch_is_refused(model: LRURec) -> None:
    with pytest.raises(BadInput, match=r"shape \(2,\) for a state of 3 sequences; .* shape \(3,\)"):
        model.step(model.start(3), torch.ones(2, dtype=torch.long))


def test_pads_on_the_left_change_nothing(model: LRURec) -> None:
    items = windows([3, 3], positions=3)
    expected = model(items)
    for pads in (1, 2, 5, 30):
        wider = torch.nn.functional.pad(items, (pads, 0))
        torch.testing.assert_close(model(wider), expected, rtol=0, atol=1e-5)


def test_a_sequence_has_the_same_scores_in_any_batch(model: LRURec) -> None:
    items = windows([7, 2, 5])
    for row in range(3):
        torch.testing.assert_close(model(items[row : row + 1])[0], model(items)[row])


def test_a_later_item_changes_no_earlier_position(model: LRURec) -> None:
    items, changed = windows([7, 4]), windows([7, 4])
    changed[:, 5:] = 30
    before, _ = model._run_blocks(items)
    after, _ = model._run_blocks(changed)
    torch.testing.assert_close(after[:, :5], before[:, :5], rtol=0, atol=0)
    assert (after[:, 5:] != before[:, 5:]).any()


def test_the_row_of_the_pad_changes_nothing(model: LRURec) -> None:
    items = windows([7, 1, 3, 0])  # the last has no history yet
    before = model(items)
    model.table.weight.data[0] = 50.0
    torch.testing.assert_close(model(items), before, rtol=0, atol=0)


def test_training_predicts_the_next_item_of_every_position(model: LRURec) -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    losses = []
    for row, target in zip(items.tolist(), targets.tolist(), strict=True):
        real = [item for item in row if item] + [target]
        for seen in range(1, len(real)):
            scores = model(torch.tensor([real[:seen]]))
            losses.append(torch.nn.functional.cross_entropy(scores, torch.tensor([real[seen]])))
    assert len(losses) == 7 + 1 + 3
    torch.testing.assert_close(model(items, targets), torch.stack(losses).mean())


def test_gradients_reach_every_parameter_but_the_pad_s(model: LRURec) -> None:
    model.train()
    items = windows([7, 1, 3, 5] * 16)
    torch.autograd.backward(model(items, torch.randint(1, 31, (64,))))
    silent = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []
    table, bias = model.table.weight.grad, model.item_bias.grad
    assert table is not None
    assert bias is not None
    assert not table[0].any()
    assert bias[0] == 0
    assert torch.isfinite(table).all()


def test_a_small_set_is_memorised() -> None:
    torch.manual_seed(0)
    model = LRURec(LruRecConfig(items=30, positions=7, features=32))
    items, targets = windows([7, 5, 6, 7, 4, 7, 3, 7, 6, 2, 7, 5]), torch.arange(1, 13)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        torch.autograd.backward(model(items, targets))
        optimizer.step()
    assert model.eval()(items).argmax(dim=1).tolist() == targets.tolist()


def test_dropout_works_in_training_alone(model: LRURec) -> None:
    items = windows([7, 4])
    torch.testing.assert_close(model(items), model(items), rtol=0, atol=0)
    assert not torch.equal(model.train()(items), model(items))
    still = lively(LruRecConfig(items=30, features=6, dropout=0, recurrence_dropout=0)).train()
    torch.testing.assert_close(still(items), still(items), rtol=0, atol=0)


def test_the_exported_model_knows_real_numbers_alone(model: LRURec) -> None:
    items = windows([7, 4])
    exported = torch.export.export(model, (items,))
    values = (node.meta.get("val") for node in exported.graph.nodes)
    kept = [value for value in values if isinstance(value, torch.Tensor)]
    assert len(kept) > 50
    assert not any(torch.is_complex(value) for value in kept)
    torch.testing.assert_close(exported.module()(items), model(items))


def test_the_size_is_that_of_the_paper_s_program() -> None:
    model = LRURec(LruRecConfig(items=3416))
    # The authors' 355,993 less the imaginary part of a bias in each block, which Re() throws away.
    assert sum(parameter.numel() for parameter in model.parameters()) == 355_993 - 2 * 64
    weights = model.get_parameter("blocks.0.recurrence.drive.weight")
    assert weights.shape == (256, 64)
    assert weights.abs().max() <= 0.04
    assert 0.015 < model.table.weight.std() < 0.02


def test_defaults_are_the_paper_s_and_reach_the_model_by_name() -> None:
    config = config_from_dict("lrurec", {"items": 5})
    assert (config.features, config.blocks, config.ffn_ratio, config.state_ratio) == (64, 2, 4, 2)
    assert (config.dropout, config.recurrence_dropout, config.ffn_output) == (0.2, 0.2, "gelu")
    assert isinstance(build("lrurec", config), LRURec)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": 0}, "--blocks is 0; it must be a whole number of at least 1"),
        ({"state_ratio": 0.5}, "--set state_ratio is 0.5; it must be a whole number of at least 1"),
        ({"dropout": 1.0}, "--set dropout is 1.0; it must be a number from 0 to below 1"),
        (
            {"recurrence_dropout": "no"},
            "--set recurrence_dropout is 'no'; it must be a number from 0",
        ),
        ({"ffn_output": "relu"}, r"--set ffn_output is 'relu'; it must be one of \('gelu', 'l"),
    ],
)
def test_an_impossible_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        LruRecConfig(**{"items": 3, **change})
