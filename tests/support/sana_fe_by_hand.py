"""SANA-FE's files read again and run as its manual says, by other means than they were written.

Membranes in weight units, cut to 1/64 towards zero; a message is a spike for a core; tiles lie in
columns.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Neuron = tuple[str, int]
Edge = tuple[Neuron, int, int]  # target, weight, steps
Membranes = defaultdict[Neuron, float]
Arriving = defaultdict[int, Membranes]


@dataclass
class Ran:
    """spikes: step, group and number. membranes: of each step, before a spike clears them."""

    spikes: set[tuple[int, str, int]] = field(default_factory=set)
    membranes: dict[int, dict[Neuron, float]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


class ByHand:
    def __init__(self, folder: Path) -> None:
        net = yaml.safe_load((folder / "network.yaml").read_text())
        self.seen = {
            group["name"]
            for group in net["network"]["groups"]
            if group["attributes"].get("log_spikes")
        }
        self.plan = json.loads((folder / "schedule.json").read_text())
        chip = yaml.safe_load((folder / "architecture.yaml").read_text())["architecture"]
        self.rows = int(chip["attributes"]["height"])
        self.neurons: dict[Neuron, dict[str, Any]] = {
            (group["name"], number): own
            for group in net["network"]["groups"]
            for entry in group["neurons"]
            for numbers, own in entry.items()
            for number in spread(str(numbers))
        }
        self.at = dict(self._places(net["mappings"]))
        self.depth = {group["name"]: group["depth"] for group in self.plan["groups"]}
        self.edges: dict[Neuron, list[Edge]] = defaultdict(list)
        for entry in net["network"]["edges"]:
            for name, edge in entry.items():
                self._connect(name, edge)
        self.late: dict[Neuron, list[Edge]] = defaultdict(list)
        for part in self.plan["late"]:
            for a, b, weight in part["synapses"]:
                self.late[part["source"], a].append(((part["target"], b), weight, part["delay"]))

    def _places(self, mappings: list[dict[str, Any]]) -> Iterator[tuple[Neuron, tuple[int, int]]]:
        for entry in mappings:
            for address, where in entry.items():
                group, _, numbers = address.partition(".")
                tile, core = str(where["core"]).split(".")
                yield from (((group, n), (int(tile), int(core))) for n in spread(numbers))

    def _connect(self, name: str, edge: dict[str, Any]) -> None:
        source, target = name.split(" -> ")
        delays = edge.get("delay") or [0] * len(edge["weight"])
        for (a, b), weight, delay in zip(
            edge["source_target_pairs"], edge["weight"], delays, strict=True
        ):
            assert delay <= 5  # the most that SANA-FE holds
            self.edges[source, a].append(((target, b), weight, 1 + delay))

    def run(self) -> Ran:
        """All steps; what is returned is of those that count."""
        ran, v = Ran(), Membranes(float)
        arriving = Arriving(lambda: Membranes(float))
        for step in range(1, self.plan["last"] + 1):
            self._advance(step, v, arriving[step])
            fired = [n for n, own in self.neurons.items() if self._fires(own, v[n], step)]
            if step >= self.plan["first"]:
                ran.membranes[step] = dict(v)
                ran.spikes |= {(step, *neuron) for neuron in fired}
                for neuron in fired:
                    ran.counts.update(self._sent(neuron))
            for neuron in fired:
                v[neuron] = 0.0
                late = self.late[neuron] if neuron[0] in self.seen else []
                for target, weight, delay in self.edges[neuron] + late:
                    arriving[step + delay][target] += weight
        return ran

    def _advance(self, step: int, v: dict[Neuron, float], now: dict[Neuron, float]) -> None:
        for neuron, own in self.neurons.items():
            if "spikes" not in own:
                begins = (step - 1 - self.depth[neuron[0]]) % self.plan["interval"] == 0
                kept = 0.0 if begins else int(v[neuron] * own["leak_decay"] * 64) / 64
                v[neuron] = kept + own["bias"] + now.get(neuron, 0)

    def _fires(self, own: dict[str, Any], v: float, step: int) -> bool:
        if "spikes" in own:
            return bool(own["spikes"][step - 1])
        return v > float(own["threshold"])

    def _sent(self, neuron: Neuron) -> "Counter[str]":
        own, rows = self.at[neuron], self.rows
        cores = {self.at[target] for target, _, _ in self.edges[neuron]}
        hops = sum(
            abs(own[0] // rows - tile // rows) + abs(own[0] % rows - tile % rows)
            for tile, _ in cores
        )
        return Counter(
            spikes=1, messages=len(cores), hops=hops, synaptic_operations=len(self.edges[neuron])
        )


def spread(numbers: str) -> range:
    """ "3" or "3..7", both ends included."""
    first, _, last = numbers.partition("..")
    return range(int(first), int(last or first) + 1)
