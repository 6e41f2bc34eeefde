"""The Python 3.10 of Lava: found, made once, never trusted half-made."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulators.lava_runtime import environment, lock, pip_index, python310
from ssr_neuro.errors import BackendFailed

ANSWERS = """#!/bin/sh
case "$*" in *importlib*) echo '{"version": "3.10", "lava": "%s"}' ;;
*) echo "venv is not installed"; exit 1 ;; esac
"""
SHIM = "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No Python 3.10 anywhere, and a uv that can reach nothing."""
    uv = script(tmp_path / "uv", "#!/bin/sh\necho 'no route to host'\nexit 2\n")
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "PYENV_ROOT", "SSR_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "empty"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tmp_path / 'second'}:/usr/bin:/bin")
    monkeypatch.setattr(python310.os, "get_exec_path", lambda: _own(tmp_path))
    monkeypatch.setattr(python310, "find_uv", lambda: str(uv))
    monkeypatch.delenv(python310.SETTING, raising=False)
    return tmp_path


def _own(folder: Path) -> list[str]:
    return [str(folder / "first"), str(folder / "second")]


def test_a_shim_that_does_not_answer_is_skipped(empty_machine: Path) -> None:
    shim = script(empty_machine / "first" / "python3.10", SHIM)
    real = script(empty_machine / "second" / "python3.10", ANSWERS % "")
    found, tried = python310.search()
    assert found == python310.Python(real, "3.10", "")
    assert tried == [f"{shim}: does not answer (pyenv: python3.10: command not found)"]


def test_pyenv_versions_are_searched(empty_machine: Path) -> None:
    real = script(empty_machine / "empty/versions/3.10.13/bin/python", ANSWERS % "")
    found, _ = python310.search()
    assert found is not None
    assert found.path == real


def test_no_python_is_one_error_that_lists_what_was_tried(empty_machine: Path) -> None:
    script(empty_machine / "first" / "python3.10", SHIM)
    with pytest.raises(BackendFailed, match="and none was found") as caught:
        environment.ensure()
    for part in (
        "first/python3.10: does not answer",
        "uv python install 3.10: no route to host",
        "pyenv install 3.10",
        "set SSR_LAVA_PYTHON",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (sys.executable, r"is Python 3\.\d+; Lava 0.10.0 needs a Python 3.10"),
        ("/nowhere/python3.10", "does not answer .*; Lava 0.10.0 needs a Python 3.10"),
    ],
)
def test_a_wrong_setting_is_an_error(
    named: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(python310.SETTING, named)
    with pytest.raises(BackendFailed, match=message):
        environment.ensure()
    assert environment.describe()[-1] == ("ready", "no")


def test_an_interpreter_that_has_lava_is_used_as_it_is(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = script(empty_machine / "mine", ANSWERS % "0.10.0")
    monkeypatch.setenv(python310.SETTING, str(named))
    assert environment.ensure() == named
    assert ("ready", "yes") in environment.describe()


def test_a_failed_install_shows_what_uv_and_pip_said(empty_machine: Path) -> None:
    script(empty_machine / "first" / "python3.10", ANSWERS % "")
    said: list[str] = []
    with pytest.raises(BackendFailed, match="could not be installed in") as caught:
        environment.ensure(said.append)
    assert "uv said:\nno route to host" in str(caught.value)
    assert "pip said:\nvenv is not installed" in str(caught.value)
    assert any("uv could not install Lava, trying venv and pip" in line for line in said)


def test_describe_makes_nothing(empty_machine: Path) -> None:
    rows = dict(environment.describe())
    assert rows["ready"] == "no, made on first use"
    assert rows["interpreter"] == "none found; uv will be asked to download one"
    assert not (empty_machine / "empty").exists()


@pytest.mark.lava
def test_a_half_made_environment_is_remade_once_by_two_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSR_CACHE", str(tmp_path))
    half = Path(dict(environment.describe())["environment"])
    (half / "bin").mkdir(parents=True)
    (half / "bin" / "python").symlink_to(sys.executable)
    assert dict(environment.describe())["ready"] != "yes"
    said: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(environment.ensure, [said.append] * 2)
    assert first == second
    assert sum("making the Lava 0.10.0 environment" in line for line in said) == 1
    subprocess.run([first, "-c", "import lava"], check=True)
    assert json.loads((half / "ready.json").read_text())["lava"] == "0.10.0"


@pytest.fixture
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in pip_index.os.environ if n.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


@pytest.mark.usefixtures("no_settings")
def test_pip_variables_are_passed_on_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://a.example https://b.example")
    monkeypatch.setenv("PIP_FIND_LINKS", "/one /two")
    monkeypatch.setenv("PIP_CERT", "/ca.pem")
    assert pip_index.environment_for_uv() == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://a.example https://b.example",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/one,/two",
        "SSL_CERT_FILE": "/ca.pem",
    }
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert pip_index.environment_for_uv() == {}


@pytest.mark.usefixtures("no_settings")
def test_pip_files_are_passed_on_to_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pip", reason="this interpreter has no pip whose settings could be read")
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://g.example\n[install]\nindex-url = https://i.example\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    assert pip_index.environment_for_uv()["UV_DEFAULT_INDEX"] == "https://i.example"


def test_a_uv_that_hangs_is_not_waited_for(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(empty_machine / "uv", "#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(python310, "PROBE_TIMEOUT_S", 0.2)
    assert python310.search() == (None, [])


@pytest.mark.usefixtures("no_settings")
def test_a_pip_that_hangs_has_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = script(tmp_path / "python", "#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(pip_index.sys, "executable", str(slow))
    monkeypatch.setattr(pip_index, "PROBE_TIMEOUT_S", 0.2)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert pip_index.environment_for_uv() == {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}


def test_a_lock_that_is_never_freed_is_given_up_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "LOCK_TIMEOUT_S", 0.3)
    told: list[str] = []
    path = tmp_path / "lock"
    with lock.hold(path, told.append):
        with pytest.raises(BackendFailed, match=r"lock for 0\.3 s and should have made"):
            with lock.hold(path, told.append):
                raise AssertionError("two at once")
    assert told == [f"another process is making the Lava environment, waiting for {path}"]


@pytest.mark.parametrize("damage", ["stamp", "text", "package", "interpreter"])
def test_half_an_environment_is_not_taken_for_a_whole(damage: str, tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.10" / "site-packages" / "lava"
    site.mkdir(parents=True)
    script(tmp_path / "bin" / "python", "#!/bin/sh\n")
    stamp = tmp_path / environment.STAMP
    stamp.write_text('{"lava": "0.10.0", "made_from": "/usr/bin/python3.10"}')
    assert environment._is_ready(tmp_path)
    if damage == "package":
        site.rmdir()
    elif damage == "interpreter":
        (tmp_path / "bin" / "python").unlink()
    else:
        stamp.write_text("{}" if damage == "stamp" else "half")
    assert not environment._is_ready(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(empty_machine / "file", "")
    monkeypatch.setenv("SSR_CACHE", str(empty_machine / "file"))
    with pytest.raises(BackendFailed, match=r"cannot be made in .*file/ssr-neuro.* SSR_CACHE"):
        environment.ensure()
