"""The commands `ssr` and `ssr-compile`. Nothing here imports torch to print help."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

import ssr_neuro
from ssr_neuro.cli import machine_errors, streams
from ssr_neuro.cli.check import check
from ssr_neuro.cli.chips import chips
from ssr_neuro.cli.compile.command import compile_model
from ssr_neuro.cli.conformance import conformance
from ssr_neuro.cli.console import is_quiet, set_quiet
from ssr_neuro.cli.cost import cost
from ssr_neuro.cli.data import data_app
from ssr_neuro.cli.diff import diff
from ssr_neuro.cli.doctor import doctor
from ssr_neuro.cli.evaluate import evaluate
from ssr_neuro.cli.measure import measure
from ssr_neuro.cli.models import models
from ssr_neuro.cli.multi_value import Many
from ssr_neuro.cli.output import errors, is_first_process, show_notes
from ssr_neuro.cli.place import place
from ssr_neuro.cli.recommend import recommend
from ssr_neuro.cli.report import report
from ssr_neuro.cli.search import search
from ssr_neuro.cli.show import show
from ssr_neuro.cli.simulate import simulate
from ssr_neuro.cli.study.command import study_app
from ssr_neuro.cli.train.command import train
from ssr_neuro.cli.verify import verify
from ssr_neuro.errors import EXIT_CODES, BadInput, SsrError
from ssr_neuro.progress import heartbeat, stop_signals

INTERRUPTED, CLOSED_PIPE = 130, 141  # as typer ends a Ctrl-C, and shells a broken pipe

EVERYWHERE = (
    "Anywhere: --version; --quiet, without progress and notes; --debug, with the traceback of an "
    "error. Exit codes: "
    + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items())
    + "."
)

# Starting makes many objects that stay, and looking through them took an eighth of a short command.
gc.set_threshold(100_000)

app = typer.Typer(
    name="ssr",
    epilog=EVERYWHERE,
    help="Train spiking recommenders and compile them to the integers of a chip, bit for bit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    train,
    search,
    models,
    evaluate,
    recommend,
    simulate,
    diff,
    show,
    verify,
    check,
    conformance,
    chips,
    cost,
    measure,
    place,
    doctor,
):
    app.command()(command)
app.command(cls=Many)(report)
app.command("compile")(compile_model)
app.add_typer(data_app, name="data")
app.add_typer(study_app, name="study")

compile_app = typer.Typer(name="ssr-compile", pretty_exceptions_enable=False)
compile_app.command(epilog=EVERYWHERE)(compile_model)


# Threads that spin while they wait starve each other on shared cores: a training step took 10.6 s
# instead of 0.3 s on two cores beside two busy processes. OpenMP reads this when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main() -> None:
    """Entry point of `ssr`."""
    _run(app)


def compile_main() -> None:
    """Entry point of `ssr-compile`, the same as `ssr compile`."""
    _run(compile_app)


def _run(command: Callable[[], Any]) -> None:
    """An SsrError becomes its message and exit code; a closed pipe ends quietly."""
    streams.prepare()
    stop_signals.install()
    show_notes()
    if sys.argv[1:] == ["--version"]:
        print(f"ssr-neuro {ssr_neuro.__version__}")
        sys.exit()
    set_quiet(results=False, progress=_take_flag("--quiet"))
    debug = _take_flag("--debug")
    try:
        with heartbeat(_name_command(), shown=is_first_process() and not is_quiet()):
            _call(command, debug=debug)
    except SystemExit as end:
        # Typer ends a broken pipe with 1; what is still held back may break on the way out.
        if streams.is_broken_pipe(end.__context__) or not _flush():
            streams.abandon()
            sys.exit(CLOSED_PIPE)
        if end.code == INTERRUPTED:
            sys.exit(stop_signals.exit_code())
        raise


def _name_command() -> str:
    """The words of the command that was typed, such as `ssr study noise`."""
    program, *words = sys.argv
    own = words[: 2 if words[:1] in (["study"], ["data"]) else 1]
    named = [] if program.endswith("compile") else [word for word in own if word.isalpha()]
    return " ".join([Path(program).name, *named])


def _take_flag(option: str) -> bool:
    """Whether an option of every command was given; it is taken out of the arguments."""
    given = option in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != option]
    return given


def _flush() -> bool:
    try:
        streams.flush()
    except BrokenPipeError:
        return False
    return True


def _call(command: Callable[[], Any], *, debug: bool) -> None:
    """Run the command; an error is printed, or raised with `debug`."""
    try:
        command()
    except SsrError as error:
        if debug:
            raise
        errors.print(f"[bold red]{type(error).__name__}[/]", highlight=False, end=" ")
        errors.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except SystemExit as end:
        _say_what_stopped(end)
        raise
    except BrokenPipeError:
        streams.abandon()
        sys.exit(CLOSED_PIPE)
    except (OSError, MemoryError, RuntimeError, ImportError) as error:
        if debug or not (said := machine_errors.describe(error)):
            raise
        errors.print(f"{type(error).__name__} {said}", markup=False, soft_wrap=True)
        sys.exit(BadInput.exit_code)
    except KeyboardInterrupt as stop:
        errors.print(str(stop) or "stopped", markup=False, soft_wrap=True)
        sys.exit(INTERRUPTED)


def _say_what_stopped(end: SystemExit) -> None:
    """Typer ends a Ctrl-C with code 130 and drops what it said, such as how to go on."""
    stop = getattr(end.__context__, "__cause__", None)
    if isinstance(stop, KeyboardInterrupt):
        errors.print(str(stop) or "stopped", markup=False, soft_wrap=True)
