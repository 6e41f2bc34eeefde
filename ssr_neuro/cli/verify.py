"""`ssr verify`: a bundle is as it was made, and still computes what it did."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.output import console

GOLDEN = ("inputs", "spikes", "readouts")


def verify(
    folder: Annotated[Path, typer.Argument(help="bundle made by ssr-compile")],
    simulator: Annotated[
        list[str],
        typer.Option(help="reference, fast or lava_cpu; give it again for several"),
    ] = ["fast"],  # noqa: B006 - typer reads the default at run time
) -> None:
    """Check every hash, then replay the golden inputs and compare every spike and readout.

    Exit code 4 where a file has changed, or a spike differs; it says which.
    """
    from ssr_neuro import manifest, npz, plugins, program_file
    from ssr_neuro.cli.found_output import show_comparisons
    from ssr_neuro.errors import BadInput
    from ssr_neuro.prove import demand
    from ssr_neuro.trace import Trace, compare

    files, others = manifest.check(folder)
    console.print(f"{files} files are as they were made", markup=False)
    if others:
        console.print(f"Not of the bundle: {', '.join(others)}", markup=False, soft_wrap=True)
    if not (folder / "golden").is_dir():
        raise BadInput(f"{folder} holds no golden vectors to replay; compile without --stop-after")
    golden = Trace(*(npz.read(folder / "golden" / f"{part}.npz") for part in GOLDEN))
    program = program_file.load(folder)
    found = [
        compare(golden, plugins.load(name).run(program, golden.inputs), ("golden vectors", name))
        for name in simulator
    ]
    show_comparisons(found)
    demand(*found)
