"""Base of all settings: frozen values; an unknown key or an impossible value is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.settings.fields import to_plain
from ssr_neuro.settings.limits import most_of
from ssr_neuro.settings.options import option_of


@dataclass(frozen=True)
class Settings:
    """Base of every model's config: plain data to and from, and the checks its fields share."""

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Build from plain data; numbers may be NumPy's.

        Raises BadInput on an unknown or missing key, a bad value, or what holds no keys.
        """
        check_type(given, Mapping, f"is no {cls.__name__}", "a value for each of its keys")
        known = [field.name for field in fields(cls)]
        if unknown := sorted(map(str, given.keys() - set(known))):
            raise BadInput(
                f"{cls.__name__} has no {', '.join(unknown)}; it knows {', '.join(known)}"
            )
        try:
            return cls(**{name: to_plain(value) for name, value in given.items()})
        except TypeError as error:
            raise BadInput(f"{cls.__name__} cannot be built: {error}") from error

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def _need(self, holds: bool, name: str, need: str) -> None:
        if not holds:
            raise BadInput(f"{option_of(name)} is {getattr(self, name)!r}; it must be {need}")

    def _whole(self, **lowest: int) -> None:
        for name, low in lowest.items():
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            self._need(whole and value >= low, name, f"a whole number of at least {low}")
            self._at_most(name)

    def _at_most(self, name: str) -> None:
        most = most_of(name)
        self._need(getattr(self, name) <= most, name, f"at most {most:,}")

    def _one_of(self, name: str, known: tuple[str, ...]) -> None:
        self._need(getattr(self, name) in known, name, f"one of {known}")

    def _flags(self, *names: str) -> None:
        for name in names:
            self._need(isinstance(getattr(self, name), bool), name, "True or False")

    def _positive(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            self._need(
                isinstance(value, int | float) and 0 < value < float("inf"),
                name,
                "a finite number above 0",
            )
            self._at_most(name)
