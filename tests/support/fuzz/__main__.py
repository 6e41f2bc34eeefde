"""`python -m fuzz [READER ...] --inputs N`: counts of how every input ended, and what to mend."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from fuzz import forked
from fuzz.readers import BY_NAME, attempt_of

SHOWN_LINES = 12
FAULTS = tuple(end for end in forked.ENDS if end not in ("user error", "accepted"))


def fuzz(name: str, inputs: int, seed: str, first: int = 0) -> list[forked.Outcome]:
    """Outcomes of the inputs of one reader, from number `first` on."""
    reader = BY_NAME[name]
    with tempfile.TemporaryDirectory(prefix="ssr-fuzz-") as made:
        good, used = Path(made) / "good", Path(made) / "used"
        good.mkdir()
        used.mkdir()
        attempt = attempt_of(reader, reader.make(good), used, seed)
        return list(forked.run(attempt, range(first, first + inputs)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"of {', '.join(BY_NAME)}")
    parser.add_argument("--inputs", type=int, default=2_000, help="of each reader")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--seed", default="0", help="another one gives other inputs")
    parser.add_argument("--out", type=Path, help="write the counts as JSON")
    given = parser.parse_args()
    counts = {}
    for name in given.readers or BY_NAME:
        outcomes = fuzz(name, given.inputs, given.seed, given.first)
        found = Counter(outcome.end for outcome in outcomes)
        counts[name] = {"inputs": given.inputs, **{end: found[end] for end in forked.ENDS}}
        print(name, {end: n for end, n in counts[name].items() if n}, flush=True)
        _say_faults(outcomes)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps({"seed": given.seed, "readers": counts}, indent=1) + "\n")
    sys.exit(any(row[end] for row in counts.values() for end in FAULTS))


def _say_faults(outcomes: list[forked.Outcome]) -> None:
    """One example of each fault, and how often it came."""
    shown: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.end in FAULTS:
            last = [line for line in outcome.said.splitlines() if line.startswith('  File "')][-1:]
            key = f"{outcome.end} {last or outcome.said[:80]}"
            shown[key] += 1
            if shown[key] == 1:
                last_lines = "\n".join(outcome.said.splitlines()[-SHOWN_LINES:])
                print(f"--- input {outcome.number}: {outcome.end}\n{last_lines}")
    for key, times in shown.most_common():
        print(f"{times:6} {key}")


if __name__ == "__main__":
    main()
