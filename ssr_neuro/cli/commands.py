"""The commands of `ssr` by name. A command is imported when it is called; help imports them all."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import typer

from ssr_neuro.cli.multi_value import Many
from ssr_neuro.errors import EXIT_CODES

EVERYWHERE = (
    "Anywhere: --version; --quiet, without progress and notes; --debug, with the traceback of an "
    "error. Exit codes: "
    + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items())
    + "."
)
# Name -> module and function below ssr_neuro.cli, in the order of the help.
COMMANDS = {
    "train": "train.command.train",
    "search": "search.search",
    "models": "models.models",
    "evaluate": "evaluate.evaluate",
    "recommend": "recommend.recommend",
    "simulate": "simulate.simulate",
    "diff": "diff.diff",
    "show": "show.show",
    "verify": "verify.verify",
    "check": "check.check",
    "conformance": "conformance.conformance",
    "chips": "chips.chips",
    "cost": "cost.cost",
    "measure": "measure.measure",
    "place": "place.place",
    "doctor": "doctor.doctor",
    "report": "report.report",
    "compile": "compile.command.compile_model",
}
SEVERAL_VALUES = ("report",)  # options of these take several values in a row
GROUPS = {"data": "data.data_app", "study": "study.command.study_app"}


def build_app(names: Iterable[str] = (*COMMANDS, *GROUPS)) -> typer.Typer:
    """`ssr` with these commands alone."""
    app = typer.Typer(
        name="ssr",
        epilog=EVERYWHERE,
        help="Train spiking recommenders and compile them to the integers of a chip, bit for bit.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_ssr)  # with it a single command keeps its name
    for name in names:
        if name in GROUPS:
            app.add_typer(_find(GROUPS[name]), name=name)
        else:
            kind = Many if name in SEVERAL_VALUES else None
            app.command(name, cls=kind)(_find(COMMANDS[name]))
    return app


def build_compile_app() -> typer.Typer:
    """`ssr-compile`."""
    app = typer.Typer(name="ssr-compile", pretty_exceptions_enable=False)
    app.command(epilog=EVERYWHERE)(_find(COMMANDS["compile"]))
    return app


def asked_for(words: list[str]) -> Iterable[str]:
    """The command that is called, or all of them where it is none or help is asked for."""
    name = words[0] if words else ""
    return (name,) if name in COMMANDS or name in GROUPS else (*COMMANDS, *GROUPS)


def _ssr() -> None:
    pass


def _find(place: str) -> Any:
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"{__package__}.{module}"), name)
