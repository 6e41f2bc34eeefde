"""The options that say how a NIR graph is read; `ssr-compile` and `ssr check` share them."""

from typing import Annotated, TypedDict

import typer

from ssr_neuro.cli.options import Command, Option, takes_options

PANEL = "Reading a .nir graph"


class GraphOptions(TypedDict, total=False):
    """Keywords of `ssr_neuro.check`, the same as fields of `CompileOptions`."""

    exporter: str | None
    fires: str | None
    reset: str | None
    reset_step: str | None
    spikes: str | None
    floor: str | None
    bias: str | None
    charge: str | None
    decay: str | None
    current: str | None
    membrane: str | None
    tau: str | None
    dt_s: float | None


def _text(help_text: str, default: str | None = None) -> Option:
    return Option(
        Annotated[
            str | None,
            typer.Option(help=help_text, show_default=default or False, rich_help_panel=PANEL),
        ]
    )


GRAPH: dict[str, Option] = {
    "exporter": _text(
        "the framework that wrote it, which says how it is read: norse, snntorch, sinabs, "
        "spikingjelly, rockpool, lava-dl, or nir as it is written",
        "recognised from the file where possible",
    ),
    "fires": _text("a neuron fires above its threshold, or at it: above, at"),
    "reset": _text("what a spike does to the membrane: zero, subtract (the threshold), none"),
    "reset_step": _text("the step in which a spike subtracts the threshold: same, next"),
    "spikes": _text("how often a neuron can fire in a step: one, several"),
    "floor": _text("the lowest membrane of an integrator: none, or minus its threshold"),
    "bias": _text("what a bias belongs to: current, membrane"),
    "charge": _text("an integrate-and-fire neuron adds dt r I a step (dt), or r I (step)"),
    "decay": _text("a step keeps 1 - dt / tau (euler), or exp(-dt / tau) (exponential)"),
    "current": _text(
        "a spike adds w_in dt / tau_syn to a current (scaled), its whole weight (whole), or what a "
        "step of decay leaves of that (decayed)"
    ),
    "membrane": _text(
        "a step adds r dt / tau of the input (scaled), or all (whole; whole-li: to an LI alone; "
        "decayed-li: to an LI what a step leaves of it)"
    ),
    "tau": _text("unit of time constants: seconds, times-dt (seconds times dt), steps"),
    "dt_s": Option(
        Annotated[
            float | None,
            typer.Option(
                help="time step, seconds",
                show_default="that of the exporter, or 1e-4",
                rich_help_panel=PANEL,
            ),
        ]
    ),
}


def reads_graph(command: Command) -> Command:
    """Give a command, in the place of its `**reading`, every option of reading a graph."""
    return takes_options(GRAPH)(command)
