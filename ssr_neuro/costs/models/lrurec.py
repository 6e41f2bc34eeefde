"""LRURec (Yue et al. 2024): complex linear recurrences over normalised embeddings."""

from ssr_neuro.costs.models.elementwise import elementwise_component, function, layer_norm, linear
from ssr_neuro.costs.models.forward import count_forward
from ssr_neuro.costs.models.ops import Component, Cost, Ops
from ssr_neuro.settings.models.lrurec import LruRecConfig

EXACT = "The state stands for all items before: the scores are those of the whole history."


def full(config: LruRecConfig) -> Cost:
    """A window at once, as the program does: ceil(log2 N) passes of a parallel scan over P rows.

    P: N padded to a power of two. Of the last block only position N - 1 is read. Sources: the
    paper's equations 5, 8 and 9 and algorithm 1.
    """
    n, hidden = config.positions, config.state_ratio * config.features
    passes = (n - 1).bit_length()
    padded = "" if 2**passes == n else f" of {2**passes} positions, {n} padded to a power of two"
    # Item by item the states are counted as state; here they are activations, written once.
    states = 2 * n * hidden * config.blocks
    return count_forward(
        "lrurec",
        config,
        activations=sequential(config).activations + states,
        notes=(f"A parallel scan in {passes} passes{padded}.",),
    )


def sequential(config: LruRecConfig, *, last_only: bool = True) -> Cost:
    """The window item by item from a state of zeros: the fewest operations, no padding.

    The input's scale is folded into the weights before it. last_only: of the last block, read
    position N - 1 alone.
    """
    n, hidden = config.positions, config.state_ratio * config.features
    parts = _parts(config, n, _steps(n, hidden), scaled=False, last_only=last_only)
    note = "Item by item, as on a chip without room for the window; scales folded into weights."
    return _cost(config, "sequential", parts, n, (note,))


def incremental(config: LruRecConfig) -> Cost:
    """One item more, from the state after the items before: the program's `step`."""
    hidden = config.state_ratio * config.features
    parts = _parts(config, 1, _steps(1, hidden), scaled=True)
    return _cost(config, "incremental", parts, 1, (EXACT,))


def _steps(n: int, hidden: int) -> Component:
    """h = decay * h + drive, complex; reads the drive, the state itself is counted as state."""
    return Component("recurrence", Ops(macs=4 * n * hidden), "4 N H", moved=2 * n * hidden)


def _parts(
    config: LruRecConfig, n: int, recurrence: Component, *, scaled: bool, last_only: bool = True
) -> tuple[Component, ...]:
    d, blocks = config.features, config.blocks
    hidden = config.state_ratio * d
    rows = n * (blocks - 1) + 1 if last_only else n * blocks
    parts = [
        elementwise_component("embedding norm", layer_norm(n, d), "N D"),
        linear("input projection", n * blocks, d, 2 * hidden, "2 N D H L (complex by real)"),
        Component(
            recurrence.name,
            recurrence.ops * blocks,
            f"{recurrence.formula} L",
            moved=recurrence.moved * blocks,
        ),
        linear("output projection", rows, 2 * hidden, d, "2 D H M (real part only)"),
        _count_join(config, "recurrence", rows),
        *_feed_forward(config, rows),
        linear("item scoring", 1, d, config.items + 1, "D (V + 1)"),
    ]
    if scaled:
        scale = Ops(multiplications=2 * n * hidden * blocks)
        parts.insert(2, elementwise_component("input scale", scale, "2 N H L"))
    return tuple(parts)


def _feed_forward(config: LruRecConfig, rows: int) -> tuple[Component, ...]:
    if not config.ffn:
        return ()
    d = config.features
    wide = config.ffn_ratio * d
    activations = wide + (d if config.ffn_output == "gelu" else 0)
    return (
        linear("feed-forward hidden layer", rows, d, wide, "r D^2 M"),
        linear("feed-forward output layer", rows, wide, d, "r D^2 M"),
        elementwise_component(
            "feed-forward activations", function("gelu", rows * activations), "(r + 1) D M"
        ),
        _count_join(config, "feed-forward", rows),
    )


def _count_join(config: LruRecConfig, branch: str, rows: int) -> Component:
    """x + f(x), then LayerNorm, each where the config has it."""
    d = config.features
    skip = Ops(additions=rows * d) if config.residual else Ops()
    norm = layer_norm(rows, d) if config.norm else Ops()
    return elementwise_component(f"{branch} skip and norm", skip + norm, "rows D")


def _cost(
    config: LruRecConfig,
    form: str,
    parts: tuple[Component, ...],
    steps: int,
    notes: tuple[str, ...],
) -> Cost:
    d, blocks, items = config.features, config.blocks, config.items + 1
    hidden, wide = config.state_ratio * d, config.ffn_ratio * d
    feed_forward = 2 * wide * d + wide + d if config.ffn else 0
    norms = 2 * d * (1 + config.ffn) if config.norm else 0
    block = 3 * hidden + 4 * hidden * d + 2 * hidden + d + feed_forward + norms
    return Cost(
        "lrurec",
        form,
        parts,
        weights=blocks * block + 2 * d,
        state=2 * 2 * hidden * blocks * steps,
        lookup=d * (1 if form == "incremental" else config.positions),
        scoring=items * (d + 1),
        notes=notes,
    )
