"""first-bundle.md: its commands run and show what it shows."""

from pathlib import Path

import pytest
from docs_pages import DOCS, follow


@pytest.mark.lava
def test_the_tutorial_can_be_followed_in_an_empty_folder(tmp_path: Path) -> None:
    assert follow(DOCS / "tutorial" / "first-bundle.md", tmp_path) == 12
