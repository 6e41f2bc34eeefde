"""The two ways a trained SSR goes: into a verified bundle, or into a NIR file."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from json import loads
from pathlib import Path
from typing import Any

import numpy as np
from rich.status import Status

from converters.choices import Choice, explain
from ssr_neuro import bundle, checkpoint, data, manifest, plugins
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.cli import compile_output
from ssr_neuro.cli.found_output import show_comparisons
from ssr_neuro.cli.output import command, console, errors, print_json
from ssr_neuro.cli.stop import stop_after
from ssr_neuro.cli.wishes import Wishes, lowered, lowering
from ssr_neuro.compile import (
    Built,
    Exported,
    build,
    check_nir,
    export,
    float_scores,
    integer_scores,
    prove,
)
from ssr_neuro.compile_report import report_of
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluate import evaluate
from ssr_neuro.findings import learnt
from ssr_neuro.lower import stages
from ssr_neuro.report import document
from ssr_neuro.simulator import Simulator
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.training import parts_of

SAMPLES = 64


def to_bundle(wishes: Wishes) -> None:
    """Compile, prove, measure, price, and leave the folder `wishes.out`."""
    bundle.check_free(wishes.out)
    saved = checkpoint.load(wishes.model)
    with working(wishes.json) as watch:
        split = _split(wishes, saved)
        exported = export(saved, watch)
        familiar = exported.stimulus(_familiar(saved, split))
        how = lowering(wishes, exported.program, familiar, watch, saved.weight_bits)
        if wishes.stop_after is not None:
            return stop_after(wishes, exported.program, how)
        sequences = _sequences(wishes, saved, split)
        built = build(exported, lowered(exported.program, how, watch), watch)
        choices = _choices(wishes, exported, sequences, watch)
        proof = prove(built, sequences, simulators(wishes, watch), watch)
        found = learnt(
            exported.program, built.lowered, proof.runs, choices,
            stages(exported.program, how), plugins.load("fast"), watch,
        )  # fmt: skip
        metrics = _metrics(saved, built, split, watch, not wishes.json) if split else {}
    fingerprint = hashlib.sha256(wishes.model.read_bytes()).hexdigest()
    report = report_of(wishes.model.name, built, proof, found, metrics, fingerprint)
    bundle.write(
        wishes.out,
        built.program,
        proof.trace,
        (
            lambda folder: bundle.write_ranking(folder, built.items, proof.sequences, proof.top10),
            _nir_writer(built),
            lambda folder: document.write(report, folder),
        ),
        {"model_sha256": fingerprint, "data": saved.training["data"], "command": command()},
    )
    if wishes.json:
        shown = {"report": loads(document.to_json(report)), "choices": list(map(asdict, choices))}
        print_json({"out": str(wishes.out), **shown})
    else:
        compile_output.show(report, proof, found, wishes, watch)


def _familiar(saved: Checkpoint, split: data.Split | None) -> Any:
    """Sequences to calibrate on, none of them of the test set where there is a data set."""
    if split is None:
        return saved.inputs[:SAMPLES].numpy()
    rows = np.linspace(0, len(split.valid) - 1, min(SAMPLES, len(split.valid)))
    return split.valid.batch(np.unique(rows.astype(np.int64)))[0]


def _choices(
    wishes: Wishes, exported: Exported, sequences: Any, watch: "working"
) -> tuple[Choice, ...]:
    if not wishes.explain:
        return ()
    with watch.step("run every choice of semantics"):
        steps = exported.program.steps
        return explain(exported.graph, steps, exported.stimulus(sequences))


def to_nir_file(wishes: Wishes) -> None:
    """Write OUT/model.nir, read it back, run it, and compare with the model's own spikes."""
    import nir

    from converters.ssr_to_nir import to_nir

    bundle.check_free(wishes.out)
    saved = checkpoint.load(wishes.model)
    if saved.kind != "ssr":
        raise BadInput(f"a model of kind {saved.kind!r} has no spikes to export; train --model ssr")
    model = saved.model().double()
    sequences = _sequences(wishes, saved, _split(wishes, saved))
    with working(wishes.json) as watch, bundle.replacing(wishes.out) as folder:
        with watch.step(f"write model.nir, {wishes.layout}"):
            nir.write(folder / "model.nir", to_nir(model, wishes.layout))  # type: ignore[arg-type]
        with watch.step("read back and run"):
            comparison = check_nir(model, folder / "model.nir", sequences)
        manifest.write(folder, {"command": command()})
    if wishes.json:
        print_json({"out": str(wishes.out), **vars(comparison)})
    else:
        show_comparisons((comparison,))
        written = wishes.out / "model.nir"
        console.print(f"NIR graph ({wishes.layout}): {written}", soft_wrap=True, markup=False)


def simulators(wishes: Wishes, watch: "working") -> tuple[Simulator, ...]:
    """The reference first, then everything that must equal it."""
    here = (plugins.load("reference"), plugins.load("fast"))
    if wishes.target != "lava-sim":
        return here
    lava = plugins.load(
        "lava_cpu",
        lanes=wishes.lanes,
        timeout_s=wishes.timeout_s,
        notice=watch.say,
        progress=lambda done, steps: watch.say(f"Lava: step {done:,} of {steps:,}"),
    )
    return (*here, lava)


class working(Stopwatch):
    """A stopwatch that says on standard error what is going on."""

    def __init__(self, quiet: bool) -> None:
        self._status = Status("", console=errors)
        self._quiet = quiet
        super().__init__(self.say)

    def say(self, what: str) -> None:
        """Show what is going on, on a terminal."""
        if self._quiet:
            return
        self._status.update(what)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Without the spinner, for a step that shows a bar of its own."""
        self._status.stop()
        yield
        if not self._quiet:
            self._status.start()

    def __enter__(self) -> "working":
        if not self._quiet:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()


def _split(wishes: Wishes, saved: Checkpoint) -> data.Split | None:
    """The data set of --data, cut as for training; None without --data."""
    if wishes.data is None:
        return None
    dataset = data.load(
        wishes.data,
        core=wishes.core,
        duplicates=wishes.duplicates,
        reader=wishes.reader,
        progress=not wishes.json,
    )
    checkpoint.check_data(saved, dataset, wishes.model)
    return parts_of(dataset, saved.kind, saved.training["protocol"], saved.config)


def _sequences(wishes: Wishes, saved: Checkpoint, split: data.Split | None) -> Any:
    """`samples` test sequences: of --data, else those the checkpoint carries."""
    if split is None:
        held = saved.inputs
        if wishes.samples is not None and wishes.samples > len(held):
            raise BadInput(
                f"{wishes.model} carries {len(held)} example sequences, --samples asks for "
                f"{wishes.samples}; add --data to take them from the data set"
            )
        return held[: wishes.samples or SAMPLES].numpy()
    rows = np.linspace(0, len(split.test) - 1, min(wishes.samples or SAMPLES, len(split.test)))
    return split.test.batch(np.unique(rows.astype(np.int64)))[0]


def _metrics(
    saved: Checkpoint, built: Built, split: data.Split, watch: "working", shown: bool
) -> dict[str, dict[str, float]]:
    """Float and integer model on the whole test set, by the same code."""
    scorers = {
        "float": float_scores(saved.model()),
        "integer": integer_scores(built.program, built.items),
    }
    found = {}
    for name, scorer in scorers.items():
        with watch.step(f"rank {len(split.test):,} test sequences, {name}"), watch.aside():
            found[name] = evaluate(scorer, split.test, progress=shown).to_dict()
    return found


def _nir_writer(built: Built) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        import nir

        nir.write(folder / "model.nir", built.exported.graph)

    return write
