"""`--dry-run`: what a command would write, and what of it would be replaced."""

from collections.abc import Iterable
from pathlib import Path

from ssr_neuro.cli.output import console, print_json
from ssr_neuro.files import output_file, output_folder


def show_folder(out: Path, overwrite: bool, inputs: Iterable[Path], json: bool) -> None:
    """Check the folder that would be written, and say so. Raises BadInput as the command would."""
    output_folder.check(out, overwrite=overwrite, inputs=inputs)
    show([(out, output_folder.is_occupied(out))], json)


def show_file(out: Path, overwrite: bool, inputs: Iterable[Path], json: bool = False) -> None:
    """Check the file that would be written, and say so. Raises BadInput as the command would."""
    output_file.check(out, overwrite=overwrite, inputs=inputs)
    show([(out, out.exists())], json)


def show(places: Iterable[tuple[Path, bool]], json: bool) -> None:
    """places: each path that would be written, and whether something there would be replaced."""
    found = [{"path": str(path), "replaces": replaces} for path, replaces in places]
    if json:
        print_json({"dry_run": True, "would_write": found})
        return
    for one in found:
        verb = "would replace" if one["replaces"] else "would write"
        console.print(f"{verb} {one['path']}", soft_wrap=True, markup=False)
    console.print("dry run: nothing was run or written")
