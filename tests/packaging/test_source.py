"""Rules of the source that no other tool checks."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("ssr_neuro", "converters", "simulators", "benchmarks", "tests")


def sources(*folders: str) -> list[Path]:
    """The Python files below these folders of the repository."""
    return [path for name in folders for path in sorted((ROOT / name).rglob("*.py"))]


def test_nothing_is_kept_from_the_formatter() -> None:
    marks = ("# fmt: " + "skip", "# fmt: " + "off")
    found = sources(*FOLDERS)
    assert [path for path in found if any(m in path.read_text("utf-8") for m in marks)] == []
    assert len(found) > 500


def test_a_class_has_a_name_of_its_own() -> None:
    # Workers run in another Python, without the package, and have the program's nodes anew; the
    # suite of conformance is a package of its own.
    defined: dict[str, list[str]] = {}
    for path in sources("ssr_neuro", "converters", "simulators", "benchmarks"):
        name = path.relative_to(ROOT).as_posix()
        if "_worker" in name or name.startswith("benchmarks/conformance/"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                defined.setdefault(node.name, []).append(f"{name}:{node.lineno}")
    twice = {name: places for name, places in defined.items() if len(places) > 1}
    assert twice == {}, "two classes of one name are easily confused; rename one"


def test_converters_read_and_write_text_as_utf8_whatever_the_locale() -> None:
    # Names of nodes are in most of these files. Ruff's PLW1514 sees no path but Path(...) itself.
    spoken = {"read_text": 0, "write_text": 1}  # what stands before the encoding
    silent = []
    for path in sources("converters"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            writes = node.func.attr == "open" and [ast.unparse(x) for x in node.args] == ["'w'"]
            text = writes or len(node.args) == spoken.get(node.func.attr)
            if text and "encoding" not in {keyword.arg for keyword in node.keywords}:
                silent.append(f"{path.name}:{node.lineno}")
    assert silent == []
