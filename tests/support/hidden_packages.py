"""Commands run in a Python process of their own that finds some packages not to be installed."""

import subprocess

from warm_process import call

from ssr_neuro.extras import EXTRAS, extra_of

SCRIPT = """
import sys
from importlib.machinery import PathFinder

hidden, packages = set({hidden!r}), set({packages!r})
find, find_packages = PathFinder.find_spec, PathFinder.find_distributions
for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
    del sys.modules[name]  # torch has loaded pynvml


def find_others(name, path=None, target=None):
    return None if name.partition(".")[0] in hidden else find(name, path, target)


def find_other_packages(context):
    return () if context.name in packages else find_packages(context)


PathFinder.find_spec, PathFinder.find_distributions = find_others, find_other_packages
{then}
"""
RUN = "from ssr_neuro import cli\nsys.argv = {arguments!r}\ncli.main()"


def run_without(hidden: list[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`ssr ARGUMENTS` where importing any of `hidden` fails as if it were not installed."""
    return script_without(hidden, RUN.format(arguments=["ssr", *arguments]))


def script_without(hidden: list[str], script: str) -> "subprocess.CompletedProcess[str]":
    """A script, which may use `sys`, likewise. hidden: modules that extras bring."""
    packages = [EXTRAS[extra_of(module)][module] for module in hidden]
    code = SCRIPT.format(hidden=hidden, packages=packages, then=script)
    return call(exec, (code, {"__name__": "__main__"}))
