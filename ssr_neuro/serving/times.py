"""Times of a history's items, as callers give them: whole seconds alone."""

from collections.abc import Iterable

from ssr_neuro.errors import BadInput, is_whole

MOST_S = 10**11  # the year 5138, as in `data.times`: a larger number is in another unit


def check_second(time_s: object) -> int:
    """One time. Raises BadInput where it is no whole number of seconds, or too large."""
    if not is_whole(time_s):
        raise BadInput(
            f"a time is {time_s!r}, a {type(time_s).__name__}; give whole seconds, as an int"
        )
    second = int(time_s)
    if abs(second) > MOST_S:
        raise BadInput(f"a time is {second}; give seconds since 1970, at most {MOST_S:,}")
    return second


def list_seconds(times: Iterable[int], items: int) -> list[int]:
    """The times of so many items. Raises BadInput where they are no whole seconds, one for each."""
    if isinstance(times, str | bytes):
        raise BadInput(f"the times are a text, {times!r}; give whole seconds, such as [10, 20]")
    try:
        given = list(times)
    except TypeError as error:
        raise BadInput(
            f"the times are {times!r}; give whole seconds, one for each item, such as [10, 20]"
        ) from error
    if len(given) != items:
        raise BadInput(f"{len(given)} times for {items} items; give one for each")
    return [check_second(time_s) for time_s in given]
