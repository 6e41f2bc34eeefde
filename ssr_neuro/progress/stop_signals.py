"""What asked a command to stop: Ctrl-C, a termination (timeout, Slurm, systemd), a closed terminal.

All of them become KeyboardInterrupt, so that state is saved, half-written files vanish and child
processes end; the exit code tells them apart.
"""

import signal
from types import FrameType

HANDLED = (signal.SIGTERM, signal.SIGHUP)
_received: list[int] = []


def install() -> None:
    """From here on SIGTERM and SIGHUP stop as Ctrl-C does, unless they are ignored (nohup)."""
    for number in HANDLED:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def note(number: int) -> None:
    """Remember the first signal that asked to stop; more of its kind do not cut the cleaning up."""
    _received.append(number)
    if number in HANDLED:
        signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """128 and the number of the signal, as shells have it; that of Ctrl-C where none was noted."""
    return 128 + (_received[0] if _received else signal.SIGINT)


def clear_interrupt() -> None:
    """Let the exit code stand. Where a KeyboardInterrupt went through the exec of a text, such as
    that of a dataclass under import, Python would end itself by SIGINT; another exec undoes that.
    """
    exec("")


def _interrupt(number: int, frame: FrameType | None) -> None:
    note(number)
    raise KeyboardInterrupt(f"stopped by {signal.Signals(number).name}")
