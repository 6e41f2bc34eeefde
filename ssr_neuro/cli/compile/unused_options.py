"""Options that would do nothing: a misunderstanding, not a wish."""

from collections.abc import Mapping

from ssr_neuro.errors import BadInput

RUNNING = ("--explain", "--passes", "--trace", "--samples", "--chip", "--lanes", "--timeout-s")
SHOWING = ("--explain", "--passes", "--stop-after")
LOWERING = ("--weight-bits", "--calibrate", "--optimise", "--stop-after", "--passes", "--explain")
FLOAT, PROGRAMS = ("nir", "onnx"), ("lava-sim", "program")
READING = ("--fires", "--reset", "--bias", "--charge", "--dt-s")


def refuse_idle(given: Mapping[str, object], is_graph: bool, target: str) -> None:
    """given: options by name, None or False where left out. Raises BadInput that names them."""
    wished = {name: value for name, value in given.items() if value not in (None, False, "")}
    if is_graph:
        _refuse(wished, ("--data", "--samples", "--reader"), "for a .nir graph")
        _refuse(wished, ("--chip",), "for a .nir graph, which `ssr place` puts on a chip")
    else:
        _refuse(wished, ("--inputs", "--trace", *READING), "for a model.pt")
    if target in FLOAT:
        _refuse(wished, (*LOWERING, "--chip"), f"with --target {target}: no integers are made")
    elif target not in PROGRAMS:
        _refuse(wished, SHOWING, f"with --target {target}, which shows no passes")
    if target != "nir":
        _refuse(wished, ("--layout",), "without --target nir")
    if target != "lava-sim":
        _refuse(wished, ("--lanes", "--timeout-s"), "without --target lava-sim")
    if "--stop-after" in wished:
        _refuse(wished, RUNNING, "with --stop-after, which runs nothing")


def _refuse(wished: Mapping[str, object], options: tuple[str, ...], why: str) -> None:
    if idle := [option for option in options if option in wished]:
        verb = "have" if len(idle) > 1 else "has"
        raise BadInput(f"{', '.join(idle)} {verb} no meaning {why}; leave it out")
