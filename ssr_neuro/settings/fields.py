"""The fields of a settings class: their types and defaults, and values typed as text."""

import math
from dataclasses import MISSING, dataclass, fields
from numbers import Integral, Real
from types import NoneType
from typing import Any, get_args, get_type_hints

from ssr_neuro.errors import BadInput

NEEDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a finite number",
    str: "a word",
}
BOOLS = {"true": True, "false": False}


@dataclass(frozen=True)
class Field:
    """One field. type: bool, int, float or str. optional: None is a value, typed as `none`.

    default: MISSING where a value must be given.
    """

    name: str
    type: type[Any]
    optional: bool
    default: Any

    def __str__(self) -> str:
        """Its type as a reader sees it."""
        return f"{self.type.__name__} or none" if self.optional else self.type.__name__

    def parse(self, text: str) -> Any:
        """The value that `text` stands for. Raises BadInput that says what it must be."""
        if self.optional and text.lower() == "none":
            return None
        try:
            if self.type is bool:
                return BOOLS[text.lower()]
            return self.checked(self.type(text))
        except (ValueError, KeyError):
            raise self.error_for(text) from None

    def checked(self, value: Any) -> Any:
        """A value of plain data as the field takes it. Raises BadInput that says what it must be.

        A whole number is a float as well, and a number of NumPy one of Python; "none" is None where
        the field is optional.
        """
        value = to_plain(value)
        if self.optional and value in (None, "none"):
            return None
        if self.type is float and type(value) is int:
            value = float(value)
        if type(value) is not self.type or (self.type is float and not math.isfinite(value)):
            raise self.error_for(value)
        return value

    def error_for(self, value: Any) -> BadInput:
        """The error that says what the field takes instead of `value`."""
        none = ", or none" if self.optional else ""
        return BadInput(f"{self.name} is {value!r}; it must be {NEEDS[self.type]}{none}")


def fields_of(settings: type[Any]) -> dict[str, Field]:
    """Name -> field of a dataclass of bool, int, float and str, each perhaps None."""
    hints = get_type_hints(settings)
    return {
        field.name: _field(field.name, hints[field.name], field.default)
        for field in fields(settings)
    }


def to_plain(value: Any) -> Any:
    """A number of NumPy as the int or float that it is; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def to_option_text(value: Any) -> str:
    """A value as it is typed on a command line, and read back the same; empty where MISSING."""
    if value is MISSING:
        return ""
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def _field(name: str, hint: Any, default: Any) -> Field:
    (kind,) = [part for part in get_args(hint) or (hint,) if part is not NoneType]
    if kind not in NEEDS:
        raise TypeError(f"{name} is a {hint}; settings hold bool, int, float and str")
    return Field(name, kind, NoneType in get_args(hint), default)
