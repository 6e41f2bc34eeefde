"""JSON files that say what they are: a format and its version, and every key checked on reading.

They are written whole or not at all, and equal content gives equal bytes.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate
from ssr_neuro.files.gate import REASON_CHARS
from ssr_neuro.files.limits import DOCUMENT_BYTES, DOCUMENT_VALUES, FLOAT_BITS
from ssr_neuro.files.plain_data import check_amount, check_values, unique_keys

if TYPE_CHECKING:  # 0.1 s, which a command that looks at a manifest alone need not wait for
    from pydantic import TypeAdapter, ValidationError

Held = TypeVar("Held")


@dataclass(frozen=True)
class Format:
    """Name and version at the head of a document. maker: the command that writes such a file."""

    name: str
    version: int
    maker: str

    def wrap(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content as plain data, with format and version in front."""
        return {"format": self.name, "version": self.version, **content}

    def read(self, path: Path) -> dict[str, Any]:
        """The content without format and version. Raises BadInput where they are others."""
        document = read(path, self.maker)
        if not isinstance(document, dict) or document.get("format") != self.name:
            raise BadInput(f"{path}: is no {self.name}; name a file made by {self.maker}")
        if document.get("version") != self.version:
            raise BadInput(
                f"{path}: version {document.get('version')!r} of {self.name}; this release reads "
                f"version {self.version}. Make it again with {self.maker}, or use the release that "
                "wrote it"
            )
        return {key: value for key, value in document.items() if key not in ("format", "version")}

    def load(self, path: Path, adapter: "TypeAdapter[Held]") -> Held:
        """The content as a value. Raises BadInput that names the file and every wrong key."""
        from pydantic import ValidationError

        content = self.read(path)
        try:
            return adapter.validate_json(json.dumps(content))
        except ValidationError as error:
            said = "; ".join(describe(error))
            raise BadInput(f"{path}: {said}. Make it again with {self.maker}") from error


def to_text(
    document: Any, *, escape: bool = False, default: Callable[[object], Any] | None = None
) -> str:
    """One space of indent, a line end at the end. escape: characters beyond ASCII as \\u.

    default: plain data of other values. Raises ValueError on a number that is not finite.
    """
    text = json.dumps(document, indent=1, ensure_ascii=escape, allow_nan=False, default=default)
    return f"{text}\n"


def read(path: Path, maker: str) -> Any:
    """Whatever JSON a file of ours holds. Raises BadInput where it cannot be read or is none."""
    return read_any(path, f"name a file made by {maker}")


def read_any(path: Path, remedy: str) -> Any:
    """Whatever JSON the file holds. Raises BadInput that ends in `remedy` where it is none."""
    return parse(gate.read_bytes(path, DOCUMENT_BYTES, "JSON", remedy), path, remedy)


def parse(content: bytes, path: object, remedy: str) -> Any:
    """The JSON in `content`, of the file `path`: each key once, numbers that a float holds."""
    with gate.reading(path, "JSON", remedy):
        text = content.decode()
        check_amount(text, ",[{", DOCUMENT_VALUES)
        found = json.loads(
            text,
            object_pairs_hook=unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
        check_values(found, FLOAT_BITS)
    return found


def _refuse_constant(name: str) -> None:
    """Python's json takes NaN and Infinity, which are no JSON."""
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    if not isfinite(number := float(text)):
        raise ValueError(f"the number {text} is beyond a float")
    return number


def describe(error: "ValidationError") -> Iterator[str]:
    """One sentence for each thing pydantic found: runs[0].latency.p5_s, and what is wrong."""
    for found in error.errors():
        where = _place(found["loc"])
        match found["type"]:
            case "unexpected_keyword_argument" | "extra_forbidden":
                yield f"{where} is no key of this format"
            case "missing" | "missing_argument":
                yield f"{where} is missing"
            case "value_error":
                yield f"{where or 'the file'} {found['ctx']['error']}"
            case _:
                yield f"{where} is {_shorten(repr(found['input']))}: {found['msg']}"


def _shorten(text: str) -> str:
    return text if len(text) <= REASON_CHARS else f"{text[:REASON_CHARS]}..."


def _place(names: tuple[int | str, ...]) -> str:
    """("runs", 0, "batch") -> "runs[0].batch"."""
    path = "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names)
    return path.removeprefix(".")
