"""The kernel reads its network from a table of numbers: fields of Python are those of C."""

import re
from dataclasses import fields
from pathlib import Path

import numpy as np

from simulators.native import header
from simulators.native.costs import Costs
from simulators.native.header import KernelHeader

NETWORK = Path(header.__file__).with_name("network.h")


def test_the_fields_are_those_of_the_structure_in_order() -> None:
    (body,) = re.findall(r"\{([^{}]*)\} Network;", NETWORK.read_text("utf-8"))
    names = re.findall(r"(\w+)(?=[,;])", body)
    assert [field.name for field in fields(KernelHeader)] == names[:-1]
    assert names[-1] == "costs"
    assert names[header.NODE_AT] == "node"


def test_the_costs_stand_behind_the_fields() -> None:
    found = KernelHeader(*range(16)).table(Costs(1, 2, 3, 4, 5, 6))
    assert found.dtype == np.int64
    assert found.tolist() == [*range(16), 1, 2, 3, 4, 5, 6]
