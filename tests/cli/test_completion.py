"""What a shell offers for the values of options, and that it loads nothing heavy."""

import os
import subprocess
import sys

import pytest

from ssr_neuro.cli.completion import (
    complete_chip,
    complete_kind,
    complete_simulator,
    complete_target,
)


def test_names_are_completed_from_their_beginning() -> None:
    assert complete_chip("loihi") == ["loihi1", "loihi2"]
    assert complete_kind("lru") == ["lrurec"]
    assert complete_simulator("lava") == ["lava_cpu"]
    assert {"lava-sim", "lava-dl"} <= set(complete_target("lava"))
    assert complete_kind("nothing") == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ssr train --model sas", "sasrec"),
        ("ssr place --chip truen", "truenorth"),
        ("ssr compile --target sana", "sana-fe"),
        ("ssr simulate --simulator ref", "reference"),
        ("ssr models gru", "gru4rec"),
    ],
)
def test_a_shell_gets_the_names(line: str, name: str) -> None:
    script = (
        "import sys; from ssr_neuro.cli import app\n"
        "try:\n    app(prog_name='ssr')\n"
        "finally:\n    assert not {'torch', 'numba', 'nir', 'polars'} & set(sys.modules)\n"
    )
    asked = {"_SSR_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": "3"}
    if line.startswith("ssr models"):
        asked["COMP_CWORD"] = "2"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert name in done.stdout.split(), done.stderr
