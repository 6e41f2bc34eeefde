"""Progress on a terminal of the test's own."""

import io

import pytest
from rich.console import Console

from ssr_neuro.progress.bar import BarTask, terminal


def drawn(width: int, encoding: str = "utf-8") -> str:
    """What a task of known length leaves on a terminal of that width."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    console = Console(file=stream, force_terminal=True, width=width, color_system=None)
    with BarTask("training", 200, console, keep=True) as work:
        work.update(200, "step 200 of 200, loss 1.500, firing 5.1 %, NDCG@10 0.1234")
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_word_is_cut_in_the_width_there_is(width: int) -> None:
    words = "training step 200 of 200, loss 1.500, firing 5.1 %, NDCG@10 0.1234".split()
    assert set(words) <= set(drawn(width).split())


def test_an_ascii_terminal_gets_ascii() -> None:
    assert drawn(100, "ascii").isascii()


def test_a_pipe_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal() is None
