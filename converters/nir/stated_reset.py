"""What a spike does to the membrane, where metadata of a NIR graph say it: NIR has no field for it.

Exporters that say it say it in metadata, or in an attribute, of a node or of the graph.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import nir

from converters.nir.nodes import SPIKING

# Names that they state it by; a v_reset or a reset_delay is something else.
NAMES = tuple(
    f"reset{of}" for of in ("", "_mechanism", "_mode", "_fn", "_type", "_method", "_kind")
)
# The words that they use, by the value of --reset that they mean.
WORDS = {
    "subtract": {"sub", "subtract", "subtracts", "subtraction", "subtractive", "soft"},
    "zero": {"zero", "hard"},
    "none": {"none"},
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # each of MembraneSubtract, each of soft_reset
EFFECTS = {
    "subtract": "subtracts the threshold",
    "zero": "sets the membrane to zero",
    "none": "takes nothing from the membrane",
}


class StatedReset(NamedTuple):
    """reset: a value of --reset. words: what stands there, such as `reset_mechanism is 'zero'`."""

    reset: str
    words: str


def reset_of(node: Any) -> StatedReset | None:
    """What one node states; None where it states none."""
    metadata = getattr(node, "metadata", None)
    said = vars(node) | (dict(metadata) if isinstance(metadata, Mapping) else {})
    for name, value in said.items():
        text = value.decode(errors="replace") if isinstance(value, bytes) else value
        if not (name in NAMES and isinstance(text, str)):
            continue
        held = {word.lower() for word in WORD.findall(text)}
        for reset, words in WORDS.items():
            if held & words:
                return StatedReset(reset, f"{name} is {text!r}")
    return None


def stated_resets(graph: nir.NIRGraph) -> dict[str, str]:
    """By name the resets of its graphs and spiking nodes that state one; the graph itself is ""."""
    return dict(_statements("", graph))


def spell_names(resets: Mapping[str, str]) -> str:
    """The names of `stated_resets` for a message."""
    return ", ".join(name or "the graph" for name in resets)


def differing_resets(resets: Mapping[str, str]) -> str:
    """Why the resets of one graph are none that all of it can be read with; "" where they are."""
    kinds = sorted(set(resets.values()))
    if len(kinds) < 2:
        return ""
    each = " and ".join(
        f"{kind} ({spell_names({n: k for n, k in resets.items() if k == kind})})" for kind in kinds
    )
    possible = [kind for kind in kinds if (kind, "subtract" in kinds) != ("zero", True)]
    return (
        f"the metadata state resets of {each}, and all neurons are read with one; make them alike, "
        f"or choose one by --reset {' or '.join(possible)}"
    )


def _statements(name: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, (nir.NIRGraph, *SPIKING)) and (said := reset_of(node)):
        yield name, said.reset
    if isinstance(node, nir.NIRGraph):
        for inner, child in node.nodes.items():
            yield from _statements(f"{name}.{inner}" if name else inner, child)
