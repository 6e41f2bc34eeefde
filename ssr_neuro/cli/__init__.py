"""The commands `ssr` and `ssr-compile`. Nothing here imports torch to print help."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ssr_neuro
from ssr_neuro.cli import machine_errors, streams
from ssr_neuro.cli.commands import asked_for, build_app, build_compile_app
from ssr_neuro.cli.console import is_quiet, set_quiet
from ssr_neuro.cli.output import errors, is_first_process, show_notes
from ssr_neuro.errors import BadInput, SsrError
from ssr_neuro.progress import heartbeat, stop_signals

INTERRUPTED, CLOSED_PIPE = 130, 141  # as typer ends a Ctrl-C, and shells a broken pipe

# Starting makes many objects that stay, and looking through them took an eighth of a short command.
gc.set_threshold(100_000)

# Threads that spin while they wait starve each other on shared cores: a training step took 10.6 s
# instead of 0.3 s on two cores beside two busy processes. OpenMP reads this when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def __getattr__(name: str) -> Any:
    """`app` and `compile_app`, with all commands: for whoever looks through them."""
    builders: dict[str, Callable[[], Any]] = {"app": build_app, "compile_app": build_compile_app}
    if name not in builders:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = builders[name]()
    return found


def main() -> None:
    """Entry point of `ssr`."""
    _run(lambda: build_app(asked_for(sys.argv[1:]))())


def compile_main() -> None:
    """Entry point of `ssr-compile`, the same as `ssr compile`."""
    _run(lambda: build_compile_app()())


def _run(command: Callable[[], Any]) -> None:
    """An SsrError becomes its message and exit code; a closed pipe ends quietly."""
    streams.prepare()
    stop_signals.install()
    show_notes()
    if _take_flag("--version"):
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
            stop_signals.clear_interrupt()
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
    except (OSError, MemoryError, RuntimeError, ImportError, SystemError) as error:
        if debug or not (said := machine_errors.describe(error)):
            raise
        machine_errors.say(f"{type(error).__name__} {said}")
        sys.exit(BadInput.exit_code)
    except KeyboardInterrupt as stop:
        errors.print(str(stop) or "stopped", markup=False, soft_wrap=True)
        sys.exit(INTERRUPTED)


def _say_what_stopped(end: SystemExit) -> None:
    """Typer ends a Ctrl-C with code 130 and drops what it said, such as how to go on."""
    stop = getattr(end.__context__, "__cause__", None)
    if isinstance(stop, KeyboardInterrupt):
        errors.print(str(stop) or "stopped", markup=False, soft_wrap=True)
