"""Replayed graphs and compiled models give what eager runs give. No GPU: recording is by hand."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from measure_example import saved_model

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.measure.device import check_graphs
from ssr_neuro.measure.forms import forms_of
from ssr_neuro.measure.graphs import Graphs, Recorded, Step
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.timing import batches

CPU = torch.device("cpu")


def record(step: Step, kept: Any, given: torch.Tensor) -> Recorded:
    """As a GPU would: the same memory is read and written by every replay."""
    lists = step(kept, given)

    def replay() -> None:
        lists.copy_(step(kept, given))

    return Recorded(replay, given, lists, kept)


@pytest.mark.parametrize("kind", ["sasrec", "lrurec"])
def test_a_replay_reads_the_new_items_and_each_shape_is_recorded_once(
    tmp_path: Path, kind: str
) -> None:
    saved = checkpoint.load(saved_model(tmp_path, kind))
    for form in forms_of(kind):
        eager = Served(saved.model(), form, CPU, "fp32")
        graphs = Graphs(record)
        replayed = Served(saved.model(), form, CPU, "fp32", graphs=graphs)
        with eager.mode(), replayed.mode():
            given = batches(eager, saved.inputs, 2)
            expected = [eager.run(ready) for ready in given]
            found = [replayed.run(ready).clone() for ready in (*given, *given)]
        for left, right in zip((*expected, *expected), found, strict=True):
            torch.testing.assert_close(left, right)
        states = 1 if form.name == "full" else len(given)
        assert len(graphs.made) == states


def test_a_compiled_model_gives_the_same_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs: list[torch.fx.GraphModule] = []

    def backend(graph: torch.fx.GraphModule, inputs: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=backend))
    saved = checkpoint.load(saved_model(tmp_path, "sasrec"))
    (form,) = forms_of("sasrec")
    eager, compiled = (
        Served(saved.model(), form, CPU, "fp32", compiled=given) for given in (False, True)
    )
    for batch in (1, 4):
        with eager.mode():
            (ready, *_) = batches(eager, saved.inputs, batch)
            expected = eager.run(ready)
        with compiled.mode():
            torch.testing.assert_close(compiled.run(ready), expected)
    assert len(graphs) >= 2


def test_graphs_are_for_gpus() -> None:
    with pytest.raises(BadInput, match="--cuda-graphs is for GPUs; leave it out with --device cpu"):
        check_graphs(CPU, asked=True)
    check_graphs(CPU, asked=False)
