"""`python -m fuzz [READER ...] --inputs N --out FILE`: how every input ended, and what to mend.

A run goes on where the file says that an earlier one stopped, after it tried again what was a fault
then. Every reader has a process of its own, in which nothing else has begun threads.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fuzz import counts, forked
from fuzz.readers import MODULES, attempt_of, reader

SHOWN_LINES = 12
SLICE = 1_000  # inputs after which the counts are written


def fuzz(name: str, numbers: range, seed: str) -> Iterator[forked.Outcome]:
    """Outcomes of these inputs of one reader. To be called where no thread of polars has run."""
    one = reader(name)
    with tempfile.TemporaryDirectory(prefix="ssr-fuzz-") as made:
        good, used = Path(made) / "good", Path(made) / "used"
        good.mkdir()
        used.mkdir()
        yield from forked.run(attempt_of(one, one.make(good), used, seed), numbers)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--inputs", type=int, default=2_000, help="of each reader, in all runs")
    parser.add_argument("--seconds", type=float, default=1e9, help="end after so long")
    parser.add_argument("--seed", default="0", help="another one gives other inputs")
    parser.add_argument("--out", type=Path, help="the counts as JSON, to be gone on with")
    given = parser.parse_args()
    names = given.readers or list(MODULES)
    if unknown := sorted(set(names) - set(MODULES)):
        parser.error(f"no reader {', '.join(unknown)}; there are {', '.join(MODULES)}")
    if len(names) == 1:
        sys.exit(_one(names[0], given))
    # As an exception, which ends the reader's process as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    end = time.monotonic() + given.seconds
    ended = 0
    for done, name in enumerate(names):
        share = max(1.0, (end - time.monotonic()) / (len(names) - done))
        how = ["--inputs", str(given.inputs), "--seed", given.seed, "--seconds", str(share)]
        out = ["--out", str(given.out)] if given.out else []
        ended |= subprocess.run([sys.executable, "-m", "fuzz", name, *how, *out]).returncode
    sys.exit(ended)


def _one(name: str, given: argparse.Namespace) -> int:
    """Fuzz one reader up to the number of inputs or of seconds; 1 where faults are left."""
    found = counts.read(given.out, given.seed) if given.out else {}
    row = found.setdefault(name, counts.ReaderCounts())
    end = float("inf")  # the time of the first outcome on: imports and good files are not of it
    if given.out and row.faults:
        row.again([o for n in list(row.faults) for o in fuzz(name, _only(n), given.seed)])
        counts.write(given.out, given.seed, found)
    outcomes: list[forked.Outcome] = []
    began = time.monotonic()

    def store() -> None:
        nonlocal began, outcomes
        row.add(outcomes)
        _say_faults(outcomes)
        row.seconds = round(row.seconds + time.monotonic() - began, 1)
        outcomes, began = [], time.monotonic()
        print(f"{name} {row.inputs:,}: {_spell(row)}", flush=True)
        if given.out:
            latest = counts.read(given.out, given.seed)
            counts.write(given.out, given.seed, {**latest, name: row})

    for outcome in fuzz(name, range(row.inputs, given.inputs), given.seed):
        outcomes.append(outcome)
        end = min(end, time.monotonic() + given.seconds)
        if len(outcomes) == SLICE:
            store()
        if time.monotonic() > end:
            break
    store()
    return int(not row.is_good)


def _only(number: str) -> range:
    return range(int(number), int(number) + 1)


def _spell(row: counts.ReaderCounts) -> str:
    return ", ".join(f"{end} {n:,}" for end, n in row.ends.items() if n)


def _say_faults(outcomes: list[forked.Outcome]) -> None:
    """One example of each fault, and how often it came."""
    shown: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.end in counts.FAULTS:
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
