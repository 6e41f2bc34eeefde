"""`ssr doctor`: what is installed, and whether Lava is ready."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from ssr_neuro.cli.output import table

PACKAGES = (
    "torch", "spikingjelly", "nir", "numpy", "numba", "polars", "accelerate", "onnx", "onnxruntime",
    "optuna", "uv",
)  # fmt: skip


def doctor() -> None:
    """Versions, and where Lava's own Python 3.10 is or would be. Changes nothing."""
    from simulators.lava_runtime import environment, lava_dl_environment

    rows = [("python", f"{platform.python_version()} at {sys.executable}")]
    for package in PACKAGES:
        try:
            rows.append((package, version(package)))
        except PackageNotFoundError:
            rows.append((package, "not installed"))
    table("Here", ("", ""), rows)
    table("Lava", ("", ""), environment.describe())
    table("lava-dl", ("", ""), lava_dl_environment.describe())
