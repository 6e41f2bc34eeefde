"""One fact about a chip: its value, where it comes from, how it was obtained and how it was read.

A figure without a value is unknown and says why; it is never read as zero.
"""

from math import isnan
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Evidence = Literal["measured", "simulated", "derived", "vendor", "code", "unstated", "unknown"]
Read = Literal["primary", "secondary", "quoted"]
UNSAID = "the file says nothing about it"


class Frozen(BaseModel):
    """Base of all that a chip file holds: read only, unknown keys refused, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FigureSource(Frozen):
    """A text, and whether it was read, a secondary text that quotes it, or neither (`quoted`)."""

    text: str = Field(min_length=1)
    read: Read


class Sourced(Frozen):
    """Where a fact comes from. source: its text and the place in it; key: its name in the file.

    evidence: how its author got it. `measured` on silicon, `simulated` before there was any,
    `derived` by arithmetic on other figures, stated by the `vendor` or designers, found in the
    `code` of a tool for the chip, or `unstated` by a source that does not say. `unknown` belongs
    to facts without a value. read: whether the primary text was read, a secondary text that quotes
    it, or the figure is only widely quoted. stated: value and unit as written, before conversion.
    """

    source: str = ""
    key: str = ""
    at: str = ""
    evidence: Evidence = "unknown"
    read: Read | None = None
    note: str = ""
    reason: str = ""
    stated: str = ""

    @property
    def known(self) -> bool:
        return self.evidence != "unknown"

    @property
    def why(self) -> str:
        """Why it is unknown."""
        return "" if self.known else self.reason or UNSAID

    def _complete(self, given: bool) -> Self:
        if not given and self.known:
            raise ValueError(f"evidence is {self.evidence!r} but there is no value")
        if given and not self.source:
            raise ValueError("a value needs its source")
        if given and not self.known:
            raise ValueError("a value needs its evidence; 'unstated' if the source does not say")
        return self


def _number(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and (not number or isnan(value) or value < 0):
        raise ValueError(f"value is {value!r}; it must be a number of at least 0")
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_number(one) for one in value)
    return _number(value)


class Figure(Sourced):
    """A number in a unit. A limit of `inf` says that there is no limit."""

    value: Annotated[int | float | None, BeforeValidator(_number)] = None
    unit: str

    @model_validator(mode="after")
    def _value_and_source_go_together(self) -> Self:
        return self._complete(self.value is not None)


class PerCore(Sourced):
    """A limit of one core; a tuple holds one number for each core where cores differ."""

    value: Annotated[int | float | tuple[int | float, ...] | None, BeforeValidator(_numbers)] = None
    unit: str

    @model_validator(mode="after")
    def _value_and_source_go_together(self) -> Self:
        return self._complete(self.value is not None)

    def of(self, core: int) -> float | None:
        """The limit of that core, None where it is unknown."""
        return self.value[core] if isinstance(self.value, tuple) else self.value

    @property
    def least(self) -> float | None:
        """The limit of the smallest core, None where it is unknown."""
        return min(self.value) if isinstance(self.value, tuple) else self.value

    @property
    def most(self) -> float | None:
        """The limit of the largest core, None where it is unknown."""
        return max(self.value) if isinstance(self.value, tuple) else self.value


class Price(Figure):
    """Energy of one event. An `all_in` price holds the whole chip: nothing is added to it."""

    scope: Literal["per_term", "all_in"] = "per_term"


class Words(Sourced):
    """What a chip can do, in words of a closed list."""

    value: tuple[str, ...] | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _value_and_source_go_together(self) -> Self:
        return self._complete(self.value is not None)

    def __contains__(self, word: str) -> bool:
        return word in (self.value or ())
