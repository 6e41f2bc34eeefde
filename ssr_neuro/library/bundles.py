"""`ssr_neuro.open_bundle` and `verify`: a folder of ssr-compile, checked and read back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import registry
from ssr_neuro.bundle import golden
from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.files import manifest, npz
from ssr_neuro.files.json_document import Format
from ssr_neuro.library.claims import check_claims
from ssr_neuro.library.compile_graph import OUTPUTS_FILE
from ssr_neuro.library.compiled import Compiled, CompiledRecommender
from ssr_neuro.library.one_or_several import list_some
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import as_integer
from ssr_neuro.program.trace import Comparison, compare
from ssr_neuro.report.contents import Report
from ssr_neuro.report.document import read_report
from ssr_neuro.report_builder.bundle_folders import ITEMS, REPORT, read_items
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.verification.prove import Runs, demand

FORMAT = Format("ssr-neuro-verification", 1, "`ssr verify --json`")


@dataclass(frozen=True)
class Verified:
    """files: as they were made. others: files that are not of the bundle. comparisons: golden
    vectors against each simulator. membranes: watched values that were equal, by simulator.
    claims: what else was recomputed, in words."""

    files: int
    others: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    membranes: Mapping[str, int]
    claims: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain data, what `ssr verify --json` prints."""
        return FORMAT.wrap(asdict(self))


def open_bundle(folder: str | Path) -> Compiled:
    """Check every hash and read the folder.

    `proof` holds the golden trace and the comparisons that were recorded; `verify` makes them
    anew. Raises Mismatch where a file is not as it was made, BadInput where it is no bundle.
    """
    folder = _check_folder(folder)
    manifest.check(folder)
    made = manifest.read(folder)
    program = as_integer(program_file.load(folder))
    trace = golden.read_trace(folder / "golden", program)
    report = read_report(folder / REPORT) if REPORT in made["files"] else None
    outputs = npz.read(folder / OUTPUTS_FILE) if OUTPUTS_FILE in made["files"] else {}
    return Compiled(
        name=report.model.name if report else folder.name,
        program=program,
        proof=Runs(trace, trace, _recorded_comparisons(report)),
        report=report,
        findings=None,
        recommender=_recommender(folder, report, made) if ITEMS in made["files"] else None,
        outputs=outputs,
        writers=(),
        provenance=made,
        folder=folder,
        location=folder.absolute(),
    )


def verify(folder: str | Path, simulators: str | Sequence[str] = ("fast",)) -> Verified:
    """Check every hash, then replay the golden inputs and compare spikes, readouts, membranes.

    simulators: a name, or several; at least one.
    Sequences, top ten, outputs and the counts of the report are recomputed from the golden run.
    Raises Mismatch, which names the file or the first value that differs, and BadInput where it is
    no bundle, or no simulator is named.
    """
    folder = _check_folder(folder)
    chosen = [(name, registry.load(name)) for name in list_some(simulators, "simulator")]
    files, others = manifest.check(folder)
    made, program = golden.read(folder / "golden"), as_integer(program_file.load(folder))
    comparisons, membranes = [], {}
    for name, simulator in chosen:
        trace = simulator.run(program, made.trace.inputs, membranes=True)
        found = compare(made.trace, trace, ("golden vectors", name))
        demand(found)
        comparisons.append(found)
        membranes[name] = golden.check_membranes(made, trace, name)
    claims = check_claims(folder, manifest.read(folder)["files"], program, made.trace)
    return Verified(files, tuple(others), tuple(comparisons), membranes, claims)


def _check_folder(given: str | Path) -> Path:
    """The folder of a bundle. Raises BadInput where it is none."""
    wanted = "the path of a folder that ssr-compile made, or that Compiled.save returned"
    check_type(given, (str, Path), "is no path", wanted)
    folder = Path(given)
    if folder.is_file():
        raise BadInput(f"{folder} is a file; name the folder that ssr-compile made")
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder; make one with ssr-compile")
    if (folder / manifest.MANIFEST).is_file() and not (folder / "golden").is_dir():
        raise BadInput(f"{folder} holds no golden vectors to replay; compile without --stop-after")
    return folder


def _recorded_comparisons(report: Report | None) -> tuple[Comparison, ...]:
    """What the compilation compared, as its report has it; none where there is no report."""
    if report is None:
        return ()
    return tuple(
        Comparison(
            e.left,
            e.right,
            e.spikes_compared,
            e.spikes_fired,
            e.readouts_compared,
            e.mismatches,
            first=None,
        )
        for e in report.exactness
    )


def _recommender(
    folder: Path, report: Report | None, made: Mapping[str, Any]
) -> CompiledRecommender:
    if report is None:
        raise BadInput(f"{folder} has items but no {REPORT}; compile the model again")
    ranking = {
        name: npz.read_array(folder / "golden" / f"{name}.npy") for name in ("sequences", "top10")
    }
    return CompiledRecommender(
        items=read_items(folder / ITEMS),
        config=SsrConfig.from_dict(report.model.config),
        protocol=str(report.model.training.get("protocol", "unknown")),
        data=made["data"],
        sequences=ranking["sequences"],
        top10=ranking["top10"],
    )
