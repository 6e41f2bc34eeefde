"""Names for what a pass adds, beside those that the network brought with it."""

from collections.abc import Iterable


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, with as many underscores behind it as it takes to be the only one."""
    names = set(taken)
    while wanted in names:
        wanted += "_"
    return wanted
