"""sana_fe.json: what SANA-FE found of a placed program, beside our own figures of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from ssr_neuro.files import json_document, output_file
from ssr_neuro.files.checked import AtLeastOne, Count, NotNegative, Sha256, StrictFields

FILE = "sana_fe.json"
FORMAT = json_document.Format("ssr-neuro-sana-fe", 2, "`ssr-compile --target sana-fe`")
PARTS = ("synapse", "dendrite", "soma", "network", "total")
COUNTS = ("spikes", "messages", "hops", "synaptic_operations", "neuron_updates")


@dataclass(frozen=True)
class Priced(StrictFields):
    """SANA-FE under one set of prices. name: "" for the chip's own, else whose of its file.

    energy_j: of one sample, by part, without what `unknown` lists; None for a part without any
    known price, and for the total without those of synaptic operations and neuron updates.
    step_s: mean over the steps. latency_s: from a sample's first input to its last output;
    samples_per_s: as they stream. All three are None without the durations of those.
    unknown: terms that SANA-FE was given as 0 because the chip's file does not state them.
    """

    name: str
    title: str
    energy_j: Mapping[str, NotNegative | None]
    step_s: NotNegative | None
    latency_s: NotNegative | None
    samples_per_s: NotNegative | None
    unknown: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_names("energy_j", self.energy_j, PARTS)


@dataclass(frozen=True)
class SanaFe(StrictFields):
    """counts: over all samples. sana_fe, python: versions. timing: SANA-FE's model of time.
    model: name of the model.pt, with its SHA-256, that of the program (`program_file.fingerprint`)
    and of the inputs that it ran on (`Trace.stimulus_sha256`).

    A spike that enters from outside counts once for every core that reads it, as does its message;
    messages that stay on their core are counted, too. The first of `prices` are the chip's own.
    """

    model: str
    model_sha256: Sha256
    program: str
    program_sha256: Sha256
    stimulus_sha256: Sha256
    chip: str
    sana_fe: str
    python: str
    timing: str
    samples: AtLeastOne
    counts: Mapping[str, Count]
    prices: tuple[Priced, ...]

    def __post_init__(self) -> None:
        _check_names("counts", self.counts, COUNTS)
        if not self.prices:
            raise ValueError("has no prices")
        if self.prices[0].name:
            raise ValueError(f"begins its prices with {self.prices[0].name!r}, not the chip's own")


_ADAPTER = TypeAdapter(SanaFe)


def write(path: Path, result: SanaFe) -> None:
    """As JSON, a new file."""
    output_file.write(path, json_document.to_text(FORMAT.wrap(asdict(result)), escape=True))


def read(path: Path) -> SanaFe:
    """What `write` wrote. Raises BadInput on a missing, damaged or foreign file."""
    return FORMAT.load(path, _ADAPTER)


def _check_names(field: str, found: Mapping[str, object], names: tuple[str, ...]) -> None:
    if missing := [name for name in names if name not in found]:
        raise ValueError(f"lacks {field}.{missing[0]}")
    if unknown := sorted(found.keys() - set(names)):
        raise ValueError(f"has {field}.{unknown[0]}, which is not known")
