"""The Python 3.10 environment that holds lava-dl 0.6.0 and its PyTorch, made once, on first use.

Made, checked and named as `simulators.lava_runtime.environment` does for Lava alone, in a folder
of its own: PyTorch 2.3.1 and what it brings need 5.4 GB, or 1 GB where PyTorch's own index
answers, which has a build without CUDA.
"""

from collections.abc import Callable
from pathlib import Path

from simulators.lava_runtime import environment
from simulators.lava_runtime.environment import EnvironmentKind
from simulators.lava_runtime.python310 import LAVA_VERSION

LAVA_DL_VERSION = "0.6.0"
LAVA_DL = EnvironmentKind(
    package="lava-dl",
    version=LAVA_DL_VERSION,
    size="5.4 GB",
    requirements=Path(__file__).parent.parent / "lava_dl_worker" / "requirements.txt",
    check="import lava.lib.dl.netx.hdf5",
    installed=lambda python: (python.lava, python.lava_dl) == (LAVA_VERSION, LAVA_DL_VERSION),
    torch=True,
)


def ensure(progress: Callable[[str], None] | None = None) -> Path:
    """The interpreter that imports lava-dl 0.6.0; its environment is made if it is not there.

    SSR_LAVA_PYTHON and SSR_CACHE mean what they mean for Lava. Raises BackendFailed.
    """
    return environment.ensure(progress, LAVA_DL)


def describe() -> list[tuple[str, str]]:
    """What `ensure` would use, as rows of (what, value). Makes and downloads nothing."""
    return environment.describe(LAVA_DL)
