"""What is done while a worker of Lava runs, with small processes in its place."""

import subprocess
from pathlib import Path

import numpy as np

from simulators.lava_runtime import worker


def test_a_worker_is_waited_for_and_says_how_far_it_is(tmp_path: Path) -> None:
    np.save(tmp_path / worker.PROGRESS, np.array([7]))
    seen: list[int] = []
    with subprocess.Popen(["sh", "-c", "sleep 0.4; exit 3"]) as running:
        assert worker.wait(running, 60, tmp_path, seen.append) == 3
    assert set(seen) == {7}


def test_a_worker_that_runs_on_has_no_status(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as running:
        assert worker.wait(running, 0.2, tmp_path, None) is None
        running.kill()
    assert worker.steps_done(tmp_path) == 0


def test_the_end_of_a_worker_is_in_its_words(tmp_path: Path) -> None:
    told = "the worker ended with status -9 and no message (memory may have run out)"
    (tmp_path / worker.LOG).touch()
    assert worker.last_lines(tmp_path) == ""
    (tmp_path / worker.LOG).write_text("\n".join(map(str, range(20))))
    assert worker.last_lines(tmp_path) == "Last lines of the worker:\n" + "\n".join(
        map(str, range(12, 20))
    )
    assert worker.reason(tmp_path, -9) == told
    (tmp_path / worker.ERROR).write_text("schicht_ü failed\n", encoding="utf-8")
    assert worker.reason(tmp_path, 1) == "schicht_ü failed"
