"""What a graph's file leaves open, and what its exporter cannot say, in sentences for its user."""

from collections.abc import Iterator, Mapping

import nir
import numpy as np

from converters.nir.graph import Flat
from converters.nir.nodes import SPIKING
from converters.nir.profiles import Profile
from converters.nir.stated_reset import EFFECTS, spell_names
from ssr_neuro.program.fixed_point import DECAY_ONE

NO_DECAY_STEPS = 2 * DECAY_ONE  # a longer time constant is rounded to no decay at all


def notes_of(
    flat: Flat,
    profile: Profile,
    exporter: str | None,
    told: str | None,
    choices: Mapping[str, str],
    dt_s: float,
) -> tuple[str, ...]:
    """exporter: the one that was asked for. told: the one that the file shows."""
    if exporter is None and told is None:
        return (*_open_questions(flat, choices), *_long_times(flat, choices, dt_s))
    if exporter is None:
        found = [f"read as {told} writes it, which names nodes by its classes; dt is {dt_s:g} s"]
    else:
        found = []
    if profile.lacks:
        found.append(f"a file of {profile.name} cannot say: {'; '.join(profile.lacks)}")
    return tuple(found)


def _open_questions(flat: Flat, choices: Mapping[str, str]) -> list[str]:
    """What the plain reading takes for granted and the file does not say."""
    found = []
    stated = set(flat.resets.values())
    if len(stated) == 1 and "reset" not in choices:
        found.append(
            f"{spell_names(flat.resets)}: its metadata says that a spike {EFFECTS[stated.pop()]}; "
            "so it is read"
        )
    resets = [n for n, node in flat.of(*SPIKING) if not isinstance(node, nir.Threshold)]
    if resets and not flat.resets and "reset" not in choices:
        found.append(
            "the file does not say what a spike does to the membrane; read as a reset to zero. "
            "snnTorch, Sinabs and Rockpool subtract the threshold by default: --exporter NAME, or "
            "--reset zero or subtract; --explain counts what each would change"
        )
    unscaled = [n for n, node in flat.of(nir.IF, nir.I) if np.all(np.asarray(node.r) == 1)]
    if unscaled and "charge" not in choices:
        found.append(
            f"{', '.join(unscaled)}: an integrator with r of 1 is what Norse and Sinabs write, "
            "which add their input without dt; read as NIR says, dt r I: --charge dt or step"
        )
    return found


def _long_times(flat: Flat, choices: Mapping[str, str], dt_s: float) -> Iterator[str]:
    """Time constants so long that the chip keeps all of a membrane: their unit is to be doubted."""
    if "tau" in choices:
        return
    longest: dict[str, float] = {}
    for name, node in flat.of(nir.LIF, nir.LI, nir.CubaLIF, nir.CubaLI):
        for of in ("tau", "tau_mem", "tau_syn"):
            tau = np.asarray(getattr(node, of, 0.0))
            if tau.dtype.kind == "f" and tau.size and dt_s * NO_DECAY_STEPS < tau.min() < np.inf:
                longest[name] = max(longest.get(name, 0.0), float(tau.max()))
    if longest:
        most = max(longest.values())
        yield (
            f"{', '.join(longest)}: time constants of up to {most:g} s are {most / dt_s:,.0f} "
            "steps, in which nothing leaks on the chip. NIR counts them in seconds; Sinabs writes "
            "steps (--exporter sinabs), and where a file has another unit --dt-s is the step in "
            "it: 1 where they are steps"
        )
