"""Ids of items as files hold them: a text for each item, no two alike."""

from collections import Counter
from collections.abc import Sequence


def find_problem(ids: Sequence[object], items: int) -> str | None:
    """What is wrong with the ids of so many items; None where nothing is."""
    if len(ids) != items:
        return f"{len(ids)} item ids for {items} items"
    for number, one in enumerate(ids, 1):
        if not isinstance(one, str):
            return f"the id of item {number} is {one!r}, which is no text"
    if len(set(ids)) < len(ids):
        one, times = Counter(ids).most_common(1)[0]
        return f"{times} items have the id {one!r}, and each needs one of its own"
    return None
