"""What each framework really writes into NIR, and so how its files are read.

Profiles say how an exporter leaves NIR's equations; each is held against the framework itself in
`tests/converters/nir/test_profiles.py`. Sources, by file of the exporting release:

norse 1.1.0, torch/utils/export_nir.py: time constants are written as seconds times dt, 0.001; a
LIFCell has w_in of 1 and adds a spike's whole weight to its current; an IAFCell adds its input
without dt.
snntorch 1.0.0, export_nir.py: NIR's equations at dt of 1e-4; by default a spike subtracts the
threshold, and does so in the next step (`Leaky.forward`, `reset_delay`). With
reset_mechanism='zero' a Leaky is NIR's, and Synaptic, RLeaky and RSynaptic keep their membrane at
0 for the step behind a spike, whatever comes in, unless reset_delay=False (`_base_zero`).
sinabs 3.1.3, nir.py: time constants are steps and decay by exp(-1 / tau); neurons fire at the
threshold, several times a step, and subtract it (`MultiSpike`, `MembraneSubtract`); an ExpLeak
takes its whole input by default (layers/exp_leak.py), which its LI does not show; the lowest
membrane of an IAF is minus its threshold (from_torch.py `from_model`, and nir.py when it reads).
rockpool 3.1.0, nn/modules/torch/nir.py: seconds, decay by exp(-dt / tau); a spike enters the
current before that decays, and the membrane takes the whole current; fires and resets as Sinabs.
spikingjelly 2.0.0, nir_exchange/to_nir.py: NIR's equations, and neurons fire at the threshold.
lava-dl 0.6.0, slayer/neuron/cuba.py: fires above the threshold (`threshold_eps`); a bias, the mean
of a MeanOnlyBatchNorm, goes to the membrane. It writes no NIR itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import exp

import nir
import numpy as np

from converters.nir.graph import Flat
from converters.nir.neurons import stated_soft_reset
from converters.nir.nodes import DT_S, SPIKING
from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import DECAY_ONE
from ssr_neuro.program.semantics import Semantics

NO_DECAY_STEPS = 2 * DECAY_ONE  # a longer time constant is rounded to no decay at all
ROCKPOOL_NODE = re.compile(r"(^|[._])(LIF|LIFNeuron|Linear|ExpSyn)Torch$")


@dataclass(frozen=True)
class Profile:
    """dt_s: the step of its files. choices: of `Semantics`. lacks: what its files cannot say."""

    name: str
    dt_s: float = DT_S
    choices: Mapping[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()


PROFILES = (
    Profile(
        "norse",
        1e-3,
        {"tau": "times-dt", "current": "whole", "charge": "step"},
        ("v_reset, which Norse leaves out", "dt, if it is not Norse's 0.001: --dt-s"),
    ),
    Profile(
        "snntorch",
        choices={"reset": "subtract", "reset_step": "next"},
        lacks=(
            "reset_mechanism='zero' or 'none': --reset zero or none",
            "reset_delay=False: --reset-step same, which is it as long as no membrane reaches "
            "twice its threshold",
        ),
    ),
    Profile(
        "sinabs",
        choices={
            "fires": "at",
            "reset": "subtract",
            "spikes": "several",
            "floor": "threshold",
            "charge": "step",
            "decay": "exponential",
            "tau": "steps",
        },
        lacks=(
            "norm_input=False: --membrane whole; True of an ExpLeak: --membrane scaled",
            "spike_fn=SingleSpike: --spikes one",
            "reset_fn=MembraneReset: --reset zero --spikes one",
            "min_v_mem=None: --floor none",
            "tau_syn, which Sinabs leaves out",
        ),
    ),
    Profile("spikingjelly", choices={"fires": "at"}),
    Profile(
        "rockpool",
        choices={
            "fires": "at",
            "reset": "subtract",
            "spikes": "several",
            "decay": "exponential",
            "current": "decayed",
            "membrane": "whole",
        },
        lacks=("a bias of LIFTorch, which Rockpool leaves out", "max_spikes_per_dt"),
    ),
    Profile("lava-dl", choices={"bias": "membrane"}),
    Profile("nir"),
)
NAMES = tuple(profile.name for profile in PROFILES)


@dataclass(frozen=True)
class ExporterReading:
    """How a graph is read. dt_s: its time step. notes: what was told or could not be told.

    problems: why no chip can do it so, each with its node.
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
    stated = flat.dt_s if dt_s is None else None
    if dt_s is None:
        of_file = _rockpool_dt(flat) if profile.name == "rockpool" else None
        dt_s = stated or of_file or profile.dt_s
    notes = _notes(flat, profile, exporter, told, choices, dt_s)
    if stated:
        notes = (
            *notes,
            f"read with steps of {stated:g} s, as its metadata say; --dt-s goes before",
        )
    pauses = profile.name == "snntorch" and semantics.reset == "zero"
    problems = tuple(_pauses(flat)) if pauses and choices.get("reset_step") != "same" else ()
    return ExporterReading(semantics, dt_s, profile.name, notes, problems)


def _profile(name: str) -> Profile:
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise BadInput(f"--exporter {name!r} is unknown; it is {' or '.join(NAMES)}")


def _of_readouts(profile: Profile, flat: Flat) -> Mapping[str, str]:
    """Sinabs' ExpLeak, which it writes as an LI, takes its whole input; its LIF does not."""
    return {"membrane": "whole-li"} if profile.name == "sinabs" and flat.of(nir.LI) else {}


def _stated(flat: Flat, exporter: str | None) -> Mapping[str, str]:
    """A reset that the metadata of any neuron states."""
    soft = exporter is None and any(stated_soft_reset(node) for _, node in flat.of(*SPIKING))
    return {"reset": "subtract"} if soft else {}


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


def _notes(
    flat: Flat,
    profile: Profile,
    exporter: str | None,
    told: str | None,
    choices: Mapping[str, str],
    dt_s: float,
) -> tuple[str, ...]:
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
    stated = [name for name, node in flat.of(*SPIKING) if stated_soft_reset(node)]
    if stated and "reset" not in choices:
        found.append(
            f"{', '.join(stated)}: its metadata says that a spike subtracts the threshold; so it "
            "is read"
        )
    resets = [n for n, node in flat.of(*SPIKING) if not isinstance(node, nir.Threshold)]
    if resets and not stated and "reset" not in choices:
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
