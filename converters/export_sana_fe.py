"""`--target sana-fe`: a placed program for SANA-FE, an energy and latency simulator of chips.

SANA-FE (Boyle et al. 2025, IEEE TCAD, doi 10.1109/TCAD.2025.3537971; package sanafe, GPL) is run
in a process of its own where it is installed, and must then fire every spike that we do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from converters.sana_fe.architecture import architecture
from converters.sana_fe.check import check
from converters.sana_fe.layout import layout
from converters.sana_fe.network import SanaFeNetwork, network, write
from converters.sana_fe.prices import ArchitecturePrices, prices
from converters.sana_fe.readme import readme
from converters.sana_fe.schedule import expected_counts, schedule
from converters.sana_fe.stream import stream
from simulators import sana_fe_run
from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs.events import sops
from ssr_neuro.exporter import Job
from ssr_neuro.files import sana_fe_result
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.files.sana_fe_result import Priced, SanaFe
from ssr_neuro.placement import Placement, place
from ssr_neuro.placement.mesh import mesh_of
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.stopwatch import Stopwatch


@dataclass(frozen=True, eq=False)
class Written:
    """What lies in the folder."""

    net: SanaFeNetwork
    placed: Placement
    every: tuple[ArchitecturePrices, ...]


@dataclass(frozen=True)
class SanaFeExporter:
    """Files for SANA-FE, and what it makes of them."""

    name: str = "sana-fe"
    help: str = "architecture and network of SANA-FE, with its energy where it is installed"
    integers: bool = True

    def export(self, job: Job, folder: Path) -> Mapping[str, Any]:
        python = sana_fe_run.interpreter()
        deployed = job.integer()
        chip = load_chip(job.chip)
        written = files(deployed.program, chip, deployed.trace, folder, job.watch)
        found = {"chip": chip.title, **_describe(written)}
        if python is None:
            return {**found, "SANA-FE": f"not run, it is not installed: {sana_fe_run.HOW}"}
        return {**found, **run(written, python, folder, job.watch, job.path)}


def files(
    program: IntegerProgram, chip: Chip, trace: Trace, folder: Path, watch: Stopwatch
) -> Written:
    """Fill the folder. Raises BadInput or DoesNotFit where SANA-FE cannot hold the program."""
    every = prices(chip)
    with watch.step(f"place on {chip.name}"):
        placed = place(program, chip, trace)
    net = network(program, layout(program, placed, mesh_of(chip)), stream(program, trace), trace)
    with watch.step("write SANA-FE's files"):
        with (folder / "network.yaml").open("w", encoding="utf-8") as out:
            write(net, out)
        for one in every:
            (folder / one.file).write_text(architecture(one, net.layout, chip), encoding="utf-8")
        operations = sum(int(found.sum()) for found in sops(program, trace).values())
        (folder / "schedule.json").write_text(
            schedule(net, expected_counts(placed, trace, operations)), encoding="utf-8"
        )
        copyfile(sana_fe_run.WORKER, folder / sana_fe_run.SCRIPT)
        (folder / "README.md").write_text(readme(net, chip, every), encoding="utf-8")
    return Written(net, placed, every)


def run(
    written: Written, python: Path, folder: Path, watch: Stopwatch, model: Path
) -> dict[str, Any]:
    """Run SANA-FE under every set of prices, and write sana_fe.json. model: the model.pt.

    Raises Mismatch where a spike, a readout or a count differs, BackendFailed where it fails.
    """
    net, priced, compared = written.net, [], 0
    for one in written.every:
        with watch.step(f"run SANA-FE, {one.title}"), TemporaryDirectory() as record:
            found = sana_fe_run.run(python, folder, one.file, Path(record))
            comparison = check(net, Path(record), found)
        compared = comparison.spikes_compared + comparison.readouts_compared
        priced.append(_price(net, one, found))
    result = SanaFe(
        model=model.name,
        model_sha256=sha256_of_file(model),
        program=net.program.name,
        program_sha256=program_file.fingerprint(net.program),
        stimulus_sha256=net.trace.stimulus_sha256,
        chip=written.placed.chip,
        sana_fe=found["sana_fe"],
        python=found["python"],
        timing=found["timing"],
        samples=net.stream.samples,
        counts=found["counts"],
        prices=tuple(priced),
    )
    sana_fe_result.write(folder / sana_fe_result.FILE, result)
    return {
        "SANA-FE": result.sana_fe,
        "spikes and readouts compared": compared,
        "mismatches": 0,
        **{f"{name} per sample": n / result.samples for name, n in result.counts.items()},
        **{key: value for one in priced for key, value in _rows(one)},
    }


def _describe(written: Written) -> dict[str, Any]:
    late = sum(len(one.rows) for one in written.net.late)
    return {
        "cores": len(written.placed.cores),
        "samples": written.net.stream.samples,
        "synapses that come late": late,
    }


def _price(net: SanaFeNetwork, prices: ArchitecturePrices, found: dict[str, Any]) -> Priced:
    """An energy of which no price is known is none, and so is a sum without its largest terms."""
    step = found["step_s"] if prices.complete(energy=False) else None
    unknown = (*prices.unknown(energy=True), *prices.unknown(energy=False))
    return Priced(
        name=prices.name,
        title=prices.title,
        energy_j={
            part: joule / net.stream.samples if prices.prices_any(part) else None
            for part, joule in found["energy_j"].items()
        },
        step_s=step,
        latency_s=None if step is None else step * net.program.latency_steps,
        samples_per_s=None if step is None else 1 / (step * net.program.interval),
        unknown=unknown,
    )


def _rows(priced: Priced) -> Iterator[tuple[str, Any]]:
    """Plain data under one name each."""
    title = priced.title
    for part, joule in priced.energy_j.items():
        yield f"{title}: J per sample, {part}", joule
    yield f"{title}: s per time step", priced.step_s
    yield f"{title}: s of latency", priced.latency_s
    yield f"{title}: samples per s", priced.samples_per_s
    yield f"{title}: unknown, so 0", ", ".join(one.partition(":")[0] for one in priced.unknown)


EXPORTER = SanaFeExporter()
