"""Settings for all tests."""

import os

# As the commands do: spinning threads starve each other on shared cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
