"""What a compilation found, as the one tree that the report page and `report.json` show."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.compile import Built, Proof
from ssr_neuro.findings import Found
from ssr_neuro.ir import Program
from ssr_neuro.lower import warnings
from ssr_neuro.report import contents
from ssr_neuro.report.baselines import AnnShape, ssr_ann
from ssr_neuro.report.counts import Counts, count
from ssr_neuro.report.energy import Sheet, arithmetic, events
from ssr_neuro.report.memory import memory_aware
from ssr_neuro.report.raster import raster
from ssr_neuro.report.scoring import ScoringCounts, scoring
from ssr_neuro.target import load

PACKAGES = ("torch", "spikingjelly", "nir", "numpy")
LAVA = "lava-nc 0.10.0 in its own Python 3.10"


def report_of(
    name: str,
    built: Built,
    proof: Proof,
    found: Found,
    metrics: Mapping[str, Mapping[str, float]],
    fingerprint: str,
) -> contents.Report:
    """Counts come from the reference trace of the proof's sequences; prices from `hw_targets`."""
    checkpoint = built.exported.checkpoint
    config = checkpoint.config
    shape = AnnShape(
        config.positions, config.features, config.blocks, config.ffn_ratio, config.items
    )
    counts = count(built.program, proof.trace)
    codes = built.items.codes
    work = scoring(codes.reshape(len(codes), -1), codes[0].size)
    return contents.Report(
        model=contents.Model(
            name=name,
            kind=checkpoint.kind,
            config=config.to_dict(),
            data=str(checkpoint.training.get("data", {}).get("source", "unknown")),
            training=_training(checkpoint.training),
            metrics=metrics,
        ),
        program=contents.ProgramSummary.of(built.program),
        exactness=tuple(contents.Exactness.of(c) for c in proof.comparisons),
        agreement=contents.Agreement(
            samples=len(proof.sequences),
            k=proof.agreement.k,
            mean_overlap=proof.agreement.overlap,
            same_list=proof.agreement.same_set,
            same_first=proof.agreement.same_first,
        ),
        quantised=found.quantised,
        passes=found.passes,
        counts=counts,
        scoring=work,
        ann=ssr_ann(shape),
        energy=_sheets(counts, work, shape),
        raster=raster(built.program, proof.trace),
        assumptions=_assumptions(built.program, proof),
        versions={"ssr-neuro": __version__, **{p: version(p) for p in PACKAGES}, "Lava": LAVA},
        fingerprint=fingerprint,
    )


def _sheets(counts: Counts, work: ScoringCounts, shape: AnnShape) -> tuple[Sheet, ...]:
    generic, loihi1 = load("generic-45nm"), load("loihi1")
    return (
        arithmetic(counts, work, shape, generic, "fp32"),
        arithmetic(counts, work, shape, generic, "int8"),
        memory_aware(counts, work, shape, generic, "int8"),
        events(counts, loihi1),
    )


def _training(training: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of how it was trained; the curve and nested settings stay in model.pt."""
    return {k: v for k, v in training.items() if isinstance(v, str | int | float)}


def _assumptions(program: Program, proof: Proof) -> tuple[str, ...]:
    changed = max(proof.spikes_changed.items(), key=lambda item: item[1])
    lines = [
        f"Counts are means over {len(proof.sequences)} real sequences run on every stage.",
        f"Quantising the weights to {program.notes['weight_bits']} bits changed at most "
        f"{changed[1]:.3%} of a population's spikes (most in {changed[0]}).",
        "Item codes are read from a table of bits on the host; scoring is counted, input and "
        "output of the chip are not priced.",
        "Nothing was measured on a chip: Lava's CPU models define the arithmetic, published "
        "figures the prices.",
    ]
    lines += [f"{warning}." for warning in warnings(program)]
    if program.notes["inexact"]:
        lines.append(f"{proof.inexact} values differ from quantised PyTorch for these reasons.")
    return tuple(lines)
