"""Rules of the source that no other tool checks."""

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
