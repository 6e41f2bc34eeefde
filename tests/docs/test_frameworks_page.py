"""The exports of docs/how-to/export-from-a-framework.md, run where their framework is installed."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from docs_pages import DOCS, Fence, fences

import ssr_neuro as sn

PAGE = DOCS / "how-to" / "export-from-a-framework.md"
EXPORTS = [
    fence for fence in fences(PAGE.read_text(encoding="utf-8")) if "<!-- needs " in fence.above
]


def framework(fence: Fence) -> str:
    found = re.search(r"<!-- needs (\S+) -->", fence.above)
    assert found, fence.above
    return found.group(1)


def test_every_framework_has_an_export() -> None:
    assert [framework(fence) for fence in EXPORTS] == [
        "snntorch",
        "norse",
        "sinabs",
        "rockpool",
        "spikingjelly",
    ]


@pytest.mark.parametrize("fence", EXPORTS, ids=framework)
def test_an_export_writes_a_file_that_compiles_as_the_framework_means_it(
    fence: Fence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = framework(fence)
    pytest.importorskip(name)
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings(action="ignore"):
        exec(compile(fence.text, PAGE.name, "exec"), {})
    found = sn.check("graph.nir", exporter=name)
    assert found.compiles, found.obstacles
    (shape,) = found.inputs.values()
    x = (np.random.default_rng(0).random((2, 12, *shape)) < 0.5).astype(np.uint8)
    compiled = sn.compile("graph.nir", inputs=x, exporter=name, target="program")
    assert compiled.outputs["outputs"].any()
