"""Runs of `ssr measure` for the models of a report; they are told by the hash of their model.pt."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.measure import MeasuredRun, Measurements, read
from ssr_neuro.report.rivals import Measured

PERCENTILES = ("mean", "p5", "p50", "p95", "p99")


@dataclass(frozen=True)
class Found:
    """What one file holds."""

    path: Path
    held: Measurements


def files(paths: Iterable[Path]) -> tuple[Found, ...]:
    """Raises BadInput, which names the file and every wrong key."""
    return tuple(Found(path, read(path)) for path in paths)


def check(found: Iterable[Found], known: Collection[str]) -> None:
    """known: SHA-256 of every model.pt in the report. Raises BadInput where a file measured none
    of them."""
    for one in found:
        runs = one.held.runs
        if runs and not any(run.sha256 in known for run in runs):
            names = ", ".join(dict.fromkeys(run.model for run in runs))
            raise BadInput(
                f"{one.path} holds runs of {names}, and no model of this report is one of them "
                "(their SHA-256 differ); measure the models you name here, or leave the file out"
            )


def select_runs(found: Iterable[Found], hashes: Collection[str]) -> tuple[Measured, ...]:
    """Those of the given models, in the order of files and runs."""
    return tuple(
        _to_measured(one, run) for one in found for run in one.held.runs if run.sha256 in hashes
    )


def notes(found: Iterable[Found]) -> tuple[str, ...]:
    """What the reader must know of files that hold no runs."""
    return tuple(
        f"{one.path.name}: nothing was measured, {one.held.skipped}"
        for one in found
        if one.held.skipped
    )


def _to_measured(one: Found, run: MeasuredRun) -> Measured:
    energy, source, device = run.energy, one.held.source, one.held.device
    return Measured(
        name=run.model,
        sha256=run.sha256,
        kind=run.kind,
        form=run.form,
        device=device.name if device else "",
        precision=one.held.precision,
        batch=run.batch,
        best=run.best_batch,
        latency_s={name: getattr(run.latency, f"{name}_s") for name in PERCENTILES},
        throughput_per_s=run.windows_per_s,
        gross_j=energy.gross_j_per_inference if energy else None,
        net_j=energy.net_j_per_inference if energy else None,
        idle_w=energy.idle_before.power_w if energy else None,
        source=source.covers if source else "",
        why=run.no_energy or "",
        file=one.path.name,
    )
