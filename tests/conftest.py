"""Settings for all tests, and for the processes that they start."""

import os

# Spinning threads starve each other on shared cores, as `ssr_neuro.cli` says; one does not spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Tables are as wide as their columns want, whatever runs the tests.
os.environ["COLUMNS"] = "160"
