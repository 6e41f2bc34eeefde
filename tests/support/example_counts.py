"""How many random examples a test tries: few in `make test`, many in `make thorough`."""

from hypothesis import settings

TIMES = 10


def is_thorough() -> bool:
    """Whether this is `pytest --hypothesis-profile thorough`."""
    return settings.get_current_profile_name() == "thorough"


def examples(quick: int) -> int:
    """`quick` in `make test`, ten times as many where many are asked for."""
    return quick * TIMES if is_thorough() else quick
