"""What one forward pass of a model does and moves: its form `full`, counted from its program."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ssr_neuro.costs.models.ops import Component, Cost, Ops, sum_ops

if TYPE_CHECKING:
    import torch

    from ssr_neuro.costs.models.dispatch import OperatorWork
    from ssr_neuro.model.parts.recommender import RecommenderModel

OUTERMOST = "embeddings and scores"
SECONDS = 60  # between the items of the window, for models that read times
MOVED_BY_OPERATORS = (
    "Numbers that layers read and write are those of every product of the program: one that two "
    "products read counts twice."
)


def count_forward(
    kind: str,
    config: Any,
    *,
    activations: int | None = None,
    state: int = 0,
    notes: tuple[str, ...] = (),
) -> Cost:
    """One window without pads through a model of that config, as torch runs it on a CPU.

    activations, state: numbers that products read and write, and that are kept from item to item,
    where a closed formula has them; otherwise what the operators read and write is added up. The
    weights are those of a new model and change no count; torch's random state stays as it was.
    """
    import torch

    from ssr_neuro.costs.models.dispatch import OperationCounter, follow_modules
    from ssr_neuro.model import build
    from ssr_neuro.model.parts.recommender import reads_users

    with torch.random.fork_rng(devices=()):
        model = build(kind, config).eval().requires_grad_(False)
    items = torch.arange(config.positions)[None] % config.items + 1
    if model.needs_times:
        items = torch.stack([items, SECONDS * torch.arange(config.positions)[None]], dim=2)
    elif reads_users(config):
        items = torch.stack([items, torch.full_like(items, min(1, config.users))], dim=2)
    with follow_modules(model) as path, OperationCounter(items, path=path) as counter:
        model(items)
    work = [one for one in counter.work if one.of_items]
    moved = sum(one.moved for one in work) if activations is None else activations
    weights, scoring = _weights(model, counter.work)
    return Cost(
        kind,
        "full",
        (*_parts(work), Component("layer inputs and outputs", Ops(), "", moved=moved)),
        weights=weights,
        state=state,
        lookup=sum(one.rows for one in work),
        scoring=scoring,
        notes=notes if activations is not None else (*notes, MOVED_BY_OPERATORS),
    )


def _parts(work: "Iterable[OperatorWork]") -> tuple[Component, ...]:
    """By module, over all blocks: its products, then what goes element by element."""
    by_path: dict[str, list[OperatorWork]] = {}
    for one in work:
        names = [name for name, _ in groupby(one.path) if name]
        by_path.setdefault(".".join(names) or OUTERMOST, []).append(one)
    return tuple(
        part
        for path, done in by_path.items()
        for part in (
            _part(path, [one for one in done if one.products != Ops()], product=True),
            _part(f"{path}, element by element", done, product=False),
        )
        if part.ops != Ops()
    )


def _part(name: str, done: "list[OperatorWork]", *, product: bool) -> Component:
    ops = sum_ops(one.products if product else one.others for one in done)
    operators = sorted({one.operator for one in done if one.ops != Ops()})
    return Component(name, ops, f"counted: {', '.join(operators)}", product)


def _weights(model: "RecommenderModel", work: "Iterable[OperatorWork]") -> tuple[int, int]:
    """Numbers of weights that a pass reads, and of item tables and biases.

    Weights: parameters, and constants of products, equal ones once. Of what is only looked up, an
    item table or a table of positions, the rows that are read.
    """
    from ssr_neuro.costs.models.dispatch import storage_of

    read: set[int] = set()
    constants: set[int] = set()
    rows: dict[int, int] = {}
    for one in work:
        for storage in one.weights:
            if one.operator == "embedding":
                rows[storage] = rows.get(storage, 0) + one.rows
            else:
                read.add(storage)
                constants |= {storage} if one.products != Ops() else set()

    def numbers_read(tensor: "torch.Tensor") -> int:
        storage = storage_of(tensor)
        return tensor.numel() if storage in read else rows.get(storage, 0)

    tables = item_tables(model)
    scoring = sum(map(numbers_read, tables.values()))
    parameters = sum(
        numbers_read(parameter)
        for name, parameter in model.named_parameters()
        if name not in tables
    )
    distinct: list[torch.Tensor] = []
    for name, buffer in model.named_buffers():
        if name not in tables and storage_of(buffer) in constants:
            if not any(buffer.equal(other) for other in distinct):
                distinct.append(buffer)
    return parameters + sum(constant.numel() for constant in distinct), scoring


def item_tables(model: "RecommenderModel") -> "Mapping[str, torch.Tensor]":
    """What has a row for every item and the pad: embeddings, and biases of the model itself."""
    from torch import nn

    rows = model.config.items + 1
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    embeddings = {
        f"{name}.weight"
        for name, module in model.named_modules()
        if isinstance(module, nn.Embedding) and module.num_embeddings == rows
    }
    return {
        name: tensor
        for name, tensor in tensors.items()
        if name in embeddings or ("." not in name and tensor.shape == (rows,))
    }
