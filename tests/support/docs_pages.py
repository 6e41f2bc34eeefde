"""Pages of docs/ as a reader follows them: run what a page says, compare what it shows."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from warm_process import COMMANDS, run_command

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
VARIES = "<!-- numbers vary -->"
TRIMMED = "..."
# What only a shell understands.
SHELL = re.compile(r"[;&|<>$`*?~#\\\n]")
NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?")


@dataclass(frozen=True)
class Fence:
    """One fenced block: the word behind its opening fence, its lines, and the line above it."""

    info: str
    lines: tuple[str, ...]
    above: str

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


@dataclass(frozen=True)
class Command:
    """A command and the output shown below it. varies: its numbers need not be those shown."""

    text: str
    shown: tuple[str, ...]
    varies: bool


def fences(page: str) -> Iterator[Fence]:
    """Fenced blocks in order; none of the pages nests them."""
    info: str | None = None
    above, lines = "", []
    for line in page.splitlines():
        if not line.startswith("```"):
            lines.append(line)
        elif info is None:
            info, above, lines = line.strip("`"), lines[-1] if lines else "", []
        else:
            yield Fence(info, tuple(lines), above)
            info, lines = None, []


def commands(fence: Fence) -> list[Command]:
    """`sh`: the whole block. `console`: each line behind "$ ", with the lines up to the next."""
    if fence.info == "sh":
        return [Command(fence.text, (), False)]
    if fence.info != "console":
        return []
    starts = [i for i, line in enumerate(fence.lines) if line.startswith("$ ")]
    return [
        Command(fence.lines[a][2:], fence.lines[a + 1 : b], fence.above == VARIES)
        for a, b in pairwise([*starts, len(fence.lines)])
    ]


def plain(line: str, varies: bool) -> str:
    """Without spaces that only align; where numbers vary, 0 stays 0 and all others are alike."""
    words = " ".join(line.split())
    return NUMBER.sub(lambda n: "0" if n[0] == "0" else "#", words) if varies else words


def missing(command: Command, real: str) -> str | None:
    """The first line shown that the real output does not have, after those shown above it."""
    left = iter([plain(line, command.varies) for line in real.splitlines()])
    shown = (line for line in command.shown if line.strip() not in ("", TRIMMED))
    return next((line for line in shown if plain(line, command.varies) not in left), None)


def follow(page: Path, folder: Path, path: Path | None = None) -> int:
    """Run every command of a page in `folder`, apply its diffs there; how many commands ran.

    path: where packages are imported from before those installed.
    """
    done = 0
    for fence in fences(page.read_text(encoding="utf-8")):
        if fence.info == "diff":
            applied(fence, folder)
        for command in commands(fence):
            ran = run(command.text, folder, path)
            assert ran.returncode == 0, f"{command.text}\n{ran.stdout}"
            line = missing(command, ran.stdout)
            assert line is None, f"{page.name} shows {line!r}; {command.text!r} gave\n{ran.stdout}"
            done += 1
    return done


def applied(fence: Fence, folder: Path) -> None:
    """`git apply` needs no repository, only that the diff fits."""
    given = ["git", "apply", "--whitespace=error", "-"]
    done = subprocess.run(given, cwd=folder, input=fence.text, text=True, capture_output=True)
    assert done.returncode == 0, f"{done.stderr}\n{fence.text}"


def run(text: str, folder: Path, path: Path | None) -> subprocess.CompletedProcess[str]:
    """A shell command as in an activated environment; `ssr` and `python` are this one's."""
    own = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    own |= {"PYTHONPATH": str(path)} if path else {}
    if text.split()[0] in COMMANDS and not SHELL.search(text):
        return run_command(shlex.split(text), folder, own, together=True)
    return subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env=os.environ | own,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
