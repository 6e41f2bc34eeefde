"""The end of a command's process: its code, its exit handlers, threads that are still at work."""

import subprocess
import sys

import pytest

SCRIPT = """
import atexit, sys, threading, time
atexit.register(lambda: print("handler ran"))
asked = threading.Event()
def work():
    asked.wait()
    time.sleep(0.2)
    print("work done")
{thread}
from ssr_neuro.cli import process
def command():
    print("printed", flush=True)
    asked.set()
    sys.exit({code})
process._run(command)
"""
THREAD = "threading.Thread(target=work).start()"


@pytest.mark.parametrize(
    ("code", "thread", "expected", "printed"),
    [
        ("3", "", 3, ["printed", "handler ran"]),
        ("None", "", 0, ["printed", "handler ran"]),
        ("'why'", "", 1, ["printed", "handler ran"]),
        ("3", THREAD, 3, ["printed", "work done", "handler ran"]),
    ],
)
def test_nothing_is_lost_at_the_end(
    code: str, thread: str, expected: int, printed: list[str]
) -> None:
    script = SCRIPT.format(code=code, thread=thread)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.split("\n")[:-1]) == (expected, printed)
    assert ended.stderr == ("why\n" if code == "'why'" else "")


def test_idle_threads_of_kernels_do_not_keep_the_process() -> None:
    """It ends at once: Python's own end would delete the object, which would say so."""
    script = """
from ssr_neuro.cli import process
from ssr_neuro.native.thread_pool import thread_pool
class Held:
    def __del__(self): print("deleted", flush=True)
held = Held()
process._run(lambda: print(sum(thread_pool(2).map(abs, [-1, 2]))))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "3\n", "")
