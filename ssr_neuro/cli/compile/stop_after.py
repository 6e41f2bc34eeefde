"""`ssr-compile --stop-after PASS`: the Program as it stands there, in files."""

from ssr_neuro.cli.output import command, console, print_json, table, whole
from ssr_neuro.compiler.options import Wishes
from ssr_neuro.files import output_folder
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program


def stop_after(wishes: Wishes, program: Program, how: Lowering) -> None:
    """Write the Program after the wished pass to `wishes.out`; nothing is run."""
    stopped = lower(program, how, until=wishes.stop_after)
    with output_folder.create(
        wishes.out, {"command": command()}, overwrite=wishes.overwrite, inputs=wishes.inputs
    ) as folder:
        program_file.save(stopped, folder)
    summary = stopped.summary()
    if wishes.json:
        print_json({"out": str(wishes.out), "after": wishes.stop_after, "program": summary})
        return
    table(f"After {wishes.stop_after}", tuple(summary), [[whole(n) for n in summary.values()]])
    console.print(
        f"Program  {wishes.out}; `ssr show {wishes.out}` draws it", soft_wrap=True, markup=False
    )
