"""Which reading a graph is given: what was asked for, what its exporter means, what it shows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp

import nir
import numpy as np

from converters.nir.graph import Flat
from converters.nir.open_questions import notes_of
from converters.nir.profiles import NAMES, PROFILES, Profile
from converters.nir.stated_reset import differing_resets
from ssr_neuro.errors import BadInput
from ssr_neuro.program.semantics import Semantics

ROCKPOOL_NODE = re.compile(r"(^|[._])(LIF|LIFNeuron|Linear|ExpSyn)Torch$")


@dataclass(frozen=True)
class ExporterReading:
    """How a graph is read. dt_s: its time step. notes: what was told or could not be told.

    problems: why no chip can do it so, each with its node, or why its time step or its reset cannot
    be told.
    """

    semantics: Semantics
    dt_s: float
    exporter: str
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def choose_reading(
    flat: Flat, exporter: str | None, choices: Mapping[str, str], dt_s: float | None
) -> ExporterReading:
    """The reading that was asked for, else the one that the file shows, else the plain one.

    Single choices go before those of the exporter, and `dt_s` before what metadata state. Raises
    BadInput on an unknown name.
    """
    told = _told_by(flat)
    profile = _profile(exporter or told or "nir")
    made = {**profile.choices, **_of_readouts(profile, flat), **_stated(flat, exporter), **choices}
    if made.get("reset") in ("zero", "none"):  # what needs a subtraction falls with it
        made = {n: v for n, v in made.items() if n not in ("spikes", "reset_step") or n in choices}
    semantics = Semantics(**made)  # type: ignore[arg-type]
    stated, misstated = (flat.dt_s, flat.dt_problem) if dt_s is None else (None, "")
    if dt_s is None:
        of_file = _rockpool_dt(flat) if profile.name == "rockpool" else None
        dt_s = stated or of_file or profile.dt_s
    notes = notes_of(flat, profile, exporter, told, choices, dt_s)
    if stated:
        notes = (
            *notes,
            f"read with steps of {stated:g} s, as its metadata say; --dt-s goes before",
        )
    pauses = profile.name == "snntorch" and semantics.reset == "zero"
    problems = [misstated] if misstated else []
    if exporter is None and "reset" not in choices and (differing := differing_resets(flat.resets)):
        problems.append(differing)
    if pauses and choices.get("reset_step") != "same":
        problems += _pauses(flat)
    return ExporterReading(semantics, dt_s, profile.name, notes, tuple(problems))


def _profile(name: str) -> Profile:
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise BadInput(f"--exporter {name!r} is unknown; it is {' or '.join(NAMES)}")


def _of_readouts(profile: Profile, flat: Flat) -> Mapping[str, str]:
    """Of profiles whose LI takes its input otherwise than their LIF.

    Sinabs' ExpLeak takes the whole of it, Rockpool's ExpSyn what one step of decay leaves.
    """
    shares = {"sinabs": "whole-li", "rockpool": "decayed-li"}
    return {"membrane": shares[profile.name]} if profile.name in shares and flat.of(nir.LI) else {}


def _stated(flat: Flat, exporter: str | None) -> Mapping[str, str]:
    """The reset that metadata state, if it is one."""
    kinds = set(flat.resets.values())
    return {"reset": kinds.pop()} if exporter is None and len(kinds) == 1 else {}


def _pauses(flat: Flat) -> Iterator[str]:
    """Nodes of snnTorch whose reset to zero is another than the chip's, unless reset_delay=False.

    A LIF in a loop is an RLeaky, a CubaLIF a Synaptic, or in a loop an RSynaptic.
    """
    for name, node in flat.of(nir.LIF, nir.CubaLIF):
        loops = _reaches(flat, name)
        if loops or isinstance(node, nir.CubaLIF):
            kind = ("R" if loops else "") + ("Leaky" if isinstance(node, nir.LIF) else "Synaptic")
            yield (
                f"{name}: snnTorch's {kind} with reset_mechanism='zero' keeps its membrane at 0 in "
                "the step behind a spike, whatever comes in, and no neuron of the chip does; "
                "--reset-step same reads a reset in the step of the spike, which is right if it "
                "was made with reset_delay=False, and a file does not show that"
            )


def _reaches(flat: Flat, name: str) -> bool:
    """Whether a node is in a loop."""
    seen: set[str] = set()
    new = set(flat.before[name])
    while new - seen:
        seen |= new
        new = {source for one in new for source in flat.before[one]}
    return name in seen


def _told_by(flat: Flat) -> str | None:
    """The exporter, where the file shows it: Rockpool names nodes by its classes."""
    return "rockpool" if any(ROCKPOOL_NODE.search(name) for name in flat.nodes) else None


def _rockpool_dt(flat: Flat) -> float | None:
    """The dt at which r = tau exp(-dt / tau) / dt, which Rockpool writes; None without one."""
    for _, node in flat.of(nir.CubaLIF, nir.LIF, nir.LI):
        values = (
            np.asarray(getattr(node, "tau_mem", getattr(node, "tau", None))),
            np.asarray(node.r),
        )
        if all(x.dtype.kind == "f" and x.size and x.flat[0] > 0 for x in values):
            tau, r = (float(x.flat[0]) for x in values)
            return _decimal(tau * _steps_of(r))
    return None


def _steps_of(r: float) -> float:
    """x with exp(-x) / x = r, by Newton's method."""
    x = 1 / (1 + r)
    for _ in range(50):
        x -= (exp(-x) - r * x) / (-exp(-x) - r)
    return x


def _decimal(dt_s: float) -> float:
    """As it was meant: a file of float32 holds seven digits."""
    return float(f"{dt_s:.5g}")
