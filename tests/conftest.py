"""Settings for all tests, and for the processes that they start."""

import os
import signal
import sys

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
