"""lava-dl's Python 3.10: beside Lava's own, made the same way, the smaller PyTorch first."""

import json
from pathlib import Path

import pytest

from simulators.lava_runtime import environment, lava_dl_environment, python310
from ssr_neuro.errors import BackendFailed

ANSWER = {"version": "3.10", "lava": "0.10.0"}


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python(path: Path, lava_dl: str) -> Path:
    """An interpreter that says that this version of lava-dl is beside it, and imports anything."""
    said = json.dumps({**ANSWER, "lava_dl": lava_dl})
    return script(path, f"case \"$*\" in *importlib*) echo '{said}' ;; esac")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python 3.10 without lava-dl, and a uv that makes an environment with it."""
    script(
        tmp_path / "uv",
        f'echo "$*" >> {tmp_path}/calls\n'
        f'case "$*" in *torch-backend*) test -e {tmp_path}/small || {{ echo no route; exit 2; }};; '
        'venv*) for last; do :; done; mkdir -p "$last/bin"; '
        f'cp {tmp_path}/made "$last/bin/python";; esac',
    )
    python(tmp_path / "made", "0.6.0")
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv(python310.SETTING, str(python(tmp_path / "python3.10", "")))
    monkeypatch.setattr(python310, "find_uv", lambda: str(tmp_path / "uv"))
    return tmp_path


def test_an_index_without_the_small_pytorch_is_said(machine: Path) -> None:
    said: list[str] = []
    made = lava_dl_environment.ensure(said.append)
    assert made.parent.parent.name.startswith("lava-dl-0.6.0-")
    assert "which has a build for the CPU alone, did not answer; taking" in said[1]
    assert "5.4 GB when installed; uv said:\nno route" in said[1]
    assert said[-1] == "lava-dl 0.6.0 is ready (installed with uv)"
    assert json.loads((made.parent.parent / "ready.json").read_text())["lava-dl"] == "0.6.0"
    assert ("ready", "yes") in lava_dl_environment.describe()


def test_a_place_that_cannot_be_written_names_what_lava_dl_needs(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "file").touch()
    monkeypatch.setenv("SSR_CACHE", str(machine / "file"))
    with pytest.raises(BackendFailed) as refused:
        lava_dl_environment.ensure()
    said = str(refused.value)
    assert said.startswith("the lava-dl 0.6.0 environment cannot be made in ")
    assert said.endswith(
        "SSR_CACHE names another place for it, with 5.4 GB free, and SSR_LAVA_PYTHON an "
        "interpreter that has lava-dl"
    )


def test_the_small_pytorch_is_enough(machine: Path) -> None:
    (machine / "small").touch()
    lava_dl_environment.ensure()
    calls = (machine / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert calls[1].endswith("simulators/lava_dl_worker/requirements.txt --torch-backend cpu")


def test_lava_alone_is_not_enough(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.describe()[-1] == ("ready", "yes")
    assert lava_dl_environment.describe()[0] == ("lava-dl", "0.6.0")
    assert lava_dl_environment.describe()[-1] == ("ready", "no, made on first use")
    python(machine / "made", "0.5.0")
    with pytest.raises(
        BackendFailed, match=r"lava-dl 0\.6\.0 was installed in .* but does not wor"
    ):
        lava_dl_environment.ensure()
    both = python(machine / "both", "0.6.0")
    monkeypatch.setenv(python310.SETTING, str(both))
    assert lava_dl_environment.ensure() == both


def test_nothing_to_install_from_is_an_error(machine: Path) -> None:
    script(machine / "uv", "echo no route to host; exit 2")
    with pytest.raises(BackendFailed, match=r"lava-dl 0\.6\.0 could not be installed in") as caught:
        lava_dl_environment.ensure()
    assert "lava_dl_worker/requirements.txt into a Python 3.10 yourself" in str(caught.value)
