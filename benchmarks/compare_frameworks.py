"""Where frameworks differ: every exporter's own networks under its profile and under the plain one.

    python benchmarks/compare_frameworks.py --out benchmarks/results/frameworks.json

The networks are those of the tests (tests/support/framework_networks.py), built, run and exported
by the frameworks; counted are the output values that our float reading of the file gives otherwise.
"""

import argparse
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from framework_networks import NETWORKS, Exported, differing_values, read_outputs  # noqa: E402

from simulators.lava_runtime.lava_dl_environment import LAVA_DL_VERSION  # noqa: E402
from ssr_neuro.errors import BadInput  # noqa: E402

SEEDS = range(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = [
        {"exporter": exporter, "network": name, **count([make(seed) for seed in SEEDS], exporter)}
        for exporter, networks in NETWORKS.items()
        for name, make in networks.items()
    ]
    releases = {name: release(name) for name in NETWORKS}
    text = json.dumps({"releases": releases, "seeds": len(SEEDS), "rows": rows}, indent=1)
    given.out.write_text(text + "\n", encoding="utf-8")


def release(name: str) -> str:
    """Of the framework; lava-dl has an environment of its own."""
    return LAVA_DL_VERSION if name == "lava-dl" else version(name)


def count(made: list[Exported], exporter: str) -> dict[str, Any]:
    """Output values that differ, of all; None where the plain reading refuses the graph."""
    profile = sum(differing(one, exporter, one.choices) for one in made)
    try:
        plain = sum(differing(one, "nir", {}) for one in made)
    except BadInput:
        plain = None
    return {
        "values": sum(one.outputs.size for one in made),
        "fired": int(sum(one.outputs.sum() for one in made)),
        "options": " ".join(
            f"--{name.replace('_', '-')} {value}" for name, value in made[0].choices.items()
        ),
        "profile_differs": profile,
        "plain_differs": plain,
    }


def differing(made: Exported, exporter: str, choices: dict[str, str]) -> int:
    return int(differing_values(read_outputs(made, exporter, choices), made).sum())


if __name__ == "__main__":
    main()
