"""What only a graph in memory can hold: tensors of any kind, odd names, types that are none."""

import nir
import numpy as np
import pytest
import torch
from nir_graphs import ends, graph, lif

import ssr_neuro as sn
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64, torch.int32])
def test_weights_may_be_tensors_of_any_kind(kind: torch.dtype) -> None:
    weight = torch.tensor([[0.5, -2.0], [3.0, 1.0]]).to(kind)
    made = graph("x>w>n>y", **ends((2,)), w=nir.Linear(weight), n=lif((2,)))
    found = to_program(made, 1).into("n")[0].map.expanded().toarray()
    assert found.tolist() == weight.to(torch.float64).tolist()
    made.nodes["n"] = lif((2,), v_reset=1)
    assert [one.node for one in sn.check(made).obstacles] == ["n"]


@pytest.mark.parametrize("name", ["n\0", "n\udc80"])
def test_names_that_no_file_can_hold_are_refused(name: str) -> None:
    made = graph(f"x>{name}>y", **ends((2,)), **{name: lif((2,))})
    with pytest.raises(BadInput, match=r"no valid Unicode; rename the node") as refused:
        to_program(made, 1)
    assert f"{name!a}: no file can hold a name with a zero character" in str(refused.value)
    outer = graph("x>g>y", **ends((2,)), g=made)
    assert sn.check(outer).obstacles[0].remedy == "rename the node"


@pytest.mark.parametrize(
    ("node", "field", "port"),
    [("x", "output_type", "output"), ("y", "output_type", "output"), ("f", "input_type", "input")],
)
def test_a_type_that_is_no_dict_is_refused(node: str, field: str, port: str) -> None:
    flat = nir.Flatten({"input": np.array([2])}, 0, -1)
    made = graph("x>n>f>w>m>y", **ends((2,)), n=lif((2,)), f=flat, m=lif((2,)))
    made.nodes["w"] = nir.Linear(np.eye(2))
    setattr(made.nodes[node], field, np.array([2, 2]))
    with pytest.raises(BadInput) as refused:
        to_program(made, 1)
    expected = f"{node}: {field} is ndarray, not a dict of a port and its shape; give {{'{port}': "
    assert expected in str(refused.value)
    assert node in {one.node for one in sn.check(made).obstacles}
