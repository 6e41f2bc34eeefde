"""`ssr verify`: a bundle is as it was made, and still computes what it did."""

from pathlib import Path
from typing import Annotated

import typer

from ssr_neuro.cli.output import console


def verify(
    folder: Annotated[Path, typer.Argument(help="bundle made by ssr-compile")],
    simulator: Annotated[
        list[str],
        typer.Option(help="reference, fast or lava_cpu; give it again for several"),
    ] = ["fast"],  # noqa: B006 - typer reads the default at run time
) -> None:
    """Check every hash, then replay the golden inputs and compare all spikes, readouts, membranes.

    Exit code 4 where a file has changed, or a value differs; it says which.
    """
    from ssr_neuro import registry
    from ssr_neuro.bundle import golden
    from ssr_neuro.cli.compile.program_output import show_comparisons
    from ssr_neuro.errors import BadInput
    from ssr_neuro.files import manifest
    from ssr_neuro.program import program_file
    from ssr_neuro.program.trace import compare
    from ssr_neuro.verification.prove import demand

    files, others = manifest.check(folder)
    console.print(f"{files} files are as they were made", markup=False)
    if others:
        console.print(f"Not of the bundle: {', '.join(others)}", markup=False, soft_wrap=True)
    if not (folder / "golden").is_dir():
        raise BadInput(f"{folder} holds no golden vectors to replay; compile without --stop-after")
    made, program = golden.read(folder / "golden"), program_file.load(folder)
    for name, chosen in [(name, registry.load(name)) for name in simulator]:
        trace = chosen.run(program, made.trace.inputs, membranes=True)
        found = compare(made.trace, trace, ("golden vectors", name))
        show_comparisons([found])
        demand(found)
        equal = golden.check_membranes(made, trace, name)
        console.print(f"{equal:,} watched membranes of {name} are the golden ones\n", markup=False)
