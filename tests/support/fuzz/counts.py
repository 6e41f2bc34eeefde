"""How the inputs of each reader ended, in a file that a later run goes on with."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fuzz import forked

GOOD = ("user error", "accepted")
FAULTS = tuple(end for end in forked.ENDS if end not in GOOD)
KEPT = 50  # faults of one reader whose words are kept


@dataclass
class ReaderCounts:
    """inputs: those from number 0 up to here. ends: how many ended how. faults: number -> end and
    what was said, of those that are to be mended; a later run tries them again. mended: faults
    that are none any more."""

    inputs: int = 0
    seconds: float = 0.0
    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(forked.ENDS, 0))
    faults: dict[str, list[str]] = field(default_factory=dict)
    mended: int = 0

    def add(self, outcomes: list[forked.Outcome]) -> None:
        self.inputs += len(outcomes)
        for outcome in outcomes:
            self.ends[outcome.end] += 1
            if outcome.end in FAULTS and len(self.faults) < KEPT:
                self.faults[str(outcome.number)] = [outcome.end, outcome.said]

    def again(self, outcomes: list[forked.Outcome]) -> None:
        """The faults tried again."""
        for outcome in outcomes:
            before, _ = self.faults.pop(str(outcome.number))
            self.ends[before] -= 1
            self.ends[outcome.end] += 1
            if outcome.end in FAULTS:
                self.faults[str(outcome.number)] = [outcome.end, outcome.said]
            else:
                self.mended += 1

    @property
    def is_good(self) -> bool:
        return not any(self.ends[end] for end in FAULTS)


def read(path: Path, seed: str) -> dict[str, ReaderCounts]:
    """What earlier runs of this seed counted."""
    if not path.exists():
        return {}
    document: dict[str, Any] = json.loads(path.read_text())
    if document["seed"] != seed:
        raise SystemExit(f"{path} counts the inputs of seed {document['seed']}; name another file")
    return {name: ReaderCounts(**row) for name, row in document["readers"].items()}


def write(path: Path, seed: str, found: dict[str, ReaderCounts]) -> None:
    """Whole or not at all: a run may be stopped at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"seed": seed, "readers": {name: asdict(row) for name, row in found.items()}}
    partial = path.with_name(f".{path.name}-{os.getpid()}")
    partial.write_text(json.dumps(content, indent=1) + "\n")
    partial.replace(path)
