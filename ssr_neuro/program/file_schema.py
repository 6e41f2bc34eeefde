"""The form of `program.json`, version 2; arrays stand in it as keys of `weights.npz`."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    model_validator,
)

from ssr_neuro.program.notes import Notes
from ssr_neuro.program.semantics import Semantics

FORMAT = "ssr-neuro-program"
VERSION = 2
DOCUMENT, WEIGHTS = "program.json", "weights.npz"
LARGEST = (1 << 63) - 1  # int64
EXPONENT_LIMIT = 31
STEPS = 1 << 20  # of a sample, and of the gap after it
PARTS = 4_096  # inputs, populations, readouts, and synapses


def _number_or_key(value: object) -> int | float | str:
    """A whole number stays one, so that it is written as it was."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        return value
    raise ValueError("is neither a number nor the name of an array")


Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Exponent = Annotated[int, Field(ge=0, le=EXPONENT_LIMIT)]
Size = tuple[Count, ...]
Value = Annotated[int | float | str, PlainValidator(_number_or_key)]


class FilePart(BaseModel):
    """Every key of it stands in the file, and no other; numbers are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class InputPart(FilePart):
    name: str
    shape: Size


class IntegerNeuron(FilePart):
    du: Value
    dv: Value
    vth: Value
    bias_exp: Exponent
    bias_mant: str


class FloatNeuron(FilePart):
    tau_steps: Value
    threshold: Value
    leak: bool
    tau_syn_steps: Value
    bias: str
    current_bias: str | None
    level: Annotated[int, Field(ge=1, le=LARGEST)] = 1
    levels: Annotated[int, Field(ge=1, le=LARGEST)] = 1


def _kind_of_neuron(value: Any) -> str:
    return "integer" if isinstance(value, dict) and "dv" in value else "float"


Neuron = Annotated[
    Annotated[IntegerNeuron, Tag("integer")] | Annotated[FloatNeuron, Tag("float")],
    Discriminator(_kind_of_neuron),
]


class PopulationPart(FilePart):
    name: str
    shape: Size
    depth: Count | None
    neuron: Neuron


class ReadoutPart(FilePart):
    name: str
    shape: Size
    depth: Count | None
    unit: Value | None
    bias: str
    neuron: Neuron | None


class KronPart(FilePart):
    kind: Literal["kron"]
    carrier: Literal["left", "right"]
    left: str
    right: str


class DensePart(FilePart):
    kind: Literal["dense"]
    weight: str
    in_shape: Size
    out_shape: Size


class SparsePart(FilePart):
    kind: Literal["sparse"]
    data: str
    indices: str
    indptr: str
    in_shape: Size
    out_shape: Size


Map = Annotated[KronPart | DensePart | SparsePart, Field(discriminator="kind")]


class AffinePart(FilePart):
    map: Map
    bias: str


class SourcePart(FilePart):
    name: str
    delay: Annotated[int, Field(ge=1, le=LARGEST)] | None
    lag: Count


class SynapsePart(FilePart):
    """`map` is one of whole numbers without bias; `chain` holds any others."""

    name: str
    sources: tuple[SourcePart, ...]
    target: str
    exponent: Exponent
    map: Map | None = None
    chain: tuple[AffinePart, ...] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.map is None) == (self.chain is None):
            raise ValueError("needs either 'map' or 'chain'")
        return self


class Document(FilePart):
    format: Literal["ssr-neuro-program"]
    version: Literal[2]
    name: str
    steps: Annotated[int, Field(ge=1, le=STEPS)]
    gap: Annotated[int, Field(ge=0, le=STEPS)]
    depth: Count
    semantics: Semantics
    inputs: Annotated[tuple[InputPart, ...], Field(max_length=PARTS)]
    populations: Annotated[tuple[PopulationPart, ...], Field(max_length=PARTS)]
    synapses: Annotated[tuple[SynapsePart, ...], Field(max_length=PARTS)]
    readouts: Annotated[tuple[ReadoutPart, ...], Field(max_length=PARTS)]
    notes: Notes
