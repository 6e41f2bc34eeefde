"""Values that commands and the library check before any work."""

import os
from numbers import Real

from ssr_neuro.errors import BadInput, check_type, is_whole

DAY_S = 86_400.0


def check_seed(seed: int) -> None:
    """Raises BadInput where a random generator cannot start from it."""
    if not is_whole(seed) or not 0 <= seed < 2**32:
        raise BadInput(f"--seed {seed!r}: it must be at least 0 and below 2**32, a whole number")


def check_seconds(option: str, seconds: float) -> None:
    """Raises BadInput where that is no time to measure for."""
    check_type(seconds, Real, f"is no value of {option}", "a number of seconds")
    if not 0 < seconds <= DAY_S:
        raise BadInput(f"{option} {seconds:g}: it must be above 0 and at most {DAY_S:g}, a day")


def check_times(seconds: float, idle_seconds: float, budget: float | None) -> None:
    """Raises BadInput where one of them, in seconds, is no time to measure for."""
    check_seconds("--seconds", seconds)
    check_seconds("--idle-seconds", idle_seconds)
    if budget is not None:
        check_seconds("--budget", budget)


def check_one_process() -> None:
    """Raises BadInput where torchrun has started several."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise BadInput(
            "ssr search trains each trial in one process; start it without torchrun, several times "
            "with the same --storage and --study to share the work"
        )
