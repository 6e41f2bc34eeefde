"""How numbers are written for people. What is not known is said, never written as 0."""

from math import floor, log10
from typing import Any, NamedTuple

UNKNOWN = "unknown"


class Unit(NamedTuple):
    """An energy unit and how many pJ it holds."""

    name: str
    pj: float


def count(value: float | None) -> str:
    """1234567 -> 1,234,567; a mean is rounded to a whole number from 100 on."""
    if value is None:
        return UNKNOWN
    whole = float(value).is_integer() or abs(value) >= 100
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def mean(value: float) -> str:
    """A mean in a column of means, always with one decimal: 1,234.5."""
    return f"{value:,.1f}"


def metric(value: float | None) -> str:
    """Hit rates and their like, to four decimals."""
    return UNKNOWN if value is None else f"{value:.4f}"


def significant(value: float | None, digits: int = 4) -> str:
    """The value to that many digits, without exponent: 0.2300, 1,480,000, 0.0005120."""
    if value is None:
        return UNKNOWN
    if value == 0:
        return "0"
    decimals = digits - 1 - floor(log10(abs(value)))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def short(value: float | None) -> str:
    """The same to six digits without trailing zeros, for prices and settings: 0.23, 4.6, 81."""
    text = significant(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: float | None) -> str:
    """0.1234 -> 12.34 %."""
    return UNKNOWN if value is None else f"{100 * value:.2f} %"


def energy_unit(largest_pj: float) -> Unit:
    """The unit in which the largest energy of a table is easy to read."""
    if largest_pj >= 1e6:
        return Unit("µJ", 1e6)
    return Unit("nJ", 1e3) if largest_pj >= 1e3 else Unit("pJ", 1.0)


def energy(value_pj: float | None, unit: Unit | None = None) -> str:
    """An energy with its unit; with its own best unit where none is given."""
    if value_pj is None:
        return UNKNOWN
    unit = unit or energy_unit(value_pj)
    return f"{significant(value_pj / unit.pj)} {unit.name}"


def plain(value: Any) -> str:
    """A setting as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return short(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return "none" if value is None else str(value)
