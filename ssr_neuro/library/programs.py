"""The program of whatever holds one: a compiled network, a folder, or a program itself."""

from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program


def program_of(source: Any) -> Program:
    """source: `Compiled`, `Program`, or the path of a folder with a program.json.

    Raises BadInput where it is none of them.
    """
    if isinstance(source, Compiled):
        return source.program
    if isinstance(source, Program):
        return source
    if isinstance(source, str | Path):
        return program_file.load(Path(source))
    raise BadInput(
        f"a {type(source).__name__} holds no program; give a compiled network, a program, or the "
        "path of a folder made by ssr-compile"
    )
