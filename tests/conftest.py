"""Settings for all tests, and for the processes that they start."""

import functools
import gc
import os
import signal
import sys

import typer.main
from hypothesis import HealthCheck, settings

# Spinning threads starve each other on shared cores, as `ssr_neuro.cli` says; one does not spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Each process that a test starts would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# A background shell starts its processes with Ctrl-C ignored, and so would those that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Tables are as wide as their columns want, whatever runs the tests.
os.environ["COLUMNS"] = "160"

# `make test` tries a few random examples, the same each time; `make thorough` ten times as many
# (`support/example_counts.py`), others each time.
settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # of a machine that is busy with other things
)
settings.register_profile("thorough", max_examples=250, deadline=None, print_blob=True)
settings.load_profile("quick")

# A command line is made of its functions once, not for each of the thousand times that one is run.
typer.main.get_command = functools.cache(typer.main.get_command)

# Looking again and again at all that imports and collection leave took two fifths of a collection.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """What is there by now stays until the end, and is not looked at again."""
    gc.collect()
    gc.freeze()
