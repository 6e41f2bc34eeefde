"""The tables of README.md and docs/ that are made from benchmarks/results/, by name."""

from collections.abc import Callable

TABLES: dict[str, Callable[[], str]] = {}
