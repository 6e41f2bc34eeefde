"""Arguments that take one value, such as a path, or several."""

from collections.abc import Iterable
from typing import Any


def as_list(given: Any) -> list[Any]:
    """Several values as a list, and one as a list of one; a str is one, not its letters."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [given]
    return list(given)
