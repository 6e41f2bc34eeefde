"""What can be asked of a compilation: one value, the same for the command and the library."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypedDict, get_args, get_type_hints

from ssr_neuro.chip import Chip
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import pass_names
from ssr_neuro.program.fixed_point import LEAST_WEIGHT_BITS, WEIGHT_BITS
from ssr_neuro.program.semantics import (
    Bias,
    Charge,
    Current,
    Decay,
    Fires,
    Floor,
    Membrane,
    Reset,
    ResetStep,
    Semantics,
    Spikes,
    Tau,
)
from ssr_neuro.registry import BUNDLE_TARGETS, all_targets
from ssr_neuro.settings.fields import to_plain

Core = Literal["5-core", "5-once", "none"]
Duplicates = Literal["keep", "first", "last", "immediate"]
Ties = Literal["file", "item", "shuffle"]
Layout = Literal["compact", "flat"]
Fpga = Literal["ecp5", "ulx3s"]
Exporter = Literal["norse", "snntorch", "sinabs", "spikingjelly", "rockpool", "lava-dl", "nir"]

LAVA = "lava-sim"
CORES = ("rtl", "rtl-int8")  # targets that are a core in Verilog
BUNDLES = tuple(BUNDLE_TARGETS)


class CompileKeywords(TypedDict, total=False):
    """The fields of `CompileOptions` as keywords of `ssr_neuro.compile`."""

    target: str
    data: Any
    core: Core | None
    duplicates: Duplicates | None
    ties: Ties | None
    reader: str | None
    user_column: str | None
    item_column: str | None
    time_column: str | None
    samples: int | None
    chip: str | Path | Chip | None
    weight_bits: int | None
    calibrate: bool | None
    optimise: bool | None
    passes: bool
    stop_after: str | None
    layout: Layout | None
    explain: bool
    exporter: Exporter | None
    fires: Fires | None
    reset: Reset | None
    reset_step: ResetStep | None
    spikes: Spikes | None
    floor: Floor | None
    bias: Bias | None
    charge: Charge | None
    decay: Decay | None
    current: Current | None
    membrane: Membrane | None
    tau: Tau | None
    dt_s: float | None
    trace: bool
    lanes: int | None
    liberty: str | None
    fpga: Fpga | None
    timeout_s: float | None


@dataclass(frozen=True)
class CompileOptions:
    """Options of a compilation, checked. A default stands for "not asked for".

    target: lava-sim (run on Lava too), program, or a format of `ssr_neuro.export`. data: a file,
    "generated", or a `Dataset` to measure accuracy on; core, duplicates, ties and reader say how a
    file is read. samples: sequences that every stage runs (64). chip: a name, a TOML file or a
    `Chip` that the program must fit; else it is placed on the default chip if it fits. weight_bits:
    2 to 8; as trained, else 8. calibrate: choose each population's scale on data; below 8 bits,
    unless trained for them. optimise: make the program smaller without changing a bit of its
    readouts; not with `trace`. passes: measure what every pass saved. stop_after: the pass to stop
    after. layout: of a NIR file (compact). explain: count the spikes that other readings of a graph
    change. exporter: the framework that wrote a graph, which says how it is read; fires, reset,
    reset_step, spikes, floor, bias, charge, decay, current, membrane, tau: single choices instead
    (`Semantics`). dt_s: time step of a graph in seconds (that of the exporter, else 1e-4). trace:
    keep the spikes of every population. lanes: samples side by side in Lava, or lanes of the core
    of target rtl or rtl-int8 (8). liberty: a file of cells in which that core is synthesised and
    priced. fpga: ecp5 to count what the core of target rtl takes of one, ulx3s to place and route
    it for that board.
    timeout_s: limit of a run on Lava, in seconds.

    Raises BadInput that names the option as the command spells it, and its limit.
    """

    target: str = LAVA
    data: Any = None
    core: Core | None = None
    duplicates: Duplicates | None = None
    ties: Ties | None = None
    reader: str | None = None
    user_column: str | None = None
    item_column: str | None = None
    time_column: str | None = None
    samples: int | None = None
    chip: str | Path | Chip | None = None
    weight_bits: int | None = None
    calibrate: bool | None = None
    optimise: bool | None = None
    passes: bool = False
    stop_after: str | None = None
    layout: Layout | None = None
    explain: bool = False
    exporter: Exporter | None = None
    fires: Fires | None = None
    reset: Reset | None = None
    reset_step: ResetStep | None = None
    spikes: Spikes | None = None
    floor: Floor | None = None
    bias: Bias | None = None
    charge: Charge | None = None
    decay: Decay | None = None
    current: Current | None = None
    membrane: Membrane | None = None
    tau: Tau | None = None
    dt_s: float | None = None
    trace: bool = False
    lanes: int | None = None
    liberty: str | None = None
    fpga: Fpga | None = None
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        if self.target not in (targets := all_targets()):
            raise BadInput(f"--target {self.target!r} is unknown; there are {', '.join(targets)}")
        for name, hint in get_type_hints(CompileOptions).items():
            known = [v for part in get_args(hint) for v in get_args(part) if isinstance(v, str)]
            if known and (value := getattr(self, name)) is not None and value not in known:
                choices = " or ".join(known)
                raise BadInput(f"{option_name(name)} {value!r} is unknown; it is {choices}")
        for name in ("weight_bits", "samples", "lanes", "dt_s", "timeout_s"):
            object.__setattr__(self, name, to_plain(getattr(self, name)))
        self._check_range("weight_bits", LEAST_WEIGHT_BITS, WEIGHT_BITS)
        self._check_range("samples", 1)
        self._check_range("lanes", 1)
        for name in ("dt_s", "timeout_s"):
            value = getattr(self, name)
            if value is None:
                continue
            if type(value) not in (int, float) or not 0 < value < float("inf"):
                option = option_name(name)
                raise BadInput(f"{option} is {value!r}; it must be a time above 0, in seconds")
        if self.stop_after is not None and self.stop_after not in (names := pass_names()):
            raise BadInput(
                f"--stop-after {self.stop_after!r} is no pass; in order they are {', '.join(names)}"
            )

    def _check_range(self, name: str, least: int, most: int | None = None) -> None:
        value = getattr(self, name)
        if value is None:
            return
        if type(value) is not int or value < least or (most is not None and value > most):
            limit = f"at least {least}" if most is None else f"{least} to {most}"
            raise BadInput(f"{option_name(name)} is {value!r}; it must be a whole number, {limit}")

    @property
    def optimises(self) -> bool:
        """A trace shows every neuron, so it is of the program before the optimising passes."""
        return not self.trace if self.optimise is None else self.optimise

    @property
    def choices(self) -> Mapping[str, str]:
        """The choices of `Semantics` that were made one by one."""
        asked = {f.name: getattr(self, f.name) for f in fields(Semantics)}
        return {name: value for name, value in asked.items() if value is not None}

    def given(self) -> Mapping[str, object]:
        """The options that differ from their default, by the spelling of the command."""
        asked = {f: getattr(self, f.name) for f in fields(self) if f.name != "target"}
        return {
            option_name(field.name): value
            for field, value in asked.items()
            if value is not None and value is not field.default
        }


def option_name(name: str) -> str:
    """The option of the command that a field stands for."""
    return f"--{name.replace('_', '-')}"


def options_of(keywords: Mapping[str, Any], given: CompileOptions | None = None) -> CompileOptions:
    """Options as one value, `given`, or from keywords.

    Raises BadInput where both are there, or a keyword is unknown, which lists the known ones.
    """
    known = [f.name for f in fields(CompileOptions)]
    if unknown := [name for name in keywords if name not in known]:
        raise BadInput(f"no option {', '.join(unknown)}; there are {', '.join(known)}")
    if given is None:
        return CompileOptions(**keywords)
    if keywords:
        raise BadInput(
            f"{', '.join(keywords)} beside options=; give all of them as keywords, or all of them "
            "in options="
        )
    return given
