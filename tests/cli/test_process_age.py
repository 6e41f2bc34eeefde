"""The age of a process: from its start to now, by a clock that nobody sets."""

import subprocess
import sys
import time

from ssr_neuro.cli.process_age import process_age_s

TICK_S = 0.02
AGE = "import time; time.sleep({}); from ssr_neuro.cli.process_age import process_age_s as age"


def test_it_counts_from_the_start_of_the_process() -> None:
    for slept in (0.0, 0.2):
        began = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-c", f"{AGE.format(slept)}; print(age())"],
            capture_output=True,
            text=True,
            check=True,
        )
        whole = time.monotonic() - began
        assert slept <= float(told.stdout) + TICK_S <= whole + 2 * TICK_S


def test_it_grows_with_time() -> None:
    began, before = time.monotonic(), process_age_s()
    time.sleep(0.05)
    grown, passed = process_age_s() - before, time.monotonic() - began
    assert before > 0
    assert 0.05 - TICK_S <= grown <= passed + TICK_S
