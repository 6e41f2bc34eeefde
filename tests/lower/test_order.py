"""Which passes run by default, which are added to make a program smaller, and in what order."""

import pytest

from ssr_neuro import entry_points
from ssr_neuro.lower import Lowering, pass_names, passes

NEEDED = ("fold", "bias_neurons", "schedule", "quantise", "separate")
OPTIMISING = (
    "prune",
    "drop_silent",
    "constant_neurons",
    "merge_duplicates",
    "drop_unread",
    "skips",
    "share",
    "realign",
)


@pytest.fixture(autouse=True)
def no_other_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_points, "plugins", lambda group: ())


def names(options: Lowering) -> tuple[str, ...]:
    return tuple(step.name for step in passes(options))


def test_the_passes_that_a_chip_needs_come_first() -> None:
    assert pass_names() == (*NEEDED, *OPTIMISING)
    assert pass_names(optimising=True) == OPTIMISING


def test_those_that_optimise_run_only_if_asked_for() -> None:
    assert names(Lowering()) == NEEDED
    assert names(Lowering(optimise=True)) == (*NEEDED, *OPTIMISING)
