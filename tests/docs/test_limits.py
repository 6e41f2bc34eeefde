"""limits.md: what it quotes is what the product says, and its figures are those recorded."""

import json
import re

import pytest
from docs_pages import DOCS, ROOT

PAGE = (DOCS / "reference" / "limits.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^\| .+ \| `(.+)` \| ([23]) \|$", PAGE, re.MULTILINE)
CLASSES = {"2": "BadInput", "3": "DoesNotFit"}
# Problems of a graph are gathered, and raised together as one BadInput (`converters.nir.reading`).
RAISED = re.compile(r"\b(BadInput|DoesNotFit|Mismatch|BackendFailed)\(|\b(?:yield|problems)\b")


def sources() -> list[str]:
    """Every module of the product, text that is split over lines joined again."""
    folders = ("ssr_neuro", "converters", "simulators")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8")) for path in files]


def test_the_page_quotes_every_refusal_with_its_code() -> None:
    assert len(QUOTED) == 17


@pytest.mark.parametrize(("message", "code"), QUOTED)
def test_a_refusal_is_worded_so_and_raised_with_that_code(message: str, code: str) -> None:
    before = [text.partition(message)[0] for text in sources() if message in text]
    assert before, f"nothing says {message!r}"
    assert CLASSES[code] in [(RAISED.findall(text) or [""])[-1] or "BadInput" for text in before]


def test_the_loss_by_rounding_is_the_one_recorded() -> None:
    results = ROOT / "benchmarks" / "results"
    ranked = json.loads((results / "ssr-ml-1m.test-set.json").read_text())
    agreed = json.loads((results / "ssr-ml-1m.report.json").read_text())["agreement"]
    before, after = ranked["float"]["ndcg@10"], ranked["integer"]["8"]["ndcg@10"]
    assert f"NDCG@10 goes from {before:.4f} to {after:.4f}" in PAGE
    assert f"and {10 * agreed['mean_overlap']:.0f} of 10 items of a top-10 list stay" in PAGE
