"""The wheel on every Python that it is for, where that Python is there: all modules compile."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
SCRIPT = """
import compileall, sys
sys.path.insert(0, sys.argv[1])
import ssr_neuro
assert ssr_neuro.BadInput.exit_code == 2
assert compileall.compile_dir(sys.argv[1], quiet=1, force=True)
print("%d.%d" % sys.version_info[:2], ssr_neuro.__version__)
"""


def interpreters(version: str) -> list[str]:
    """Programs that should be this Python: on the path, and among pyenv's versions."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [shutil.which(f"python{version}"), *root.glob(f"versions/{version}.*/bin/python")]
    return [str(path) for path in found if path]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    zipfile.ZipFile(wheel).extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_wheel_is_imported_and_compiled_by_every_python(version: str, unpacked: Path) -> None:
    said = []
    for program in interpreters(version):
        ended = subprocess.run(
            [program, "-c", SCRIPT, str(unpacked)], capture_output=True, text=True
        )
        if ended.stdout.split()[:1] == [version]:
            assert ended.returncode == 0, ended.stderr
            return
        said.append(f"{program}: {ended.stderr.strip()[-200:]}")
    if any("SyntaxError" in text or "ImportError" in text for text in said):
        pytest.fail("\n".join(said))
    pytest.skip(f"no Python {version} here that answers; tried {said or 'none'}")
