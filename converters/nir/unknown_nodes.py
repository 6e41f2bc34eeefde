"""Nodes of a file that the installed nir cannot read: layers of a framework, or of a later NIR."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import nir

NO_MAXIMUM = (
    "a maximum is no sum of spikes, and no chip of this kind has one between populations: train "
    "with average or sum pooling, or with a convolution of that stride"
)
FOLD = (
    "fold it into the layer before it as the framework does when it judges, for example by "
    "torch.nn.utils.fuse_conv_bn_eval, and export that"
)
LATER = "install the nir that wrote the file, or write the graph with nodes that this one knows"
REMEDIES = {
    "MaxPool": NO_MAXIMUM,
    "BatchNorm": FOLD,
    "Spike": "what NIR's page calls a Spike is a Threshold: write that",
    "Reset": "leave the node out, and say what a spike does by --reset and --reset-step",
}
UNEXPECTED = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required positional arguments?: (.+)")


def unknown_kinds(file: Any) -> str:
    """The nodes of a kind that nir does not know, with what to do; "" where there are none."""
    found = {
        name: kind
        for name, kind, _ in nodes_of(file)
        if not isinstance(getattr(nir, kind, None), type)
    }
    if not found:
        return ""
    nodes = ", ".join(f"{name} is a {kind}" for name, kind in found.items())
    remedies = [text for start, text in REMEDIES.items() if _any_starts(found.values(), start)]
    return f"{nodes}, which nir {nir.__version__} does not know; {'; '.join(remedies or [LATER])}"


def unknown_fields(file: Any, words: str) -> str:
    """The nodes with a field too many or too few, of nir's own words on one; "" for other words."""
    if said := UNEXPECTED.search(words):
        kind, field = said.groups()
        names = [name for name, own, held in nodes_of(file) if own == kind and field in held]
        return (
            f"{', '.join(names)}: this {kind} has a field {field!r}, which nir {nir.__version__} "
            f"does not know; {LATER}"
        )
    if said := MISSING.search(words):
        kind, lacking = said.group(1), re.findall(r"'(\w+)'", said.group(2))
        names = [
            n for n, own, held in nodes_of(file) if own == kind and not set(held) >= set(lacking)
        ]
        return f"{', '.join(names)}: this {kind} lacks {', '.join(lacking)}; write the node with it"
    return ""


def nodes_of(file: Any) -> Iterator[tuple[str, str, Any]]:
    """Name, kind and group of every node of the file; the group holds the fields by name."""
    found: list[tuple[str, str, Any]] = []

    def note(name: str, value: Any) -> None:
        node, _, last = name.rpartition("/")
        if last == "type" and not hasattr(value, "keys"):
            found.append((node.rpartition("/")[2], value.asstr()[()], value.parent))

    file.visititems(note)
    return iter(found)


def _any_starts(kinds: Iterable[str], start: str) -> bool:
    return any(kind.startswith(start) for kind in kinds)
