"""Sequences of a data set through the core in Verilog, every spike compared, batch after batch.

    python benchmarks/gates_sequences.py model.pt --data ml-1m.txt [--sequences 1000] [--lanes 8]
        [--name gates-sequences-ml-1m] [--out FOLDER]

One build of the core by Verilator runs them all. Writes FOLDER/NAME.json: what was compared, what
differed, cycles. Stopped, it goes on after the last batch that was done. Exit code 4 with the first
difference where a spike, a readout, a best item or a counter is another than the program's.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from converters.rtl import verilator
from converters.rtl.addresses import check_addresses
from converters.rtl.check import check_counts
from converters.rtl.folder import write_network, write_sources
from converters.rtl.golden import golden_words
from converters.rtl.tables import Tables, tables
from simulators.fast import Fast
from ssr_neuro import checkpoint
from ssr_neuro.compiler.lowering import lower_once
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.compiler.prepare import prepare
from ssr_neuro.compiler.sequences import sample_sequences, split_data
from ssr_neuro.compiler.ssr import Exported, build
from ssr_neuro.errors import SsrError
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.stopwatch import Stopwatch

RESULTS = Path(__file__).parent / "results"
# Key of the result -> what the bench calls it.
COMPARED = {
    "spikes_compared": "spikes compared",
    "fired": "fired",
    "readouts_compared": "readouts compared",
    "places_compared": "places compared",
    "mismatches": "mismatches",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", required=True, help="the data set it was trained on")
    parser.add_argument("--sequences", type=int, default=1000, help="of the test set, evenly apart")
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--lanes", type=int, default=8)
    parser.add_argument("--name", default="gates-sequences-ml-1m")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    try:
        run(given)
    except SsrError as error:
        print(f"{type(error).__name__} {error}")
        return error.exit_code
    return 0


def run(given: argparse.Namespace) -> None:
    """Raises Mismatch at the first difference; what was equal before it is kept."""
    path = given.out / f"{given.name}.json"
    network = ModelTables.of(given)
    sequences = network.sequences
    found = started(path, network, given, len(sequences))
    with TemporaryDirectory() as place:
        core = BenchBuild(Path(place), network.made)
        while (at := found["samples"]) < len(sequences):
            batch = sequences[at : at + given.batch]
            add(found, *core.run(network, batch), len(batch))
            path.write_text(json.dumps(found, indent=1) + "\n")
            print(f"{found['samples']} of {len(sequences)}: {found['mismatches']} mismatches")


def started(
    path: Path, network: "ModelTables", given: argparse.Namespace, sequences: int
) -> dict[str, Any]:
    """What stands there already of the same run, or nothing done yet."""
    fresh = {
        "model": given.model.name,
        "model_sha256": sha256_of_file(given.model),
        "data": Path(given.data).name,
        "lanes": given.lanes,
        "sequences": sequences,
        "items": 0 if network.made.items is None else len(network.made.items.codes),
        "verilator": verilator.version(),
    }
    if path.exists():
        kept: dict[str, Any] = json.loads(path.read_text())
        if {name: kept.get(name) for name in fresh} == fresh:
            return kept
    counts = dict.fromkeys(("samples", *COMPARED, "cycles", "most_cycles"), 0)
    return {**fresh, **counts, "bench_s": 0.0}


def add(
    found: dict[str, Any], bench: verilator.BenchRun, cycles: Any, seconds: float, samples: int
) -> None:
    for name, words in COMPARED.items():
        found[name] += bench.number(words)
    found["samples"] += samples
    found["cycles"] += int(cycles.sum())
    found["most_cycles"] = max(found["most_cycles"], int(cycles.max()))
    found["bench_s"] = round(found["bench_s"] + seconds, 1)


@dataclass(frozen=True, eq=False)
class ModelTables:
    """A model as the tables of the core, and how its sequences become spikes."""

    exported: Exported
    made: Tables
    sequences: Any

    @classmethod
    def of(cls, given: argparse.Namespace) -> "ModelTables":
        saved, watch = checkpoint.load(given.model), Stopwatch()
        options = CompileOptions(target="rtl", data=given.data, samples=given.sequences)
        split = split_data(options, saved, given.model, progress=False)
        prepared = prepare(saved, split, options, watch)
        exported = prepared.exported
        passed = lower_once(exported.program, prepared.lowering, watch)
        built = build(exported, passed.lowered, watch)
        made = tables(built.program, given.lanes, built.items)
        check_addresses(made)
        return cls(exported, made, sample_sequences(options, saved, given.model, split))


@dataclass(frozen=True)
class BenchBuild:
    """One build of the bench, made with the first batch."""

    place: Path
    made: Tables

    def run(self, network: ModelTables, sequences: Any) -> tuple[verilator.BenchRun, Any, float]:
        """What the bench found, cycles of every sequence, and its seconds."""
        trace = Fast().run(self.made.program, network.exported.stimulus(sequences))
        golden = golden_words(self.made, trace)
        check_counts(self.made.program, trace, golden)
        folder, build = self.place / "rtl", self.place / "build"
        if not folder.exists():
            write_sources(folder)
        for part in ("images", "golden"):
            rmtree(folder / part, ignore_errors=True)
        write_network(folder, self.made, golden)
        binary = build / "Vcore"
        began = perf_counter()
        if binary.exists():
            bench = verilator.run_built(binary, folder)
        else:
            bench = verilator.run_bench(folder, build)
        return bench, golden.counters[:, -1], perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
