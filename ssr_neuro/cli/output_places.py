"""Where a command writes if --out is not given: the current folder, but never a bundle."""

from collections.abc import Iterable
from pathlib import Path

from ssr_neuro.errors import BadInput


def check_current_folder(bundles: Iterable[Path]) -> None:
    """Raises BadInput where the current folder is one of `bundles`, or lies in one.

    A file that a bundle does not list makes it another bundle, so only --out puts one there.
    """
    here = Path.cwd()
    for folder in bundles:
        if folder.resolve() in (here, *here.parents):
            raise BadInput(
                f"the current folder is in the bundle {folder.resolve()}, and nothing is written "
                "into a bundle without being asked for; name a place with --out"
            )
