"""Environments of engines that are not beside ssr-neuro: made once, shared or alone, or refused."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from nir_conformance import engines

from ssr_neuro.errors import BackendFailed
from ssr_neuro.library import conformance, conformance_environments
from ssr_neuro.library.conformance_environments import made_environment, make_environment


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ssr-neuro"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package of one line that depends on one that no index has."""
    path, info = tmp_path / "tiny_engine-1.0-py3-none-any.whl", "tiny_engine-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tiny_engine.py", "WORD = 'here'\n")
        needs = "Requires-Dist: no-such-package-of-ssr-neuro"
        head = "Metadata-Version: 2.1\nName: tiny-engine\nVersion: 1.0\n"
        file.writestr(f"{info}/METADATA", f"{head}{needs}\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return path


def ask(python: Path, words: str) -> subprocess.CompletedProcess[str]:
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([python, "-c", words], capture_output=True, text=True, env=alone)


def test_a_shared_environment_has_its_packages_and_ours(wheel: Path, cache: Path) -> None:
    said: list[str] = []
    wanted = (str(wheel),)
    assert made_environment("tiny", wanted) is None
    python = make_environment("tiny", wanted, shared=True, say=said.append)
    assert ask(python, "import tiny_engine, numpy; print(tiny_engine.WORD)").stdout == "here\n"
    assert made_environment("tiny", wanted) == python
    assert make_environment("tiny", wanted, shared=True, say=said.append) == python
    (words,) = said
    assert words.startswith(f"making an environment for tiny in {cache}/conformance-tiny-")
    assert [folder.name for folder in cache.iterdir()] == [python.parents[1].name]


def test_what_cannot_be_installed_leaves_nothing(wheel: Path, cache: Path) -> None:
    """Alone it needs all that it depends on, and no index is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_OFFLINE", "1")
        with pytest.raises(BackendFailed, match="for engine 'tiny'; uv said:") as caught:
            make_environment("tiny", (str(wheel),), shared=False, say=lambda words: None)
    assert "name an interpreter that has it: --python tiny=PATH" in str(caught.value)
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, wheel: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(BackendFailed, match="SSR_CACHE names another place"):
        make_environment("tiny", (str(wheel),), shared=True, say=lambda words: None)


def test_the_slower_of_two_keeps_what_is_there(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").write_text(name)
    conformance_environments._settle(tmp_path / "mine", tmp_path / "theirs")
    assert (tmp_path / "theirs" / "bin" / "python").read_text() == "theirs"
    with pytest.raises(OSError, match="No such file"):
        conformance_environments._settle(tmp_path / "mine", tmp_path / "no" / "folder")


def test_an_environment_whose_interpreter_is_gone_is_made_anew(tmp_path: Path) -> None:
    fresh, gone = tmp_path / "fresh", tmp_path / "gone"
    for folder in (fresh, gone):
        (folder / "bin").mkdir(parents=True)
    (fresh / "bin" / "python").write_text("new")
    (gone / "bin" / "python").symlink_to(tmp_path / "removed")
    conformance_environments._settle(fresh, gone)
    assert (gone / "bin" / "python").read_text() == "new"


def test_every_framework_of_the_suite_says_what_brings_it() -> None:
    for name, place in engines.ENGINES.items():
        engine = engines.load(place)
        wanted = [
            text.partition("==")[0].partition("[")[0]
            for text in getattr(engine, "requirements", ())
        ]
        if name != "nir":
            assert engine.packages[0] in wanted, name
            assert hasattr(engine, "shared") == ("torch" in engine.packages), name


def test_an_engine_that_is_named_gets_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is refused where that does not bring it: the environment here is this Python."""
    made = []

    def make(name: str, requirements: tuple[str, ...], **how: object) -> Path:
        made.append((name, requirements[0], how["shared"]))
        return Path("/bin/false")

    monkeypatch.setattr(conformance_environments, "make_environment", make)
    known = {"gone": "no_such_engines:ENGINE", **conformance.known_engines()}
    assert conformance._made_pythons(known) == {}
    pythons: dict[str, Path] = {}
    conformance._prepare("rockpool", known["rockpool"], pythons, print)
    conformance._prepare("nir", known["nir"], pythons, print)
    conformance._prepare("sana-fe", known["sana-fe"], pythons, print)
    assert pythons == {"rockpool": Path("/bin/false")}
    assert made == [("rockpool", "rockpool==3.1.0", True), ("sana-fe", "sanafe==2.2.9", False)]
