"""The exit code of what was stopped is the documented one, wherever the signal came."""

import subprocess
import sys
from pathlib import Path

ENDS = """
import sys
from ssr_neuro.progress import stop_signals
try:
    exec("raise KeyboardInterrupt")  # as a dataclass under import does
except KeyboardInterrupt:
    stop_signals.clear_interrupt()
sys.exit(143)
"""


def test_an_interrupt_inside_of_exec_leaves_the_exit_code(tmp_path: Path) -> None:
    """`python -m` would end by SIGINT else, which shells show as 130."""
    (tmp_path / "ends.py").write_text(ENDS)
    assert subprocess.run([sys.executable, "-m", "ends"], cwd=tmp_path).returncode == 143
