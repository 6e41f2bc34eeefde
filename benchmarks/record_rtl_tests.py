"""What `make test-rtl` compared, from the report that it leaves: results/test-rtl.json.

    make test-rtl RTL_GRAPHS=200
    python benchmarks/record_rtl_tests.py [build/test-rtl.xml ...] [--out FILE] [--keep]

Of every test: its name without lanes, in how many settings it ran, how long these took together,
and the sum of each count over them. Several reports are of parts, run one after the other; with
--keep a test that is in none of them stays as it was recorded before. A test that failed ends this
with exit code 1.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from result_output import write_result

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reports", type=Path, nargs="*", default=[Path("build/test-rtl.xml")])
    parser.add_argument("--out", type=Path, default=RESULTS / "test-rtl.json")
    parser.add_argument("--keep", action="store_true", help="tests that no report holds stay")
    given = parser.parse_args()
    earlier = json.loads(given.out.read_text())["tests"] if given.keep else {}
    reports = [ElementTree.parse(path).getroot() for path in given.reports]
    found = summary(reports, earlier)
    write_result(found, given.out)
    print(given.out)


def summary(
    reports: Iterable[ElementTree.Element], earlier: dict[str, dict[str, int]]
) -> dict[str, Any]:
    """Tests passed and skipped, and counts by test. Ends the program where one failed.

    earlier: counts of tests that stay where no report holds them.
    """
    cases = [case for report in reports for case in report.iter("testcase")]
    failed = [case.get("name") for case in cases if ended(case, ("failure", "error"))]
    if failed:
        raise SystemExit(f"{len(failed)} tests failed, first {failed[0]}; nothing was recorded")
    skipped = [case for case in cases if ended(case, ("skipped",))]
    tests = {**earlier, **counts_by_test(case for case in cases if case not in skipped)}
    return {
        "passed": sum(test["settings"] for test in tests.values()),
        "skipped": len(skipped),
        "tests": tests,
    }


def ended(case: ElementTree.Element, ways: Iterable[str]) -> bool:
    return any(case.find(way) is not None for way in ways)


def counts_by_test(cases: Iterable[ElementTree.Element]) -> dict[str, dict[str, int]]:
    """Name of a test -> settings that it ran in, and the sums of its counts."""
    found: dict[str, dict[str, int]] = {}
    seconds: dict[str, float] = {}
    for case in cases:
        name = str(case.get("name")).partition("[")[0]
        test = found.setdefault(name, {"settings": 0, "seconds": 0})
        test["settings"] += 1
        seconds[name] = seconds.get(name, 0) + float(case.get("time", "0"))
        for one in case.iter("property"):
            what = str(one.get("name"))
            test[what] = test.get(what, 0) + int(str(one.get("value")))
    return {name: {**test, "seconds": round(seconds[name])} for name, test in found.items()}


if __name__ == "__main__":
    main()
