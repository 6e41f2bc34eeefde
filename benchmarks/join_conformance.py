"""Results of `ssr conformance` on several engines, each run alone, as one file.

    python benchmarks/join_conformance.py A.json B.json --out benchmarks/results/conformance.json

All are of one suite; engines stand in the order of the files. Those that did not run are left out.
"""

import argparse
import json
from pathlib import Path
from typing import Any

ENGINES = "engines"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    found = [json.loads(path.read_text(encoding="utf-8")) for path in given.files]
    try:
        joined = join(found)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    given.out.write_text(json.dumps(joined, indent=1) + "\n", encoding="utf-8")


def join(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """One document. Raises ValueError where they are of different suites, or an engine is twice."""
    heads = [{name: part for name, part in one.items() if name != ENGINES} for one in documents]
    if any(head != heads[0] for head in heads):
        raise ValueError("the files are of different suites; run all engines on one")
    ran = [engine for one in documents for engine in one[ENGINES] if not engine["absent"]]
    names = [engine["name"] for engine in ran]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))} is in two files; leave one out")
    return {**heads[0], ENGINES: ran}


if __name__ == "__main__":
    main()
