"""`ssr conformance`: simulators against the suite of tiny NIR graphs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ssr_neuro.cli.input_paths import SUITE, check_paths
from ssr_neuro.cli.options import DryRun, Json, Overwrite
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.progress import Task


def conformance(
    engines: Annotated[
        str | None,
        typer.Option(
            "--with",
            metavar="NAME,NAME",
            help="engines, separated by commas, or all; --list names them. One that is not here "
            "gets an environment of its own, made once",
            show_default="all that can run here",
        ),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="list engines, readings and graphs; nothing is run")
    ] = False,
    suite: Annotated[
        Path | None,
        typer.Option(
            help="folder with a suite.json",
            show_default="the suite of ssr-neuro",
            callback=check_paths(SUITE),
        ),
    ] = None,
    python: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=PATH", help="interpreter of an engine with its own packages"),
    ] = None,
    limit: Annotated[float, typer.Option(help="seconds for one graph")] = 60.0,
    out: Annotated[Path | None, typer.Option(help="results to write, .json")] = None,
    picture: Annotated[Path | None, typer.Option(help="the matrix to write, .svg")] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Run simulators on tiny NIR graphs whose spikes are known under every named reading.

    Each engine runs in a process of its own. The matrix says of every graph: = the spikes of NIR's
    equations, the reading that explains others, how many values differ, refused, or crashed.
    """
    from ssr_neuro.cli.console import is_quiet
    from ssr_neuro.cli.output import console, print_json
    from ssr_neuro.files import output_file
    from ssr_neuro.library.conformance import conformance as run
    from ssr_neuro.progress import task

    if listed:
        return _show_list(suite)
    places = {"--out": out, "--picture": picture}
    named = {option: path for option, path in places.items() if path is not None}
    for option, path in named.items():
        output_file.check(path, overwrite=overwrite, option=option)
    if out is not None and picture is not None and out.resolve() == picture.resolve():
        raise BadInput(f"--out and --picture both name {out}; name a file for each")
    if dry_run:
        return _show_places(list(named.values()), json)
    asked = None if engines is None else [name.strip() for name in engines.split(",")]
    pythons = _split(python or [])
    with task("running engines", shown=not is_quiet()) as work:
        found = run(
            asked, suite=suite, pythons=pythons, limit_s=limit, progress=_tell(work), say=work.say
        )
    if out is not None:
        found.save(out, overwrite=overwrite)
    if picture is not None:
        output_file.write(picture, found.svg(), overwrite=overwrite, option="--picture")
    if json:
        return print_json(found.as_json())
    console.print(found.matrix(), soft_wrap=True, markup=False, highlight=False)


def _split(given: list[str]) -> dict[str, str]:
    """NAME=PATH of every --python."""
    found = {}
    for text in given:
        name, mark, path = text.partition("=")
        if not (mark and name and path):
            raise BadInput(f"--python {text!r} is not NAME=PATH, an engine and its interpreter")
        found[name] = path
    return found


def _tell(work: "Task") -> Callable[[str, int, int], None]:
    """Shows which engine is at which graph, and says once of each that it is through."""
    through: set[str] = set()

    def tell(name: str, done: int, total: int) -> None:
        said = f"{name}: {done} of {total} graphs"
        work.update(detail=said)
        if done == total and name not in through:
            through.add(name)
            work.say(said)

    return tell


def _show_places(places: list[Path], json: bool) -> None:
    from ssr_neuro.cli.dry_run import show
    from ssr_neuro.cli.output import console

    if not (places or json):
        console.print("nothing would be written; --out and --picture name files", soft_wrap=True)
    else:
        show([(path, path.exists()) for path in places], json)


def _show_list(suite: Path | None) -> None:
    from ssr_neuro.cli.output import table
    from ssr_neuro.library.conformance import describe_engines, load_suite

    held = load_suite(suite)
    table("Engines", ("", "how the graph gets in"), describe_engines())
    table("Readings", ("", "differs from nir in"), list(held.readings.items()))
    rows = [(entry.name, entry.group, entry.tests) for entry in held.entries]
    table("Graphs", ("", "", "what it tests"), rows)
