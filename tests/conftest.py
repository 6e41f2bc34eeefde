"""Settings for all tests, and for the processes that they start."""

import os
import sys

# Spinning threads starve each other on shared cores, as `ssr_neuro.cli` says; one does not spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Each process that a test starts would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Tables are as wide as their columns want, whatever runs the tests.
os.environ["COLUMNS"] = "160"
