"""One item more on a kept state: forms that no forward pass of a window shows."""

import torch
from operation_tables import made, passed, window

from ssr_neuro.costs import cost
from ssr_neuro.costs.models.dispatch import OperationCounter
from ssr_neuro.costs.models.state_space import one_by_one
from ssr_neuro.model import config_from_dict
from ssr_neuro.model.gru4rec import GRU4Rec
from ssr_neuro.model.lrurec import LRURec
from ssr_neuro.model.parts.attention import attention_mask
from ssr_neuro.model.parts.ssd import sequential
from ssr_neuro.model.sasrec import SASRec
from ssr_neuro.settings.models.gru4rec import Gru4RecConfig
from ssr_neuro.settings.models.lrurec import LruRecConfig
from ssr_neuro.settings.models.sasrec import SasRecConfig


def test_lrurec_one_item_at_a_time() -> None:
    model = LRURec(LruRecConfig(items=80, positions=7, features=8)).eval().requires_grad_(False)
    state, item = model.start(1), torch.tensor([3])
    with OperationCounter(item, state.real, state.imaginary) as counter:
        model.step(state, item)
    assert counter.counted().ops == cost("lrurec", model.config, "incremental").ops


def test_gru4rec_one_item_at_a_time() -> None:
    config = Gru4RecConfig(items=80, positions=3, features=8, hidden=12, blocks=2)
    model = GRU4Rec(config).eval().requires_grad_(False)
    items = torch.tensor([[4, 9, 2]])
    _, before = model.gru.gru(model.embed(items[:, :2]))
    last = items[:, 2:]
    with OperationCounter(last, before) as counter:
        states, _ = model.gru.gru(model.embed(last), before)
        scores = model.item_scores(model.readout(states[:, -1]))
    torch.testing.assert_close(scores, model(items))
    assert counter.counted().ops == cost("gru4rec", config, "incremental").ops


def test_sasrec_with_a_cache_is_a_window_of_one_item_and_attention_to_all() -> None:
    n = 7
    one = made("sasrec", 1, heads=4)
    alone = passed(one, window(one)).ops
    cached = cost(
        "sasrec", config_from_dict("sasrec", one.config.to_dict() | {"positions": n}), "cached"
    ).ops
    query, keys = torch.rand(1, 4, 1, 2), torch.rand(1, 4, n, 2)
    attention = []
    for present in (keys[:, :, :1], keys):
        with OperationCounter(query, present) as counter:
            torch.nn.functional.scaled_dot_product_attention(query, present, present)
        attention.append(counter.counted().ops)
    assert cached + attention[0] * 2 == alone + attention[1] * 2


def test_a_cache_of_sasrec_would_be_wrong_here() -> None:
    """The reason why it is a lower bound: the key of an item changes when another follows."""
    model = SASRec(SasRecConfig(items=80, positions=7, features=8)).eval().requires_grad_(False)
    items = torch.tensor([[4, 9, 2]])
    places = [model.embed(items[:, :n]) + model.places(n) for n in (2, 3)]
    assert not torch.allclose(places[0], places[1][:, :2])
    assert attention_mask(items > 0, causal=True).sum() == 3 * 4 // 2


def test_the_state_space_item_by_item() -> None:
    n, heads, c, s = 5, 2, 8, 3
    x, log_decay = torch.rand(1, n, heads, c // heads), -torch.rand(1, n, heads)
    b, read = torch.rand(1, n, s), torch.rand(1, n, s)
    with OperationCounter(x, log_decay, b, read) as counter:
        sequential(x, log_decay, b, read)
    product, decays = one_by_one(n, heads, c, s)
    assert counter.counted().ops == product.ops + decays.ops
