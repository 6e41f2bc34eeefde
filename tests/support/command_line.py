"""What several tests share of cli."""

import subprocess
import sys

import pytest

from ssr_neuro import cli


def run(command: str, *arguments: str) -> int:
    """The exit code of `ssr` or `ssr-compile` in this process."""
    entry = {"ssr": cli.main, "ssr-compile": cli.compile_main}[command]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [command, *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            entry()
    return int(ended.value.code or 0)


def show_help_without_torch(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom ssr_neuro.cli import main\n"
        f"sys.argv = ['ssr', *{arguments}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'torch', 'polars', 'numba', 'nir'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "Usage" in ended.stdout
