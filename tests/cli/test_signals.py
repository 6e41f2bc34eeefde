"""A termination stops a command as Ctrl-C does: nothing half-written, and a code that says why."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = """
import sys, time
from pathlib import Path
from ssr_neuro import cli
from ssr_neuro.files import output_folder

def command():
    with output_folder.create(Path("out"), {}) as fresh:
        (fresh / "half").write_text("half")
        print("began", flush=True)
        time.sleep(60)

sys.argv = ["ssr"]
cli._run(command)
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_leaves_nothing_behind(number: int, code: int, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Under nohup, SIGHUP stays ignored in all that is started.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "began\n"
    running.send_signal(number)
    _, said = running.communicate(timeout=30)
    assert running.returncode == code
    assert "stopped" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
