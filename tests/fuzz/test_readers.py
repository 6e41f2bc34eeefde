"""A few changed files for each reader, in a process of their own; `make fuzz` tries many more."""

import pytest
from fuzz.__main__ import FAULTS, fuzz
from fuzz.readers import BY_NAME

INPUTS = 20


@pytest.mark.parametrize("name", BY_NAME)
def test_a_changed_file_is_read_or_refused_in_words(name: str) -> None:
    outcomes = fuzz(name, INPUTS, "tests")
    assert len(outcomes) == INPUTS
    assert [(o.number, o.end, o.said) for o in outcomes if o.end in FAULTS] == []
