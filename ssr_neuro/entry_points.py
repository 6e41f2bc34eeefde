"""What other packages add: entry points of installed distributions, loaded only when used."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from ssr_neuro.errors import BadInput

PROJECT = "ssr-neuro"


@dataclass(frozen=True)
class Plugin:
    """One entry point. distribution: the installed package that declares it, with its version."""

    group: str
    name: str
    value: str
    distribution: str

    def __str__(self) -> str:
        return f"{self.name} = {self.value} ({self.group}, of {self.distribution})"

    def load(self) -> Any:
        """Import what the entry point names. Raises BadInput whatever goes wrong there."""
        try:
            return metadata.EntryPoint(self.name, self.value, self.group).load()
        except Exception as error:
            raise self.broken(f"importing it raised {type(error).__name__}: {error}") from error

    def broken(self, problem: str) -> BadInput:
        """The error that says whose fault it is and what to do."""
        return BadInput(
            f"entry point {self.name!r} of {self.distribution} ({self.group}: {self.value}) cannot "
            f"be used: {problem}. Update or uninstall {self.distribution.split()[0]}, or correct "
            "its entry point (docs/how-to/extend.md)"
        )


@cache
def plugins(group: str) -> tuple[Plugin, ...]:
    """Every entry point of a group, by name. Imports none of them."""
    found = {
        Plugin(group, entry.name, entry.value, _distribution(entry))
        for entry in metadata.entry_points(group=group)
    }
    return tuple(sorted(found, key=lambda plugin: (plugin.name, plugin.distribution)))


def _distribution(entry: metadata.EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"


def names(group: str, own: Iterable[str]) -> tuple[str, ...]:
    """The project's own names, then those that only other packages have, sorted."""
    ours = tuple(own)
    return (*ours, *sorted({plugin.name for plugin in plugins(group)} - set(ours)))


def listing(group: str, own: Iterable[str]) -> str:
    """The names for a message: what is not the project's own says whose it is, or why it fails."""
    ours = tuple(own)
    words = list(ours)
    for plugin in plugins(group):
        taken = _is_claimed_twice(group, plugin.name, ours)
        words.append(f"{plugin.name} (of {plugin.distribution}{', name taken' if taken else ''})")
    return ", ".join(words)


def find(group: str, name: str, own: Iterable[str]) -> Plugin | None:
    """The plugin of that name; None where the name is the project's own, or nobody's.

    Raises BadInput where two packages claim the name: none of them is chosen silently.
    """
    ours = tuple(own)
    claims = [plugin for plugin in plugins(group) if plugin.name == name]
    if _is_claimed_twice(group, name, ours):
        holder = PROJECT if name in ours else claims[0].distribution
        raise claims[-1].broken(f"the name is taken by {holder}; give it another")
    return claims[0] if claims else None


def _is_claimed_twice(group: str, name: str, own: tuple[str, ...]) -> bool:
    claims = sum(plugin.name == name for plugin in plugins(group))
    return claims > 1 or (claims == 1 and name in own)
