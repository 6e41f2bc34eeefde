"""Paths in tables, shortened to what tells them apart."""

import pytest

from ssr_neuro.cli.short_paths import shorten_paths


@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        (["/a/models/ssr.pt", "/a/models/ann.pt"], ["ssr.pt", "ann.pt"]),
        (["runs/1/model.pt", "runs/2/model.pt"], ["1/model.pt", "2/model.pt"]),
        (["model.pt", "old/model.pt"], ["model.pt", "old/model.pt"]),
        (["/x/only.pt"], ["only.pt"]),
        (["a.pt + b.pt"], ["a.pt + b.pt"]),
        ([""], [""]),
    ],
)
def test_as_little_as_tells_a_path_from_the_others(paths: list[str], shown: list[str]) -> None:
    assert list(shorten_paths(paths).values()) == shown
