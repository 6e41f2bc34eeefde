"""Following a page finds what it shows and the product does not say."""

from pathlib import Path

import pytest
from docs_pages import Command, commands, fences, follow, missing

REAL = "Steps\nread   0.13\n\nExactness  spikes  mismatches\nfast        30,144           0\n"


@pytest.mark.parametrize(
    ("shown", "varies", "first"),
    [
        (("...", "Exactness spikes  mismatches", "fast 30,144 0"), False, None),
        (("fast 61,440 0",), False, "fast 61,440 0"),
        (("fast 61,440 0",), True, None),
        (("fast 30,144 2",), True, "fast 30,144 2"),
        (("slow 30,144 0",), True, "slow 30,144 0"),
        (("Exactness spikes mismatches", "Steps"), False, "Steps"),
    ],
    ids=["as is", "a number", "one that may vary", "a zero", "a word", "order"],
)
def test_a_line_that_is_not_there_is_found(
    shown: tuple[str, ...], varies: bool, first: str | None
) -> None:
    assert missing(Command("run", shown, varies), REAL) == first


def test_blocks_are_read_as_commands_with_what_they_show() -> None:
    page = (
        "```sh\na\nb\n```\n<!-- numbers vary -->\n```console\n$ c\n1\n$ d\n```\n```text\n$ e\n```\n"
    )
    found = [command for fence in fences(page) for command in commands(fence)]
    assert found == [
        Command("a\nb\n", (), False),
        Command("c", ("1",), True),
        Command("d", (), True),
    ]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("```console\n$ echo one\ntwo\n```\n", "shows 'two'; 'echo one' gave\none"),
        ("```sh\necho oh; exit 3\n```\n", "oh"),
        ("```diff\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n```\n", "x: No such file or directory"),
    ],
    ids=["other output", "exit code", "diff"],
)
def test_a_page_that_cannot_be_followed_fails(tmp_path: Path, block: str, message: str) -> None:
    (tmp_path / "page.md").write_text(block)
    with pytest.raises(AssertionError, match=message):
        follow(tmp_path / "page.md", tmp_path)
