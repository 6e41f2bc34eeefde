"""Neurons, resets and time that a program needs and a chip may not have."""

import numpy as np

from ssr_neuro.chip import Chip, Words
from ssr_neuro.placement.checks import Node, Problem, list_names
from ssr_neuro.placement.core_demand import Demand
from ssr_neuro.program.fixed_point import NO_CURRENT_MEMORY
from ssr_neuro.program.ir import IntegerLif

# What each kind of neuron can stand in for.
_COVERS = {
    "if": ("if", "lif", "cuba-lif", "program"),
    "lif": ("lif", "cuba-lif", "program"),
    "cuba-lif": ("cuba-lif", "program"),
    "zero": ("zero", "program"),
    "steps": ("steps",),
}


def check_abilities(demand: Demand, chip: Chip) -> list[Problem]:
    """Neurons, resets and time that a chip says it does not have."""
    has = chip.abilities
    kinds: dict[str, list[str]] = {}
    for node in demand.nodes:
        kinds.setdefault(_kind(node), []).append(node.name)
    asked = [("neurons", kind, f"{kind} neurons", names) for kind, names in kinds.items() if kind]
    everything = [node.name for node in demand.nodes]
    asked += [("resets", "zero", "a reset to zero", everything)]
    asked += [("time", "steps", "time in steps", everything)]
    return [
        Problem(
            list_names(names, len(everything)),
            noun,
            f"{chip.name} has {', '.join(getattr(has, ability).value)} (abilities.{ability})",
            "choose a chip that has it",
        )
        for ability, word, noun, names in asked
        if not _able(getattr(has, ability), word)
    ]


def _kind(node: Node) -> str:
    neuron = node.neuron
    if not isinstance(neuron, IntegerLif):
        return ""
    if (np.asarray(neuron.du) != NO_CURRENT_MEMORY).any():
        return "cuba-lif"
    return "lif" if np.asarray(neuron.dv).any() else "if"


def _able(words: Words, needed: str) -> bool:
    return not words.known or any(word in words for word in _COVERS[needed])
