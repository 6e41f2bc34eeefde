"""Run this folder's network in SANA-FE and print its energy, latency and counts as JSON.

    python run_sana_fe.py [--architecture architecture.yaml] [--timing detailed] [--record DIR]

Needs Python 3.10 or newer and `pip install sanafe`, nothing else. Ends with 0, with 4 where a
count differs from the one in schedule.json, and with 2 where the folder or this Python is wrong.

Two things of the network are not in its YAML, because SANA-FE has no words for them, and are done
here through its Python interface, between steps: every population forgets the sample before (its
decays are 0 for the one step in which a sample begins), and spikes with a longer delay than SANA-FE
holds arrive as a bias (their synapses are in the YAML with weight 0, so that they cost the same).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
from array import array
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TIMINGS = ("simple", "detailed", "cycle")
WRONG, DIFFERS = 2, 4
PARTS = ("synapse", "dendrite", "soma", "network", "total")
COUNTS = {
    "spikes": "neurons_fired",
    "messages": "packets_sent",
    "synaptic_operations": "spikes",
    "neuron_updates": "neurons_updated",
}


class Network:
    """A chip with its neurons; `schedule` says when each group forgets, and what comes late."""

    def __init__(self, chip: Any, schedule: dict[str, Any]) -> None:
        self.chip, self.schedule, self.time = chip, schedule, 0
        mapped = chip.mapped_neuron_groups
        self.neurons = {group["name"]: list(mapped[group["name"]]) for group in schedule["groups"]}
        self.due: dict[int, dict[tuple[str, int], int]] = {}
        self.biased: set[tuple[str, int]] = set()
        self.leads: dict[str, dict[int, list[tuple[int, str, int, int]]]] = {}
        for late in schedule["late"]:
            reached = self.leads.setdefault(late["source"], {})
            for source, target, weight in late["synapses"]:
                to = (late["delay"], late["target"], target, weight)
                reached.setdefault(source, []).append(to)
        self.bias = {group["name"]: group["bias"] for group in schedule["groups"]}

    def step(self, timing: str) -> dict[str, Any]:
        """One time step: what SANA-FE says of it."""
        self.time += 1
        fresh = [group for group in self.schedule["groups"] if self._begins(group)]
        for group in fresh:
            for neuron in self.neurons[group["name"]]:
                neuron.set_attributes(model_attributes={"leak_decay": 0.0, "input_decay": 0.0})
        self._arrive()
        found: dict[str, Any] = self.chip.sim(
            1, timing, spike_trace=True, potential_trace=True, perf_trace=True
        )
        for group in fresh:
            decays = zip(group["leak_decay"], group["input_decay"], strict=True)
            for neuron, (leak, kept) in zip(self.neurons[group["name"]], decays, strict=True):
                neuron.set_attributes(model_attributes={"leak_decay": leak, "input_decay": kept})
        self._send(found["spike_trace"][0])
        return found

    def _begins(self, group: dict[str, Any]) -> bool:
        """Whether a sample begins at the group's depth."""
        since = self.time - 1 - int(group["depth"])
        return bool(since % self.schedule["interval"] == 0)

    def _arrive(self) -> None:
        """Set the bias of each neuron that something late reaches now, and take back the last."""
        now = self.due.pop(self.time, {})
        for group, number in sorted(self.biased | now.keys()):
            value = self.bias[group][number] + now.get((group, number), 0)
            self.neurons[group][number].set_attributes(model_attributes={"bias": float(value)})
        self.biased = set(now)

    def _send(self, fired: list[Any]) -> None:
        for address in fired:
            reached = self.leads.get(address.group_name, {})
            for delay, target, number, weight in reached.get(address.neuron_offset, ()):
                due = self.due.setdefault(self.time + delay, {})
                due[target, number] = due.get((target, number), 0) + weight


class Record:
    """What happened in the steps that count. spikes: step, group and neuron, one after another."""

    def __init__(self, schedule: dict[str, Any]) -> None:
        self.sums = dict.fromkeys((*COUNTS, "hops"), 0)
        self.energy = dict.fromkeys(PARTS, 0.0)
        self.seconds: list[float] = []
        self.number = {group["name"]: at for at, group in enumerate(schedule["groups"])}
        self.spikes, self.membranes = array("I"), array("d")

    def add(self, step: int, found: dict[str, Any]) -> None:
        for name, theirs in COUNTS.items():
            self.sums[name] += found[theirs]
        self.sums["hops"] += int(found["perf_trace"]["hops"][0])
        for part in PARTS:
            self.energy[part] += found["energy"][part]
        self.seconds.append(found["sim_time"])
        for address in found["spike_trace"][0]:
            if address.group_name in self.number:  # the others are inputs that reach something late
                number = self.number[address.group_name]
                self.spikes.extend((step, number, address.neuron_offset))
        self.membranes.extend(found["potential_trace"][0])

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("spikes", "membranes"):
            with (folder / f"{name}.bin").open("wb") as out:
                getattr(self, name).tofile(out)


def main(words: list[str] | None = None) -> int:
    given = options(words)
    try:
        schedule = json.loads((given.folder / "schedule.json").read_text())
        sanafe = import_engine()
    except (OSError, ValueError, ImportError) as error:
        print(f"run_sana_fe.py: {error}", file=sys.stderr)
        return WRONG
    with only_errors():
        architecture = sanafe.load_arch(str(given.folder / given.architecture))
        net = sanafe.load_net(str(given.folder / "network.yaml"), architecture)
        chip = sanafe.SpikingChip(architecture)
        chip.load(net)
        network, record = Network(chip, schedule), Record(schedule)
        for step in range(1, schedule["last"] + 1):
            found = network.step(given.timing)
            if step >= schedule["first"]:
                record.add(step, found)
    if given.record:
        record.write(given.record)
    wrong = differences(record.sums, schedule["expected"])
    print(json.dumps(summary(given, schedule, record, wrong), indent=1))
    return DIFFERS if wrong else 0


def options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("folder", nargs="?", type=Path, default=HERE, help="with network.yaml and schedule.json")
    add("--architecture", default="architecture.yaml", help="file in the folder")
    add("--timing", choices=TIMINGS, default="detailed", help="SANA-FE's model of time")
    add("--record", type=Path, help="also write every spike, and every readout, into this folder")
    return parser.parse_args(words)


def import_engine() -> Any:
    """SANA-FE. Raises ImportError that says how to get it."""
    try:
        sanafe = import_module("sanafe")
    except ImportError as error:
        raise ImportError(f"{error}; install it with `pip install sanafe`") from error
    return sanafe


@contextlib.contextmanager
def only_errors() -> Any:
    """SANA-FE tells its progress on standard output, also from C++; the JSON stands alone there."""
    sys.stdout.flush()
    kept, silent = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(silent)


def differences(found: dict[str, int], expected: dict[str, int]) -> list[str]:
    return [
        f"{name}: {found[name]:,} in SANA-FE, {count:,} expected"
        for name, count in expected.items()
        if found[name] != count
    ]


def summary(
    given: argparse.Namespace, schedule: dict[str, Any], record: Record, wrong: list[str]
) -> dict[str, Any]:
    """Counts and energies are sums over the samples."""
    return {
        "sana_fe": metadata.version("sanafe"),
        "python": platform.python_version(),
        "architecture": given.architecture,
        "timing": given.timing,
        "samples": schedule["samples"],
        "counts": record.sums,
        "energy_j": record.energy,
        "step_s": sum(record.seconds) / len(record.seconds),
        "differs": wrong,
    }


if __name__ == "__main__":
    sys.exit(main())
