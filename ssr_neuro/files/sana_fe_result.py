"""sana_fe.json: what SANA-FE found of a placed program, beside our own figures of it."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput

FILE = "sana_fe.json"
FORMAT, VERSION = "ssr-neuro-sana-fe", 2
PARTS = ("synapse", "dendrite", "soma", "network", "total")
WORDS = ("model", "program", "chip", "sana_fe", "python", "timing")
HASHES = ("model_sha256", "program_sha256", "stimulus_sha256")
COUNTS = ("spikes", "messages", "hops", "synaptic_operations", "neuron_updates")


@dataclass(frozen=True)
class Priced:
    """SANA-FE under one set of prices. name: "" for the chip's own, else whose of its file.

    energy_j: of one sample, by part, without what `unknown` lists; None for a part without any
    known price, and for the total without those of synaptic operations and neuron updates.
    step_s: mean over the steps. latency_s: from a sample's first input to its last output;
    samples_per_s: as they stream. All three are None without the durations of those.
    unknown: terms that SANA-FE was given as 0 because the chip's file does not state them.
    """

    name: str
    title: str
    energy_j: Mapping[str, float | None]
    step_s: float | None
    latency_s: float | None
    samples_per_s: float | None
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class SanaFe:
    """counts: over all samples. sana_fe, python: versions. timing: SANA-FE's model of time.
    model: name of the model.pt, with its SHA-256, that of the program (`program_file.fingerprint`)
    and of the inputs that it ran on (`Trace.stimulus_sha256`).

    A spike that enters from outside counts once for every core that reads it, as does its message;
    messages that stay on their core are counted, too.
    """

    model: str
    model_sha256: str
    program: str
    program_sha256: str
    stimulus_sha256: str
    chip: str
    sana_fe: str
    python: str
    timing: str
    samples: int
    counts: Mapping[str, int]
    prices: tuple[Priced, ...]


def write(path: Path, result: SanaFe) -> None:
    """As JSON."""
    document = {"format": FORMAT, "version": VERSION, **asdict(result)}
    path.write_text(json.dumps(document, indent=1) + "\n")


def read(path: Path) -> SanaFe:
    """What `write` wrote. Raises BadInput on a missing, damaged or foreign file."""
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error}); name the {FILE} of a folder") from error
    found = document if isinstance(document, dict) else {}
    if (found.get("format"), found.get("version")) != (FORMAT, VERSION):
        raise BadInput(
            f"{path}: format {found.get('format')!r} version {found.get('version')!r}; this "
            f"release reads {FORMAT!r} version {VERSION}: write it with "
            "`ssr-compile --target sana-fe`"
        )
    try:
        return _result(found)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{path}: {_why(error)}; write it again") from error


def _result(found: dict[str, Any]) -> SanaFe:
    words = {name: _word(found[name], name) for name in WORDS}
    hashes = {name: _hash(found[name], name) for name in HASHES}
    samples = _count(found["samples"], "samples")
    if not samples:
        raise ValueError("samples is 0")
    counts = {name: _count(found["counts"][name], f"counts.{name}") for name in COUNTS}
    prices = tuple(_priced(one) for one in found["prices"])
    if not prices:
        raise ValueError("prices is empty")
    if prices[0].name:
        raise ValueError(f"prices begins with {prices[0].name!r}, not with the chip's own")
    return SanaFe(**words, **hashes, samples=samples, counts=counts, prices=prices)


def _priced(found: dict[str, Any]) -> Priced:
    if unknown := found.keys() - {field.name for field in fields(Priced)}:
        raise ValueError(f"prices has {sorted(unknown)[0]!r}, which is not known")
    times = {name: _number(found[name], name) for name in ("step_s", "latency_s", "samples_per_s")}
    return Priced(
        name=_word(found["name"], "name"),
        title=_word(found["title"], "title"),
        energy_j={part: _number(found["energy_j"][part], f"energy_j.{part}") for part in PARTS},
        unknown=tuple(_word(one, "unknown") for one in found["unknown"]),
        **times,
    )


def _word(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is {value!r}, not text")
    return value


def _hash(value: Any, name: str) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError(f"{name} is {value!r}, not a SHA-256 in 64 hexadecimal digits")
    return value


def _count(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is {value!r}, not a whole number of at least 0")
    return value


def _number(value: Any, name: str) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} is {value!r}, not a finite number of at least 0")
    return float(value)


def _why(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
