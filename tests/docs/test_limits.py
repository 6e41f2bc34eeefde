"""limits.md: what it quotes is what the product says."""

import ast
import re
from functools import cache

import pytest
from docs_pages import DOCS, ROOT

PAGE = (DOCS / "reference" / "limits.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^\| .+ \| `(.+)` \| ([23]) \|$", PAGE, re.MULTILINE)
CLASSES = {"2": "BadInput", "3": "DoesNotFit"}


@cache
def product_nodes() -> list[ast.AST]:
    """What can refuse, in every file of the product: calls, and values that functions give."""
    folders = ("ssr_neuro", "converters", "simulators")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    kinds = (ast.Call, ast.Yield, ast.Return)
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


@cache
def refusals(code: str) -> list[str]:
    """The text of every refusal of an exit code in the product, without the values in it.

    Those of a graph are gathered by functions that yield, return or append them, and are raised
    together as one BadInput (`converters.nir.reading`). Comments and docstrings do not count.
    """
    name = CLASSES[code]
    return [text_of(node) for node in product_nodes() if refuses(node, name)]


def refuses(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == name
    gathers = isinstance(node, ast.Yield | ast.Return) or (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "append"
        and ast.unparse(node.func.value).endswith("problems")
    )
    return name == "BadInput" and gathers


def text_of(node: ast.AST) -> str:
    found = [n for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    found.sort(key=lambda n: (n.lineno, n.col_offset))
    return "".join(str(n.value) for n in found)


def test_the_page_quotes_refusals_of_both_codes() -> None:
    assert {code for _, code in QUOTED} == set(CLASSES)


@pytest.mark.parametrize(("message", "code"), QUOTED)
def test_a_refusal_is_worded_so_and_raised_with_that_code(message: str, code: str) -> None:
    assert [text for text in refusals(code) if message in text], f"no refusal says {message!r}"
