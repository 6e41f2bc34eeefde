"""A placement as plain data."""

from dataclasses import asdict
from math import isinf
from typing import Any

from ssr_neuro.placement.placement import Placement


def as_json(placement: Placement) -> dict[str, Any]:
    """Lists, numbers and words; a limit without bound is "unlimited", as JSON has no infinity."""
    document: dict[str, Any] = _plain(asdict(placement))
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return "unlimited" if isinstance(value, float) and isinf(value) else value
