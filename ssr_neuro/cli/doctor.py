"""`ssr doctor`: what is installed, and whether Lava is ready."""

from typing import Annotated

import typer

from ssr_neuro.cli.options import Json
from ssr_neuro.cli.output import print_json, table


def doctor(
    licences: Annotated[
        bool, typer.Option("--licences", help="list the licence of every package instead")
    ] = False,
    json: Json = False,
) -> None:
    """Versions, and where Lava's own Python 3.10 is or would be. Changes nothing."""
    if licences:
        from ssr_neuro.library.licences import licences_document, list_licences

        if json:
            return print_json(licences_document())
        return table("Licences", ("package", "version", "licence"), list_licences())
    from simulators.lava_runtime import environment, lava_dl_environment
    from ssr_neuro.library.installation import installation

    found = installation()
    if json:
        return print_json(found.to_dict())
    rows = [("python", f"{found.python} at {found.executable}")]
    rows += [(package.name, package.described) for package in found.packages]
    table("Here", ("", ""), rows)
    table("Lava", ("", ""), environment.describe())
    table("lava-dl", ("", ""), lava_dl_environment.describe())
