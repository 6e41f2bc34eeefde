"""The text of a Liberty file as groups of attributes, whatever they mean."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate
from ssr_neuro.files.limits import CELLS_BYTES, spell_bytes

# A word with an argument list and `{`, an attribute, a complex attribute, or the end of a group.
# Words are tried from their beginnings alone, so that the time grows no faster than the text.
TOKEN = re.compile(
    r'(?<!\w)(\w+)\s*\(((?:[^()"]|"[^"]*")*)\)\s*(\{|;?)'
    r'|(?<!\w)(\w+)\s*:\s*("[^"]*"|[^;\n]+)\s*;?'
    r"|(\})",
    re.S,
)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
KIND, REMEDY = "a Liberty file", "give a Liberty file, .lib or .lib.gz"


@dataclass
class LibertyGroup:
    """One `kind (name) { ... }` with its attributes and groups."""

    kind: str
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    groups: list["LibertyGroup"] = field(default_factory=list)

    def of(self, kind: str) -> Iterator["LibertyGroup"]:
        return (group for group in self.groups if group.kind == kind)


def _no_library(path: Path) -> BadInput:
    return BadInput(f"{path}: no `library` in it; {REMEDY}")


def text_of(path: Path) -> str:
    """Of the file itself or of what is packed in it. Raises BadInput where it cannot be read."""
    with gate.open_file(path, KIND, REMEDY) as file:
        unpacked = gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file
        content = unpacked.read(CELLS_BYTES + 1)
    if len(content) > CELLS_BYTES:
        raise BadInput(
            f"{path}: has more than {spell_bytes(CELLS_BYTES)}, the most that is read of {KIND}; "
            f"{REMEDY}"
        )
    return content.decode(errors="replace")


def parse(text: str, path: Path) -> LibertyGroup:
    """The one `library` group. Raises BadInput where there is none, or where it does not end."""
    stack = [LibertyGroup("file", "")]
    for found in TOKEN.finditer(COMMENT.sub("", text).replace("\\\n", " ")):
        kind, arguments, opens, key, value, closes = found.groups()
        if closes:
            if len(stack) > 1:
                stack.pop()
        elif key:
            stack[-1].attributes[key] = value.strip().strip('"')
        elif opens == "{":
            group = LibertyGroup(kind, arguments.strip().strip('"'))
            stack[-1].groups.append(group)
            stack.append(group)
        else:
            stack[-1].attributes[kind] = arguments
    libraries = list(stack[0].of("library"))
    if len(libraries) != 1:
        raise _no_library(path)
    if len(stack) > 1:
        inside = stack[-1]
        raise BadInput(
            f"{path}: ends inside of `{inside.kind} ({inside.name})`: its end is missing; {REMEDY}"
        )
    return libraries[0]
