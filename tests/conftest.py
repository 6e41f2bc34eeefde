"""Settings for all tests, and for the processes that they start."""

import os

# Spinning threads starve each other on shared cores, as `ssr_neuro.cli` says; one does not spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
