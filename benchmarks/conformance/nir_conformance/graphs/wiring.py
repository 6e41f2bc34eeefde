"""Edges: branches, sums, loops, depth, and graphs within graphs."""

from itertools import pairwise

import nir
import numpy as np

from .parts import DT_S, Case, chain, cuba, dense, lif, spikes, weights, wired

SUM = "a node reads the sum of its edges"
LOOP = "a neuron of a loop reads the others of it, and itself, one step late"
NESTED = "a graph within a graph is its nodes"
Edges = list[tuple[str, str]]


def _through(*names: str) -> Edges:
    return list(pairwise(names))


def cases() -> tuple[Case, ...]:
    return (*_branches(), *_loops(), *_nested())


def _branches() -> tuple[Case, ...]:
    x = {"input": spikes(101, 3)}
    a, b, c = (dense(weights(n, 4, s)) for n, s in ((101, 3), (102, 4), (203, 3)))
    ends = {"input": (3,), "output": (4,)}
    layers = {f"w{n}": dense(weights(110 + n, 4, 4, low=-2)) for n in range(1, 5)}
    cells = {f"lif{n}": lif(4, 2.0, 2.0) for n in range(5)}
    return (
        Case(
            "deep",
            "edges",
            "five layers: all in the same step",
            SUM,
            wired(
                {**ends, "w0": a, **layers, **cells},
                _through("input", *(n for k in range(5) for n in (f"w{k}", f"lif{k}")), "output"),
            ),
            x,
        ),
        Case(
            "skip",
            "edges",
            "a layer and a way around it, summed in one neuron",
            SUM,
            wired(
                {
                    **ends,
                    "a": a,
                    "first": lif(4, 4.0, 4.0),
                    "b": b,
                    "c": c,
                    "last": lif(4, 4.0, 4.0),
                },
                [
                    *_through("input", "a", "first", "b", "last", "output"),
                    *_through("input", "c", "last"),
                ],
            ),
            x,
        ),
        Case(
            "parallel",
            "edges",
            "two weights between the same two nodes",
            SUM,
            wired(
                {**ends, "a": a, "c": c, "lif": lif(4, 4.0, 4.0)},
                [*_through("input", "a", "lif", "output"), *_through("input", "c", "lif")],
            ),
            x,
        ),
        Case(
            "two_inputs",
            "edges",
            "two Inputs, summed in one neuron",
            SUM,
            wired(
                {
                    "left": (3,),
                    "right": (2,),
                    "a": a,
                    "c": dense(weights(104, 4, 2)),
                    "lif": lif(4, 4.0, 4.0),
                    "output": (4,),
                },
                [*_through("left", "a", "lif", "output"), *_through("right", "c", "lif")],
            ),
            {"left": spikes(104, 3), "right": spikes(105, 2)},
        ),
        Case(
            "two_outputs",
            "edges",
            "an Output in the middle and one at the end",
            SUM,
            wired(
                {
                    "input": (3,),
                    "a": a,
                    "first": lif(4, 4.0, 4.0),
                    "b": b,
                    "last": lif(4, 4.0, 4.0),
                    "middle": (4,),
                    "end": (4,),
                },
                [*_through("input", "a", "first", "b", "last", "end"), ("first", "middle")],
            ),
            x,
        ),
    )


def _loops() -> tuple[Case, ...]:
    x = {"input": spikes(121, 3)}
    a = dense(weights(121, 4, 3, low=0))
    back = dense(weights(122, 4, 4, low=-9, high=3))
    ends = {"input": (3,), "output": (4,)}
    forth = _through("input", "w", "lif", "output")
    loop = [("lif", "back"), ("back", "lif")]
    late = [("lif", "late"), ("late", "back"), ("back", "lif")]
    two = {
        "w": a,
        "first": lif(4, 4.0, 4.0),
        "there": dense(weights(123, 4, 4)),
        "second": lif(4, 2.0, 2.0),
        "back": back,
    }
    return (
        Case(
            "loop",
            "loops",
            "a layer that reads itself",
            LOOP,
            wired({**ends, "w": a, "lif": lif(4, 4.0, 4.0), "back": back}, [*forth, *loop]),
            x,
        ),
        Case(
            "loop_cuba",
            "loops",
            "a CubaLIF that reads itself",
            LOOP,
            wired({**ends, "w": a, "lif": cuba(4, r=4.0, w_in=2.0), "back": back}, [*forth, *loop]),
            x,
        ),
        Case(
            "loop_diagonal",
            "loops",
            "every neuron reads itself alone",
            LOOP,
            wired(
                {
                    **ends,
                    "w": a,
                    "lif": lif(4, 4.0, 4.0),
                    "back": dense(np.diag([-0.5, 0.5, -1.0, 0.75])),
                },
                [*forth, *loop],
            ),
            x,
        ),
        Case(
            "loop_direct",
            "loops",
            "an edge from a node to itself",
            LOOP,
            wired({**ends, "w": a, "lif": lif(4, 4.0, 4.0)}, [*forth, ("lif", "lif")]),
            x,
        ),
        Case(
            "loop_delay",
            "loops",
            "a loop through a Delay of two steps, which is all that it waits",
            LOOP,
            wired(
                {
                    **ends,
                    "w": a,
                    "lif": lif(4, 4.0, 4.0),
                    "late": nir.Delay(np.full(4, 2 * DT_S)),
                    "back": back,
                },
                [*forth, *late],
            ),
            x,
        ),
        Case(
            "loop_of_two",
            "loops",
            "two layers that read each other",
            LOOP,
            wired(
                {**ends, **two},
                [
                    *_through("input", "w", "first", "there", "second", "output"),
                    *_through("second", "back", "first"),
                ],
            ),
            x,
        ),
    )


def _nested() -> tuple[Case, ...]:
    x = {"input": spikes(131, 3)}
    a, b = dense(weights(131, 4, 3)), dense(weights(135, 4, 4))
    inner = chain((4,), (4,), lif=lif(4, 4.0, 4.0))
    deep = chain((4,), (4,), inner=chain((4,), (4,), w=b, lif=lif(4, 2.0, 2.0)))
    cell = {
        "input": (4,),
        "lif": cuba(4, r=4.0, w_in=2.0),
        "w_rec": nir.Affine(weights(133, 4, 4, low=-6, high=6), np.zeros(4)),
        "output": (4,),
    }
    loop = [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")]
    return (
        Case(
            "nested",
            "nested",
            "a neuron in a graph of its own",
            NESTED,
            chain((3,), (4,), w=a, cell=inner),
            x,
        ),
        Case(
            "nested_twice",
            "nested",
            "a graph in a graph in a graph",
            NESTED,
            chain((3,), (4,), w=a, cell=deep),
            x,
        ),
        Case(
            "nested_loop",
            "nested",
            "a recurrent layer as snnTorch writes it: a graph with a loop",
            LOOP,
            chain((3,), (4,), w=a, rnn=wired(cell, loop)),
            x,
        ),
    )
