"""`ssr-compile --target NAME` for the exporters of `converters/`."""

from functools import cache

from ssr_neuro import checkpoint, registry
from ssr_neuro.cli.output import command, console, print_json, table
from ssr_neuro.cli.progress import Progress
from ssr_neuro.compiler.options import CHIP, Wishes, lowered, lowering
from ssr_neuro.compiler.sequences import familiar, sequences_of, split_of
from ssr_neuro.compiler.ssr import build, export
from ssr_neuro.exporter import Deployed, Job
from ssr_neuro.files import output_folder


def to_target(wishes: Wishes) -> None:
    """Leave the folder `wishes.out`, written and checked by the exporter of that name."""
    exporter = registry.exporter(wishes.target)
    output_folder.check(wishes.out, overwrite=wishes.overwrite, inputs=wishes.inputs)
    with Progress("compiling") as watch:
        job = _job(wishes, watch)
        made = {"data": job.saved.training["data"], "command": command()}
        with output_folder.create(
            wishes.out, made, overwrite=wishes.overwrite, inputs=wishes.inputs
        ) as folder:
            found = dict(exporter.export(job, folder))
    if wishes.json:
        print_json({"out": str(wishes.out), **found})
    else:
        table(f"Target {exporter.name}", ("", "value"), found.items())
        console.print(f"Written  {wishes.out}", soft_wrap=True, markup=False)


def _job(wishes: Wishes, watch: Progress) -> Job:
    saved = checkpoint.load(wishes.model)
    split = split_of(wishes, saved)
    sequences = sequences_of(wishes, saved, split)

    @cache
    def integer() -> Deployed:
        exported = export(saved, watch)
        known = exported.stimulus(familiar(saved, split))
        how = lowering(wishes, exported.program, known, watch, saved.weight_bits)
        built = build(exported, lowered(exported.program, how, watch), watch)
        with watch.step(f"run the program on {len(sequences)} sequences"):
            trace = registry.load("fast").run(built.program, exported.stimulus(sequences))
        return Deployed(built.program, built.items, trace)

    return Job(wishes.model, saved, sequences, split, wishes.chip or CHIP, watch, integer)
