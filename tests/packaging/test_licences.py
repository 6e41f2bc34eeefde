"""Licences and locked versions of all that is installed with ssr-neuro."""

import re
from pathlib import Path

import pytest
from command_line import run

from ssr_neuro.cli.licences import list_licences

LOCKS = Path(__file__).parents[2] / "locks"


def test_every_package_that_is_needed_states_a_licence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = {name: licence for name, _, licence in list_licences()}
    assert {"ssr-neuro", "numpy", "torch", "nir", "h5py"} <= found.keys()
    assert "Apache" in found["ssr-neuro"]
    assert not [name for name, licence in found.items() if re.search(r"\bA?GPL", licence)]
    assert run("ssr", "doctor", "--licences") == 0
    assert "numpy" in capsys.readouterr().out


def test_the_locks_name_every_package_by_hash_and_no_index() -> None:
    for name in ("requirements.txt", "lava.txt"):
        text = (LOCKS / name).read_text()
        packages = re.findall(r"^[a-z0-9-]+==\S+ \\$", text, re.MULTILINE)
        hashed = re.findall(
            r"^[a-z0-9-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE
        )
        assert len(packages) == len(hashed) > 5
        assert "://" not in text
    pins = re.findall(
        r"^([\w-]+==\S+)$",
        (Path(__file__).parents[2] / "simulators/lava_worker/requirements.txt").read_text(),
        re.MULTILINE,
    )
    locked = (LOCKS / "lava.txt").read_text()
    assert all(f"{pin} \\" in locked for pin in pins)
