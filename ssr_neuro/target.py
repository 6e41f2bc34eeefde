"""A hardware target: limits, prices, timings and power of one chip, each figure with its source.

Targets are TOML files: those in `hw_targets/`, or a user's own by path. A figure that is not given
is unknown, and stays unknown: it is never read as zero.
"""

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ssr_neuro.errors import BadInput

Evidence = Literal["measured", "simulated", "derived", "vendor", "unknown"]
Precision = Literal["int8", "fp16", "fp32"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Figure(_Frozen):
    """A value with its unit, where it comes from and how it was obtained.

    `evidence` is "unknown" where there is no value, or where the source does not say how it got
    its value.
    """

    value: int | float | None = Field(default=None, ge=0)
    unit: str
    source: str = ""
    evidence: Evidence = "unknown"

    @model_validator(mode="after")
    def _value_and_source_go_together(self) -> Self:
        if self.value is not None and not self.source:
            raise ValueError("a value needs its source")
        if self.value is None and self.evidence != "unknown":
            raise ValueError(f"evidence is {self.evidence!r} but there is no value")
        return self


class Price(Figure):
    """Energy of one event. An `all_in` price holds the whole chip: nothing is added to it."""

    scope: Literal["per_term", "all_in"]


class _Section(_Frozen):
    @field_validator("*")
    @classmethod
    def _unit_is_the_expected_one(cls, figure: Figure, info: ValidationInfo) -> Figure:
        expected = cls.model_fields[str(info.field_name)].default.unit
        if figure.unit != expected:
            raise ValueError(f"unit is {figure.unit!r}, this figure is stated in {expected!r}")
        return figure


def _figure(unit: str) -> Figure:
    return Figure(unit=unit)


def _price(unit: str = "pJ") -> Price:
    return Price(unit=unit, scope="per_term")


class Limits(_Section):
    """What one chip holds."""

    cores_per_chip: Figure = _figure("cores")
    neurons_per_core: Figure = _figure("neurons")
    neurons_per_chip: Figure = _figure("neurons")
    synapse_memory_per_core: Figure = _figure("bytes")
    axons_in_per_core: Figure = _figure("axons")
    axons_out_per_core: Figure = _figure("axons")
    fan_in_per_neuron: Figure = _figure("synapses")
    weight_bits: Figure = _figure("bits")
    membrane_bits: Figure = _figure("bits")
    threshold_bits: Figure = _figure("bits")
    decay_bits: Figure = _figure("bits")
    bias_bits: Figure = _figure("bits")
    accumulator_bits: Figure = _figure("bits")
    delay: Figure = _figure("steps")


class Prices(_Section):
    """Energy per event: arithmetic, memory accesses of one word, and events on a chip."""

    add_int8: Price = _price()
    add_fp16: Price = _price()
    add_fp32: Price = _price()
    multiply_int8: Price = _price()
    multiply_fp16: Price = _price()
    multiply_fp32: Price = _price()
    mac_int8: Price = _price()
    mac_fp16: Price = _price()
    mac_fp32: Price = _price()
    sram_8kb: Price = _price("pJ/access")
    sram_32kb: Price = _price("pJ/access")
    sram_1mb: Price = _price("pJ/access")
    dram_min: Price = _price("pJ/access")
    dram_max: Price = _price("pJ/access")
    synaptic_operation: Price = _price()
    neuron_update_active: Price = _price()
    neuron_update_idle: Price = _price()
    spike_within_tile: Price = _price()
    hop_east_west: Price = _price()
    hop_north_south: Price = _price()
    barrier: Price = _price()

    def named(self, name: str) -> Price:
        """The price of that name; raises BadInput for a name that no target has."""
        if name not in type(self).model_fields:
            known = ", ".join(type(self).model_fields)
            raise BadInput(f"no price is named {name!r}; name one of {known}")
        price: Price = getattr(self, name)
        return price


class Timings(_Section):
    """Duration of one event."""

    synaptic_operation: Figure = _figure("ns")
    neuron_update_active: Figure = _figure("ns")
    neuron_update_idle: Figure = _figure("ns")
    spike_within_tile: Figure = _figure("ns")
    hop_east_west: Figure = _figure("ns")
    hop_north_south: Figure = _figure("ns")
    barrier_min: Figure = _figure("ns")
    barrier_max: Figure = _figure("ns")


class Power(_Section):
    """Power drawn without any event."""

    static_per_chip: Figure = _figure("mW")


class Target(_Frozen):
    """One chip. `name` is the name of its file; `notes` are what a reader must know."""

    name: str
    title: str
    notes: tuple[str, ...] = Field(default=(), strict=False)
    limits: Limits = Limits()
    prices: Prices = Prices()
    timings: Timings = Timings()
    power: Power = Power()


def names() -> list[str]:
    """The targets that come with the project, sorted."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files("hw_targets").iterdir()
        if entry.name.endswith(".toml")
    )


def load(name_or_path: str | Path) -> Target:
    """The target of that name, or the one in that TOML file.

    Raises BadInput with the file and key that cannot be used.
    """
    known = names()
    if str(name_or_path) in known:
        return _read(files("hw_targets") / f"{name_or_path}.toml")
    path = Path(name_or_path)
    if path.suffix != ".toml":
        raise BadInput(
            f"no hardware target is named {str(name_or_path)!r}; known: {', '.join(known)}. "
            "Name one of them or the path of a .toml file"
        )
    return _read(path)


def _read(file: Path | Traversable) -> Target:
    try:
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{file}: cannot be read as TOML ({error}); correct the file") from error
    try:
        return Target.model_validate(document)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise BadInput(
            f"{file}: {problems}. Correct it, with hw_targets/generic-45nm.toml as an example"
        ) from error
