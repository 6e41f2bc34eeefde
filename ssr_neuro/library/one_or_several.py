"""Arguments that take one value, such as a path, or several."""

from collections.abc import Iterable
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.settings.fields import to_plain


def as_list(given: Any) -> list[Any]:
    """Several values as a list, and one as a list of one; a str is one, not its letters.

    Numbers of NumPy become Python's.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [to_plain(given)]
    return [to_plain(one) for one in given]


def list_some(given: Any, name: str) -> list[Any]:
    """The same, of at least one. name: of one of them. Raises BadInput where there is none."""
    if not (found := as_list(given)):
        raise BadInput(f"no {name} is given; give at least one")
    return found
