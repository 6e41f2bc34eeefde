"""Progress in a log, by a clock of the test's own."""

from collections.abc import Callable

import pytest

from ssr_neuro.progress import Task, heartbeat, task
from ssr_neuro.progress.lines import EVERY_S, LineTask, write_line


class Clock:
    """Seconds that go by when somebody waits for them."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def waits(self, times: int) -> Callable[[float], bool]:
        """Waits that many times, then says to stop."""
        left = iter([False] * times + [True])

        def wait(seconds: float) -> bool:
            stopped = next(left)
            self.now_s += 0 if stopped else seconds
            return stopped

        return wait


def test_a_line_every_half_minute() -> None:
    clock, lines = Clock(), list[str]()
    with LineTask("training", 200, write=lines.append, clock=clock) as work:
        work.update(50, "step 50 of 200, loss 1.5")
        work.report(clock.waits(2))
    assert lines == [
        "training: step 50 of 200, loss 1.5, 30 s",
        "training: step 50 of 200, loss 1.5, 60 s",
    ]
    assert EVERY_S == 30


def test_without_words_the_share_is_said_and_without_a_total_the_time_alone() -> None:
    clock, lines = Clock(), list[str]()
    for total in (80, None):
        with LineTask("reading x.txt", total, write=lines.append, clock=clock) as work:
            work.update(20)
            work.report(clock.waits(1))
    assert lines == ["reading x.txt: 25%, 30 s", "reading x.txt: 30 s"]


def test_tasks_in_a_row_print_one_line_each_half_minute_together() -> None:
    clock, lines = Clock(), list[str]()
    with LineTask("ssr verify", write=lines.append, clock=clock):
        for step, lasts_s in (("read", 14), ("run", 10), ("compare", 5)):
            with LineTask(step, write=lines.append, clock=clock):
                clock.now_s += lasts_s
        with LineTask("write", write=lines.append, clock=clock) as last:
            last.report(clock.waits(1))
    assert lines == ["write: 1 s"]


def test_an_inner_task_pauses_the_outer_one_which_goes_on_afterwards() -> None:
    lines = list[str]()
    outer = LineTask("outer", write=lines.append)
    with outer:
        first = outer._thread
        with LineTask("inner", write=lines.append):
            assert outer._thread is None
        assert outer._thread not in (None, first)
    assert outer._thread is None
    assert lines == []


def test_a_line_that_stays_is_written_at_once_and_counts_as_one() -> None:
    clock, lines = Clock(), list[str]()
    with LineTask("search", 3, write=lines.append, clock=clock) as work:
        clock.now_s += 20
        work.say("trial 0  NDCG@10 0.1000")
        work.report(clock.waits(1))
    assert lines == ["trial 0  NDCG@10 0.1000", "search: 0%, 50 s"]


def test_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with task("search", 3) as work:
        work.say("trial 0  NDCG@10 0.1000")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "trial 0  NDCG@10 0.1000\n")


def test_what_is_not_shown_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with task("search", 3, shown=False) as work:
        work.update(1, "x")
        work.say("y")
    assert type(work) is Task
    assert capsys.readouterr() == ("", "")


def test_a_log_whose_reader_has_gone_does_not_end_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    class Gone:
        def write(self, text: str) -> int:
            tried.append(text)
            raise BrokenPipeError

        def flush(self) -> None: ...

    monkeypatch.setattr("sys.stderr", Gone())
    write_line("training")
    assert tried == ["training"]


def test_a_command_that_shows_nothing_says_every_half_minute_that_it_goes_on() -> None:
    clock, lines = Clock(), list[str]()
    with LineTask("ssr verify", write=lines.append, clock=clock) as work:
        assert lines == []
        work.report(clock.waits(2))
    assert lines == ["ssr verify: 30 s", "ssr verify: 60 s"]


def test_a_task_that_is_not_shown_silences_no_other() -> None:
    with heartbeat("ssr evaluate") as outer:
        assert isinstance(outer, LineTask)
        with task("evaluating", shown=False):
            assert outer._thread is not None
        with task("evaluating"):
            assert outer._thread is None
    assert type(heartbeat("ssr evaluate", shown=False)) is Task
