"""What `make test-rtl` compared, from the report that it leaves: results/test-rtl.json.

    make test-rtl && python benchmarks/record_rtl_tests.py [build/test-rtl.xml ...] [--out FILE]

Of every test: its name without lanes, in how many settings it ran, and the sum
of each count over these. Several reports are of parts, run one after the other. A test that failed
ends this with exit code 1.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reports", type=Path, nargs="*", default=[Path("build/test-rtl.xml")])
    parser.add_argument("--out", type=Path, default=RESULTS / "test-rtl.json")
    given = parser.parse_args()
    found = summary([ElementTree.parse(path).getroot() for path in given.reports])
    given.out.write_text(json.dumps(found, indent=1) + "\n")
    print(given.out)


def summary(reports: Iterable[ElementTree.Element]) -> dict[str, Any]:
    """Tests passed and skipped, and counts by test. Ends the program where one failed."""
    cases = [case for report in reports for case in report.iter("testcase")]
    failed = [case.get("name") for case in cases if ended(case, ("failure", "error"))]
    if failed:
        raise SystemExit(f"{len(failed)} tests failed, first {failed[0]}; nothing was recorded")
    skipped = [case for case in cases if ended(case, ("skipped",))]
    return {
        "passed": len(cases) - len(skipped),
        "skipped": len(skipped),
        "seconds": round(sum(float(case.get("time", "0")) for case in cases)),
        "tests": counts_by_test(case for case in cases if case not in skipped),
    }


def ended(case: ElementTree.Element, ways: Iterable[str]) -> bool:
    return any(case.find(way) is not None for way in ways)


def counts_by_test(cases: Iterable[ElementTree.Element]) -> dict[str, dict[str, int]]:
    """Name of a test -> settings that it ran in, and the sums of its counts."""
    found: dict[str, dict[str, int]] = {}
    for case in cases:
        test = found.setdefault(str(case.get("name")).partition("[")[0], {"settings": 0})
        test["settings"] += 1
        for one in case.iter("property"):
            name = str(one.get("name"))
            test[name] = test.get(name, 0) + int(str(one.get("value")))
    return found


if __name__ == "__main__":
    main()
