"""Options that would have no effect are refused by name, so that nobody relies on them."""

from collections.abc import Mapping
from pathlib import Path

from ssr_neuro.compiler.options import BUNDLES, CORES, LAVA, CompileOptions
from ssr_neuro.compiler.sources import Source
from ssr_neuro.errors import BadInput

READING_DATA = (
    "--core",
    "--duplicates",
    "--ties",
    "--reader",
    "--user-column",
    "--item-column",
    "--time-column",
)
RUNNING = ("--explain", "--passes", "--trace", "--samples", "--chip", "--lanes", "--timeout-s")
SHOWING = ("--explain", "--passes", "--stop-after")
LOWERING = ("--weight-bits", "--calibrate", "--optimise", "--stop-after", "--passes", "--explain")
READING = (
    "--exporter",
    "--fires",
    "--reset",
    "--reset-step",
    "--spikes",
    "--floor",
    "--bias",
    "--charge",
    "--decay",
    "--current",
    "--membrane",
    "--tau",
    "--dt-s",
)
OF_TARGETS = {
    "--layout": ("nir",),
    "--lanes": (LAVA, *CORES),
    "--liberty": CORES,
    "--fpga": ("rtl",),
    "--timeout-s": (LAVA,),
}
ENDINGS = {"model": "a model.pt", "graph": "a .nir graph", "netx": "a .net file"}


def refuse_unused(
    options: CompileOptions,
    source: Source,
    *,
    has_inputs: bool,
    integers: bool,
    lowers_only: bool = False,
) -> None:
    """Raises BadInput that names every option without a meaning for this source and target.

    integers: whether the target is made from the integer program. lowers_only: whether that
    program is all that is made, and nothing is run.
    """
    asked, target = dict(options.given()), options.target
    if has_inputs:
        asked["--inputs"] = True
    what = ENDINGS[source]
    if source == "model":
        _refuse(asked, ("--inputs", "--trace", *READING), f"for {what}")
    else:
        _refuse(asked, ("--data", "--samples", *READING_DATA), f"for {what}")
        _refuse(asked, ("--chip",), f"for {what}; `ssr place` puts its bundle on a chip")
    if source == "netx":
        _refuse(asked, (*LOWERING, *READING), f"for {what}, whose integers are kept as they are")
    if not integers:
        _refuse(asked, (*LOWERING, "--chip"), f"with --target {target}: no integers are made")
    elif target not in BUNDLES:
        _refuse(asked, (*SHOWING, "--trace"), f"with --target {target}, which shows no passes")
    for option, targets in OF_TARGETS.items():
        if target not in targets:
            _refuse(asked, (option,), f"without --target {' or '.join(targets)}")
    if lowers_only:
        _refuse(asked, RUNNING, "with --stop-after or lower_program, which run nothing")
    if not isinstance(options.data, str | Path):
        read = "without --data" if options.data is None else "with a Dataset, which is read already"
        _refuse(asked, READING_DATA, read)


def _refuse(asked: Mapping[str, object], options: tuple[str, ...], why: str) -> None:
    if unused := [_typed(option, asked[option]) for option in options if option in asked]:
        verb = "have" if len(unused) > 1 else "has"
        raise BadInput(f"{', '.join(unused)} {verb} no meaning {why}; leave it out")


def _typed(option: str, value: object) -> str:
    """As it was typed: --no-optimise where --optimise was refused."""
    return f"--no-{option.removeprefix('--')}" if value is False else option
