"""What one inference of trained SSR counts, on the sequences that their model.pt carries.

    python benchmarks/count_operations.py model.pt ... [--out FOLDER]

Each is lowered to eight bits, or to those it was trained for, with the optimising passes, and run
on the fast simulator; nothing is compared. Writes FOLDER/NAME.cost.json: model, operations, item
scoring. It is a report without its prices: `ssr cost NAME.cost.json` prices it, and so do the
tables of the documents.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulators.fast import Fast
from ssr_neuro import checkpoint
from ssr_neuro.compiler.ssr import build, export
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.scoring import scoring
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.report.document import ONE
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered

RESULTS = Path(__file__).parent / "results"
BITS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    for path in given.models:
        found = counted(path)
        file = given.out / f"{path.stem}.cost.json"
        file.write_text(json.dumps(found, indent=1) + "\n")
        print(
            f"{file.name}: {found['counts']['sops']['mean']:,.0f} synaptic operations", flush=True
        )


def counted(path: Path) -> dict[str, Any]:
    """The parts of a report that its prices follow from."""
    saved = checkpoint.load(path)
    exported = export(saved, Stopwatch())
    bits = saved.weight_bits or BITS
    full = lower(exported.program, Lowering(bits, {}))
    program = lower(exported.program, Lowering(bits, {}, optimise=True))
    items = build(exported, Lowered(full, program), Stopwatch()).items
    trace = Fast().run(program, exported.stimulus(saved.inputs.numpy()))
    codes = items.codes
    return {
        "format": ONE.name,
        "version": ONE.version,
        "model": {"name": path.name, "kind": saved.kind, "config": saved.config.to_dict()},
        "program": program.summary(),
        "counts": asdict(count(program, trace)),
        "scoring": asdict(scoring(codes.reshape(len(codes), -1), codes[0].size)),
        "exactness": [],
    }


if __name__ == "__main__":
    main()
