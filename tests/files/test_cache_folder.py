"""Where the cache is, and what is said where it cannot be."""

from pathlib import Path

import pytest

from ssr_neuro.errors import BackendFailed
from ssr_neuro.files.cache_folder import cache_folder


def test_the_variable_wins_and_a_home_that_is_unknown_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSR_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "ssr-neuro"
    monkeypatch.setenv("SSR_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own" / "ssr-neuro"
    monkeypatch.setenv("SSR_CACHE", "~nobody-of-that-name/x")
    with pytest.raises(BackendFailed, match="no home folder is known; name a cache folder in SSR_"):
        cache_folder()
    monkeypatch.delenv("SSR_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "ssr-neuro"
