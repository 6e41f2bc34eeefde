"""Kernels are built once, by whoever comes first, and their absence is one note."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from ssr_neuro.errors import BackendFailed, BadInput, Note
from ssr_neuro.native import build, compiler, variants

SOURCE = "int answer(void) { return ANSWER; }\n"
needs_compiler = pytest.mark.skipif(compiler.find() is None, reason="no C compiler is installed")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build._library.cache_clear()
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(variants.SETTING, raising=False)
    return tmp_path / "cache" / "ssr-neuro" / "native"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "answer.c"
    path.write_text('#include "answer.h"\n' + SOURCE)
    (tmp_path / "answer.h").write_text("#define ANSWER 42\n")
    return path


@needs_compiler
def test_a_kernel_is_built_once_and_again_when_a_header_changes(
    source: Path, own_cache: Path
) -> None:
    header = source.with_name("answer.h")
    found = build.library("answer", source, headers=[header])
    assert found is not None
    assert found.answer() == 42
    (made,) = own_cache.iterdir()
    before = made.stat().st_mtime_ns
    build._library.cache_clear()
    assert build.library("answer", source, headers=[header]) is not None
    assert made.stat().st_mtime_ns == before
    header.write_text("#define ANSWER 43\n")
    build._library.cache_clear()
    again = build.library("answer", source, headers=[header])
    assert again is not None
    assert again.answer() == 43
    assert len(list(own_cache.iterdir())) == 2


@needs_compiler
def test_a_damaged_library_is_built_again(source: Path, own_cache: Path) -> None:
    variant = variants.VARIANTS[-1]
    build.load("answer", source, variant=variant)
    (made,) = own_cache.iterdir()
    made.unlink()
    made.write_bytes(b"\x7fELF, the rest was lost")
    assert build.load("answer", source, variant=variant).answer() == 42


@needs_compiler
def test_two_processes_build_at_once(source: Path, own_cache: Path) -> None:
    script = (
        "from pathlib import Path; from ssr_neuro.native import build\n"
        f"print(build.library('answer', Path({str(source)!r})).answer())"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in running] == ["42", "42"]
    assert [path.suffix for path in own_cache.iterdir()] == [".so"]


def test_without_a_compiler_there_is_one_note(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-cc")
    with pytest.warns(Note, match=r"CC=no-such-cc is not there; install one \(Debian: apt"):
        assert build.library("answer", source) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert build.library("answer", source) is None


@needs_compiler
def test_what_the_compiler_says_is_shown(source: Path, own_cache: Path) -> None:
    source.write_text("int answer(void) { return nothing; }\n")
    with pytest.raises(BackendFailed, match=r"nothing. undeclared"):
        build.load("answer", source, variant=variants.VARIANTS[-1])
    assert list(own_cache.iterdir()) == []


@needs_compiler
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_that_cannot_be_written_is_named(source: Path, own_cache: Path) -> None:
    own_cache.parents[1].mkdir(mode=0o500)
    with pytest.raises(BackendFailed, match="SSR_CACHE"):
        build.load("answer", source, variant=variants.VARIANTS[-1])


def test_off_asks_for_no_kernel_and_gives_no_note(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variants.SETTING, "off")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert build.library("answer", source) is None


def test_a_variant_is_chosen_by_name_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variants.SETTING, "portable")
    assert variants.choose() == variants.VARIANTS[-1]
    monkeypatch.setenv(variants.SETTING, "avx1024")
    with pytest.raises(BadInput, match=r"SSR_NATIVE=avx1024 cannot be used; .*portable or off"):
        variants.choose()


def test_a_processor_runs_what_all_its_features_are_there_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(variants, "features", lambda: frozenset({"avx2", "bmi2", "avx512f"}))
    monkeypatch.setattr(variants.platform, "machine", lambda: "x86_64")
    assert [v.name for v in variants.runnable()] == ["avx2", "portable"]
    monkeypatch.setattr(variants, "features", lambda: frozenset({"asimddp"}))
    monkeypatch.setattr(variants.platform, "machine", lambda: "aarch64")
    assert [v.name for v in variants.runnable()] == ["neon-dotprod", "portable"]
