"""What the two ways through a synapse take on this processor: measured once, kept in the cache."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ssr_neuro.files.cache_folder import cache_folder
from ssr_neuro.native import variants
from ssr_neuro.native.build import FOLDER


@dataclass(frozen=True)
class Costs:
    """`Costs` of network.h, in thousandths of a nanosecond; the numbers are those of one EPYC core.

    product: a vector of features times a word of four inputs. event: a spike, for two vectors of
    the weights that it adds; event_once: whatever the width. row: listing what fired into one
    position in one step; row_vector: handing a vector of sums to the neurons from there, and
    mixed_vector: handing it through memory, as where other synapses of the node are products.
    """

    product: int = 310
    event: int = 420
    event_once: int = 700
    row: int = 4_000
    row_vector: int = 300
    mixed_vector: int = 900


def known(library: str, measure: Callable[[], Costs]) -> Costs:
    """What the cache holds for a library's file on this kind of processor, else measured and kept.

    Costs choose between ways that give the same bits, so nothing but time depends on them.
    """
    kind = hashlib.sha256(repr((sorted(variants.features()), _processor())).encode()).hexdigest()
    path = cache_folder() / FOLDER / f"{Path(library).stem}-{kind[:8]}.costs.json"
    with suppress(OSError, ValueError, TypeError, KeyError):
        return _read(json.loads(path.read_text(encoding="utf-8")))
    found = measure()
    with suppress(OSError):  # a cache that cannot be written costs the measurement each time
        _write(path, json.dumps(asdict(found)) + "\n")
    return found


def _read(document: dict[str, Any]) -> Costs:
    values = {field.name: document[field.name] for field in fields(Costs)}
    if not all(isinstance(value, int) and 0 <= value < 1 << 32 for value in values.values()):
        raise ValueError("costs are whole numbers from 0 to 2**32")
    return Costs(**values)


def _write(path: Path, text: str) -> None:
    """In one move: another process sees the whole file, or none."""
    handle, fresh = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(fresh).replace(path)
    finally:
        Path(fresh).unlink(missing_ok=True)


def _processor() -> str:
    """Its name, where the system tells it."""
    with suppress(OSError):
        for line in (
            Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        ):
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return ""
