"""Each instruction set means the same by the same names; ARM's is run in qemu where it is there."""

import shutil
import subprocess
from pathlib import Path

import pytest

import simulators.native
from converters.c.toolchain import ARM_COMPILERS, ARM_REMEDY, ARM_RUNNERS
from ssr_neuro.native import compiler, variants
from ssr_neuro.native.variants import Variant
from tests.support.arm import ARM_FLAGS

HERE = Path(__file__).parent
HEADERS = Path(simulators.native.__file__).parent


def said(folder: Path, command: list[str], runner: list[str], *flags: str) -> str:
    program = folder / "lanes"
    source = HERE / "lanes_test.c"
    compiler.compile(command, ["-std=c11", "-O2", *flags, f"-I{HEADERS}", source, "-o", program])
    return subprocess.run([*runner, program], capture_output=True, text=True).stdout


@pytest.mark.skipif(compiler.find() is None, reason="no C compiler is installed")
@pytest.mark.parametrize("variant", variants.runnable(), ids=lambda v: v.name)
def test_the_names_mean_the_same_here(variant: Variant, tmp_path: Path) -> None:
    command = compiler.find()
    assert command is not None
    assert said(tmp_path, [*command], [], *variant.flags) == "OK\n"


def test_the_names_mean_the_same_on_arm(tmp_path: Path) -> None:
    command = next((c for c in ARM_COMPILERS if shutil.which(c)), None)
    runner = next((c for c in ARM_RUNNERS if shutil.which(c)), None)
    if command is None or runner is None:
        pytest.skip(f"32-bit ARM cannot be run here; {ARM_REMEDY}")
    assert said(tmp_path, [command], [runner, "-cpu", "max"], *ARM_FLAGS) == "OK\n"
