"""What is said where a package of an extra is not installed, and what works without any."""

import tomllib
from pathlib import Path

import pytest
from hidden_packages import run_without, script_without
from packaging.requirements import Requirement
from trained import saved_ssr

from ssr_neuro.errors import BackendFailed
from ssr_neuro.extras import EXTRAS, require
from ssr_neuro.measure import read

ROOT = Path(__file__).parents[2]
OPTIONAL = [module for modules in EXTRAS.values() for module in modules]
OF_TESTS = ("train", "tensorboard", "onnx", "measure")  # extras that [dev] brings
GENERATED = ("--data", "generated")


def test_each_extra_brings_the_packages_that_stand_under_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["optional-dependencies"]
    for extra, modules in EXTRAS.items():
        assert {Requirement(text).name for text in declared[extra]} == set(modules.values())
    always = {Requirement(text).name for text in project["dependencies"]}
    assert always.isdisjoint(name for modules in EXTRAS.values() for name in modules.values())


@pytest.mark.parametrize(
    ("hidden", "arguments", "line"),
    [
        (
            "optuna",
            ("search", "--model", "ssr", *GENERATED),
            'ssr search needs optuna, which is not installed; pip install "ssr-neuro[train]"',
        ),
        (
            "accelerate",
            ("train", *GENERATED, "--out", "{folder}/new.pt"),
            'ssr train needs accelerate, which is not installed; pip install "ssr-neuro[train]"',
        ),
        (
            "tensorboard",
            ("train", *GENERATED, "--out", "{folder}/new.pt", "--log", "tensorboard"),
            "--log tensorboard needs tensorboard, which is not installed; pip install "
            '"ssr-neuro[tensorboard]"',
        ),
        (
            "onnxruntime",
            ("compile", "{model}", "--target", "onnx", *GENERATED, "--out", "{folder}/onnx"),
            "--target onnx needs onnxruntime, which is not installed; pip install "
            '"ssr-neuro[onnx]"',
        ),
    ],
)
def test_a_missing_package_is_one_line_with_the_command_that_brings_it(
    hidden: str, arguments: tuple[str, ...], line: str, tmp_path: Path
) -> None:
    places = {"model": saved_ssr(tmp_path), "folder": tmp_path}
    ended = run_without([hidden], *(text.format(**places) for text in arguments))
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (5, f"BackendFailed {line}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.pt"]


def test_several_missing_packages_are_named_together() -> None:
    script = (
        "from ssr_neuro.extras import require\n"
        "require('all of it', 'optuna', 'numpy', 'onnx', 'onnxscript')"
    )
    ended = script_without(["optuna", "onnx", "onnxscript"], script)
    assert ended.stderr.strip().splitlines()[-1] == (
        "ssr_neuro.errors.BackendFailed: all of it needs optuna and onnx and onnxscript, which are "
        'not installed; pip install "ssr-neuro[train,onnx]"'
    )


def test_the_energy_of_a_gpu_is_a_reason_and_no_error_without_the_package() -> None:
    script = (
        "import torch\nfrom ssr_neuro.measure import meters\n"
        "meters.uuid_of = lambda device: 'GPU-1'\n"
        "torch.cuda.get_device_name = lambda device: 'a GPU'\n"
        "with meters.open_meter(torch.device('cuda')) as found:\n    print(found.meter)"
    )
    ended = script_without(["pynvml"], script)
    assert ended.stdout.strip() == (
        "reading the energy of a GPU needs nvidia-ml-py, which is not installed; pip install "
        '"ssr-neuro[measure]"'
    ), ended.stderr


def test_what_is_installed_passes() -> None:
    require("this test", *(module for name in OF_TESTS for module in EXTRAS[name]))
    with pytest.raises(KeyError, match="no_such_module"):
        require("this test", "no_such_module")
    assert issubclass(BackendFailed, Exception)


def test_a_model_is_evaluated_compiled_verified_reported_and_measured_without_any_extra(
    tmp_path: Path,
) -> None:
    model, bundle = str(saved_ssr(tmp_path)), str(tmp_path / "bundle")
    trace = str(tmp_path / "trace.npz")
    quick = ("--device", "cpu", "--seconds", "0.1", "--batch", "1")
    for arguments in (
        ("evaluate", model, *GENERATED),
        ("compile", model, "--target", "program", *GENERATED, "--out", bundle),
        ("verify", bundle),
        ("simulate", bundle, "--inputs", f"{bundle}/golden/inputs.npz", "--out", trace),
        ("report", bundle, "--data", "generated", "--out", str(tmp_path / "report")),
        ("cost", bundle),
        ("measure", model, *quick, "--out", str(tmp_path / "measured.json")),
        ("models", "ssr"),
        ("doctor",),
    ):
        ended = run_without(OPTIONAL, *arguments)
        assert ended.returncode == 0, (arguments, ended.stderr)
    assert "nvidia-ml-py" not in read(tmp_path / "measured.json").versions
