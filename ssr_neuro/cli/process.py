"""Entry points of the installed commands: a command, and the end of its process.

Python's own end gives back every object of torch one by one, which takes half a second. The system
takes back all of a process at once, so the process ends as soon as the exit handlers have run and
everything is printed. Where a thread is still at work, it ends as Python ends.
"""

import atexit
import os
import sys
import threading
from collections.abc import Callable

from ssr_neuro.cli import compile_main, main, streams


def ssr() -> None:
    """`ssr`."""
    _run(main)


def ssr_compile() -> None:
    """`ssr-compile`."""
    _run(compile_main)


def _run(command: Callable[[], None]) -> None:
    code: int | str | None = None
    try:
        command()
    except SystemExit as end:
        code = end.code
    if pools := sys.modules.get("ssr_neuro.native.thread_pool"):  # else nobody has started any
        pools.close_thread_pools()
    others = (thread for thread in threading.enumerate() if thread is not threading.main_thread())
    if isinstance(code, str) or not all(thread.daemon for thread in others):
        sys.exit(code)
    atexit._run_exitfuncs()
    streams.flush()
    os._exit(code or 0)
