"""What functions that go element by element cost, and how products are written down.

A comparison costs an addition. A sign, a choice by a mask and a bias, from which an accumulator
starts, cost nothing.
"""

from ssr_neuro.costs.models.ops import Component, Ops


def linear(name: str, rows: int, inputs: int, outputs: int, formula: str) -> Component:
    """rows x inputs by inputs x outputs."""
    return Component(
        name, Ops(macs=rows * inputs * outputs), formula, moved=rows * (inputs + outputs)
    )


def layer_norm(rows: int, width: int) -> Ops:
    """Mean and variance of each row, then the scale and shift of each number."""
    return (
        Ops(
            macs=2 * width, additions=2 * width + 1, multiplications=width + 2, special={"rsqrt": 1}
        )
        * rows
    )


def softmax(rows: int, numbers: int) -> Ops:
    """Largest, differences, exponentials, their sum and its reciprocal, one product each.

    numbers: in all rows together.
    """
    special = {"exp": numbers, "reciprocal": rows}
    return Ops(additions=3 * numbers, multiplications=numbers, special=special)


def function(name: str, count: int) -> Ops:
    """A special function of so many numbers."""
    return Ops(special={name: count})


def relu(count: int) -> Ops:
    """max(x, 0)."""
    return Ops(additions=count)


def silu(count: int) -> Ops:
    """x sigmoid(x)."""
    return Ops(multiplications=count, special={"sigmoid": count})


def hardswish(count: int) -> Ops:
    """x min(max(x + 3, 0), 6) / 6."""
    return Ops(additions=3 * count, multiplications=2 * count)


def elementwise_component(name: str, ops: Ops, formula: str) -> Component:
    """A part that goes element by element."""
    return Component(name, ops, formula, product=False)


def skip_and_norm(name: str, rows: int, width: int) -> Component:
    """x + f(x), then LayerNorm."""
    return elementwise_component(
        name, Ops(additions=rows * width) + layer_norm(rows, width), "rows D"
    )
