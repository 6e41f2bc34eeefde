"""The simulators that a compilation is proven on."""

from ssr_neuro import registry
from ssr_neuro.compiler.options import LAVA, CompileOptions
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.stopwatch import Stopwatch


def load_simulators(options: CompileOptions, stopwatch: Stopwatch) -> tuple[Simulator, ...]:
    """The reference first, then everything that must equal it."""
    here = (registry.load("reference"), registry.load("fast"))
    if options.target != LAVA:
        return here
    lava = registry.load(
        "lava_cpu",
        lanes=options.lanes,
        timeout_s=options.timeout_s,
        notice=stopwatch.say,
        progress=lambda done, steps: stopwatch.say(f"Lava: step {done:,} of {steps:,}"),
    )
    return (*here, lava)
