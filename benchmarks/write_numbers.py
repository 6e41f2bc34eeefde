"""Write the numbers of all pages from benchmarks/results/, or check that they are those.

    python benchmarks/write_numbers.py [--check]

Fills the marked regions of README.md and docs/ (`number_regions.py`, `number_tables.py`), and
writes docs/reference/results.md with its learning curves from results/*.train.json and
published.toml, and the pictures of `recorded_ranks.py`, `frontier.py`, `growth_tables.py` and
`conformance_tables.py`.
--check writes nothing and ends with 1 where a page differs.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from conformance_tables import pictures
from frontier import PICTURES as FRONTIER_PICTURES
from growth_tables import PICTURES as GROWTH_PICTURES
from number_regions import fill_regions
from number_tables import TABLES
from recorded_ranks import PICTURES as RANK_PICTURES
from results_table import documents
from runs import read_published, read_runs

from ssr_neuro.errors import BadInput

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if stale")
    given = parser.parse_args()
    try:
        stale = stale_files(ROOT)
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error
    if given.check:
        if stale:
            raise SystemExit(
                f"{', '.join(sorted(stale))}: not what benchmarks/results/ and published.toml "
                "give; run python benchmarks/write_numbers.py"
            )
        return
    for name, text in stale.items():
        write(ROOT / name, text)
    print(f"{len(stale)} files changed")


def stale_files(root: Path) -> dict[str, str | None]:
    """Name below root -> the text it should have; None for a picture that no run gives."""
    made = made_whole()
    for page in pages(root):
        name = page.relative_to(root).as_posix()
        if name not in made:
            try:
                made[name] = fill_regions(page.read_text(encoding="utf-8"), TABLES)
            except BadInput as error:
                raise BadInput(f"{name}: {error}") from error
    stale: dict[str, str | None] = {
        name: text for name, text in made.items() if current(root / name) != text
    }
    curves = root.glob("docs/pictures/curves-*.svg")
    names = (path.relative_to(root).as_posix() for path in curves)
    return stale | {name: None for name in names if name not in made}


def made_whole() -> dict[str, str]:
    """Name -> text of the page and the pictures that are made as a whole."""
    written = {**documents(read_runs(), read_published()), **pictures()}
    made = {f"docs/{name}": text for name, text in written.items()}
    drawings = RANK_PICTURES | FRONTIER_PICTURES | GROWTH_PICTURES
    return made | {name: draw() for name, draw in drawings.items()}


def pages(root: Path) -> Iterator[Path]:
    """README.md and every page of docs/."""
    yield root / "README.md"
    yield from sorted(root.glob("docs/**/*.md"))


def current(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
