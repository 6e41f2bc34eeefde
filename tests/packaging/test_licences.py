"""Licences and locked versions of all that is installed with ssr-neuro."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from command_line import run
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ssr_neuro.library.licences import list_licences

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "locks"
COMPARED = {"rockpool"}  # AGPL: tests compare with its exports, and no module of ours imports it


def test_every_package_that_is_needed_states_a_licence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = {name: licence for name, _, licence in list_licences()}
    assert {"ssr-neuro", "numpy", "torch", "nir", "h5py"} <= found.keys()
    assert "Apache" in found["ssr-neuro"]
    copyleft = {name for name, licence in found.items() if re.search(r"\bA?GPL", licence)}
    assert copyleft <= COMPARED
    assert run("ssr", "doctor", "--licences") == 0
    assert "numpy" in capsys.readouterr().out
    assert run("ssr", "doctor", "--licences", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["format"], document["version"]) == ("ssr-neuro-licences", 1)
    assert {one["package"]: one["licence"] for one in document["packages"]} == found


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
        (ROOT / "simulators/lava_worker/requirements.txt").read_text(),
        re.MULTILINE,
    )
    locked = (LOCKS / "lava.txt").read_text()
    assert all(f"{pin} \\" in locked for pin in pins)


def test_the_lock_holds_a_version_of_all_that_the_project_asks_for() -> None:
    """`make lock` writes it again where this fails."""
    text = (LOCKS / "requirements.txt").read_text()
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["train"]]
    for requirement in map(Requirement, asked):
        version = locked.get(canonicalize_name(requirement.name), "none")
        assert version != "none", requirement
        assert requirement.specifier.contains(version), f"{requirement}, locked {version}"
