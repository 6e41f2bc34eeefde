"""Commands run in a Python process of their own that finds some packages not to be installed."""

import subprocess

from warm_process import call

SCRIPT = """
import sys
from importlib.machinery import PathFinder

hidden, find = set({hidden!r}), PathFinder.find_spec
for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
    del sys.modules[name]  # torch has loaded pynvml


def find_others(name, path=None, target=None):
    return None if name.partition(".")[0] in hidden else find(name, path, target)


PathFinder.find_spec = find_others
{then}
"""
RUN = "from ssr_neuro import cli\nsys.argv = {arguments!r}\ncli.main()"


def run_without(hidden: list[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`ssr ARGUMENTS` where importing any of `hidden` fails as if it were not installed."""
    return script_without(hidden, RUN.format(arguments=["ssr", *arguments]))


def script_without(hidden: list[str], script: str) -> "subprocess.CompletedProcess[str]":
    """A script, which may use `sys`, likewise."""
    return call(exec, (SCRIPT.format(hidden=hidden, then=script), {"__name__": "__main__"}))
