"""A Ctrl-C, or a termination, that waits for the end of a training step."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from ssr_neuro.progress import stop_signals


@contextmanager
def stop_requests() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or a termination was asked for; a second Ctrl-C interrupts at once.

    A step that is cut in the middle would leave half-updated weights to be saved.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set  # only the main thread may handle signals
        return

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        stop_signals.note(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    handled = (signal.SIGINT, *stop_signals.HANDLED)
    before = {number: signal.getsignal(number) for number in handled}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # as under nohup
            signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
