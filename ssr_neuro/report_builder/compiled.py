"""What a compilation found, as the one tree that the report page and `report.json` show."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.compiler.findings import Findings
from ssr_neuro.compiler.ssr import Built, Proof
from ssr_neuro.data.known_orders import order_warning
from ssr_neuro.files.versions import package_versions
from ssr_neuro.lower import warnings
from ssr_neuro.placement import place
from ssr_neuro.program.ir import Program
from ssr_neuro.report import contents
from ssr_neuro.report.paper import paper_of
from ssr_neuro.report_builder.chip_against_gpu import chip_against_gpu
from ssr_neuro.report_builder.chips import DEFAULT_GPU
from ssr_neuro.report_builder.costs import costs_of
from ssr_neuro.report_builder.on_gpu import estimate_on_gpu
from ssr_neuro.settings.default_chip import DEFAULT_CHIP

PACKAGES = ("torch", "spikingjelly", "nir", "numpy")
LAVA = "lava-nc 0.10.0 in its own Python 3.10"


def report_of(
    name: str,
    built: Built,
    proof: Proof,
    found: Findings,
    metrics: Mapping[str, Mapping[str, float]],
    fingerprint: str,
    chip: str | Path | Chip | None = None,
) -> contents.Report:
    """Counts come from the reference trace of the proof's sequences; prices from `hw_targets`.

    chip: to place the program on, DEFAULT_CHIP where None; only a chip that was named must hold
    it, and DoesNotFit then lists all that does not.
    """
    checkpoint = built.exported.checkpoint
    config = checkpoint.config
    trained_on = checkpoint.training.get("data", {})
    dataset, protocol = trained_on.get("name", ""), checkpoint.training.get("protocol", "")
    costs = costs_of(
        built.program,
        proof.trace,
        built.items,
        config,
        load_chip(chip or DEFAULT_CHIP),
        must_fit=chip is not None,
    )
    on_gpu = estimate_on_gpu((), (), dataset, load_chip(DEFAULT_GPU), config)
    counted = f"Counts are means over {len(proof.sequences)} real sequences run on every stage."
    return contents.Report(
        model=_model(name, checkpoint, metrics),
        program=contents.ProgramSummary.of(built.program),
        exactness=tuple(contents.Exactness.of(c) for c in proof.comparisons),
        agreement=_agreement(proof),
        quantised=found.quantised,
        passes=found.passes,
        counts=costs.counts,
        scoring=costs.scoring,
        ann=costs.ann,
        energy=costs.energy,
        raster=costs.raster,
        assumptions=(counted, *_assumptions(built.program, proof)),
        versions={"ssr-neuro": __version__, **package_versions(PACKAGES), "Lava": LAVA},
        fingerprint=fingerprint,
        counted=counted,
        dataset=dataset,
        placement=costs.chip.placed,
        latency=costs.chip.latency,
        order_warning=order_warning(trained_on.get("fingerprint", "")) or "",
        paper=paper_of(dataset, config.items, protocol, config.positions),
        chip_against_gpu=chip_against_gpu(costs.energy, costs.chip.latency, (), on_gpu),
    )


def check_fit(program: Program, chip: str | Path | Chip | None) -> None:
    """Before any long run: raises DoesNotFit, which lists all, where a chip was named and the
    program does not fit it, and BadInput where there is no such chip."""
    if chip is not None:
        place(program, load_chip(chip))


def _model(
    name: str, checkpoint: Checkpoint, metrics: Mapping[str, Mapping[str, float]]
) -> contents.ReportedModel:
    training = checkpoint.training
    return contents.ReportedModel(
        name=name,
        kind=checkpoint.kind,
        config=checkpoint.config.to_dict(),
        data=str(training.get("data", {}).get("source", "unknown")),
        training=_training(training),
        metrics=metrics or _recorded_accuracy(training),
    )


def _agreement(proof: Proof) -> contents.IntegerAgreement:
    return contents.IntegerAgreement(
        samples=len(proof.sequences),
        k=proof.agreement.k,
        mean_overlap=proof.agreement.overlap,
        same_list=proof.agreement.same_set,
        same_first=proof.agreement.same_first,
    )


def _training(training: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of how it was trained; the curve and nested settings stay in model.pt."""
    return {k: v for k, v in training.items() if isinstance(v, str | int | float)}


def _recorded_accuracy(training: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    """Accuracy of the float model as `ssr train` found it on the test set, where it did."""
    return {"recorded": training["test"]} if training.get("test") else {}


def _assumptions(program: Program, proof: Proof) -> tuple[str, ...]:
    changed = max(proof.spikes_changed.items(), key=lambda item: item[1])
    lines = [
        f"Quantising the weights to {program.notes.weight_bits} bits changed at most "
        f"{changed[1]:.3%} of a population's spikes (most in {changed[0]}).",
        "Item codes are read from a table of bits on the host, which scores all items.",
        "Nothing was measured on a chip: Lava's CPU models define the arithmetic, published "
        "figures the prices.",
    ]
    lines += [f"{warning}." for warning in warnings(program)]
    if program.notes.inexact:
        lines.append(f"{proof.inexact} values differ from quantised PyTorch for these reasons.")
    return tuple(lines)
