"""Files of models in gates, told by the SHA-256 of their model.pt, and their accuracy."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files.gates_result import IN_GATES, GatesResult, read
from ssr_neuro.report.accuracy_of import FORMS
from ssr_neuro.report.contents import Report


@dataclass(frozen=True)
class GatesFile:
    """What one file holds."""

    path: Path
    held: GatesResult


def files(paths: Iterable[Path]) -> tuple[GatesFile, ...]:
    """Raises BadInput, which names the file and what is wrong in it."""
    return tuple(GatesFile(path, read(path)) for path in paths)


def check(found: Iterable[GatesFile], known: Collection[str]) -> None:
    """known: SHA-256 of every model.pt in the report. Raises BadInput for a file of another."""
    for one in found:
        if one.held.model_sha256 not in known:
            raise BadInput(
                f"{one.path} is of the model {one.held.model}, and no model of this report is it "
                "(their SHA-256 differ); name its bundle or give it as a baseline, or leave the "
                "file out"
            )


def add_accuracy(
    found: GatesResult,
    reports: Iterable[Report],
    recorded: Mapping[str, Mapping[str, float]],
) -> GatesResult:
    """The same with the accuracy of its model, where the file itself has none.

    The core of spikes computes what the compiled program does, so it has the accuracy of those
    integers. recorded: SHA-256 of a baseline -> its metrics in floats.
    """
    if found.metrics:
        return found
    for report in reports:
        if report.fingerprint == found.model_sha256:
            metrics = report.model.metrics
            form = next((form for form in FORMS if form in metrics), "")
            of = IN_GATES if form == "integer" else "float weights"
            return replace(found, metrics=dict(metrics.get(form, {})), metrics_of=of)
    metrics_of = "float weights, the whole model" if found.left_out else "float weights"
    return replace(found, metrics=dict(recorded.get(found.model_sha256, {})), metrics_of=metrics_of)
