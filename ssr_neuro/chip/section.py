"""A table of figures, each kept in the one unit that the schema names for it."""

from collections.abc import Iterable
from itertools import groupby
from math import inf, isinf
from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from ssr_neuro.chip.figures import Figure, Frozen, PerCore, Sourced
from ssr_neuro.chip.units import convert

LARGEST = 1 << 53  # of a finite value in its unit: beyond it floats skip whole numbers


class Section(Frozen):
    """A table. Every figure is kept in the unit that its default names."""

    may_be_unlimited: ClassVar[bool] = False

    @field_validator("*")
    @classmethod
    def _in_its_unit(cls, figure: Sourced, info: ValidationInfo) -> Sourced:
        if not isinstance(figure, Figure | PerCore) or figure.value is None:
            return figure
        base = cls.model_fields[str(info.field_name)].default.unit
        several = isinstance(figure.value, tuple)
        values = figure.value if isinstance(figure.value, tuple) else (figure.value,)
        if any(map(isinf, values)) and not cls.may_be_unlimited:
            raise ValueError("value is inf, which means no limit, but this is not a limit")
        converted = tuple(convert(value, figure.unit, base) for value in values)
        if any(LARGEST < value < inf for value in converted):
            raise ValueError(f"value is {max(values):g}; it must be at most {LARGEST:,} {base}")
        stated = f"{_spell_runs(values)} {figure.unit}"
        update = {"value": converted if several else converted[0], "unit": base, "stated": stated}
        return figure.model_copy(update=update)

    def items(self) -> tuple[tuple[str, Sourced], ...]:
        """Every figure by name, known or not."""
        return tuple((name, getattr(self, name)) for name in type(self).model_fields)


def _spell_runs(values: Iterable[float]) -> str:
    runs = [(value, len(tuple(same))) for value, same in groupby(values)]
    words = [("unlimited" if isinf(value) else f"{value:,}", times) for value, times in runs]
    return ", ".join(f"{times} x {word}" if times > 1 else word for word, times in words)
