"""A Program with SSR's populations and random weights, its run, and a whole Report of it."""

from functools import cache

import numpy as np
from small_programs import neuron, random_inputs, synapse

from simulators.reference import Reference
from ssr_neuro.chip import load_chip
from ssr_neuro.costs.accounting.arithmetic import arithmetic_sheet
from ssr_neuro.costs.accounting.chip_events import event_sheet
from ssr_neuro.costs.accounting.memory import memory_sheet
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.models.ssr_ann import AnnShape, ssr_ann
from ssr_neuro.costs.scoring import scoring
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Readout, Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron
from ssr_neuro.program.trace import Trace, compare
from ssr_neuro.report.contents import (
    Exactness,
    IntegerAgreement,
    ProgramSummary,
    Report,
    ReportedModel,
)
from ssr_neuro.report.passes import PassRow, PassTable
from ssr_neuro.report.quantisation import Overruns, Quantised
from ssr_neuro.report.raster import raster

STEPS = 4


class _Builder:
    def __init__(self, positions: int, features: int) -> None:
        self.n, self.d = positions, features
        self.rng = np.random.default_rng(0)
        self.populations: list[Population] = []
        self.synapses: list[Synapse] = []

    def add(self, name: str, linear: Kron | Dense, vth: int, *sources: tuple[str, int]) -> None:
        depth = len(self.populations) + 1
        self.populations.append(
            Population(name, linear.out_shape, neuron(linear.out_shape, vth), depth)
        )
        self.synapses.append(synapse(f"to_{name}", name, linear, *sources))

    def over_positions(self, rows: int, columns: int) -> Kron:
        return Kron(self.weights(rows, columns), np.eye(self.d, dtype=np.int64))

    def over_features(self, rows: int, columns: int) -> Kron:
        return Kron(np.eye(self.n, dtype=np.int64), self.weights(rows, columns))

    def weights(self, rows: int, columns: int) -> Array:
        weights = self.rng.integers(-60, 66, (rows, columns))
        weights[self.rng.random(weights.shape) < 0.1] = 0
        return weights


def ssr_program(positions: int = 6, features: int = 4, blocks: int = 2) -> Program:
    b = _Builder(positions, features)
    b.add("encoder", b.over_positions(positions, positions), 70, ("input", 1))
    before = "encoder"
    for k in range(blocks):
        n, d, name = positions, features, f"block{k}"
        b.add(f"{name}_dft", b.over_positions(2 * n, n), 90, (before, 1))
        b.add(f"{name}_filter", b.over_positions(n, 2 * n), 130, (f"{name}_dft", 1))
        b.add(f"{name}_idft", b.over_positions(2 * n, n), 80, (f"{name}_filter", 1))
        b.add(f"{name}_reconstruct", b.over_positions(n, 2 * n), 150, (f"{name}_idft", 1))
        skip = ((f"{name}_reconstruct", 1), (before, 5))
        b.add(f"{name}_ffn_hidden", b.over_features(4 * d, d), 120, *skip)
        b.add(f"{name}_ffn_out", b.over_features(d, 4 * d), 140, (f"{name}_ffn_hidden", 1))
        before = f"{name}_ffn_out"
    shape, depth = (positions, features), len(b.populations)
    last = np.zeros((1, positions), np.int64)
    last[0, -1] = 1
    b.synapses.append(synapse("to_h", "h", Kron(last, b.weights(features, features)), (before, 1)))
    bias = np.zeros((1, features), np.int64)
    return IntegerProgram(
        name="ssr-example",
        steps=STEPS,
        inputs=(Input("input", shape),),
        populations=tuple(b.populations),
        synapses=tuple(b.synapses),
        readouts=(Readout("h", (1, features), bias, depth + 1, 0.01),),
    )


@cache
def example(positions: int = 6, features: int = 4, samples: int = 3) -> tuple[Program, Trace]:
    program = ssr_program(positions, features)
    return program, Reference().run(program, random_inputs(program, samples, seed=1))


def example_report(
    name: str = "ssr-ml100k", positions: int = 6, features: int = 4, samples: int = 3
) -> Report:
    program, trace = example(positions, features, samples)
    items = 1349
    codes = (np.random.default_rng(2).random((items, STEPS * features)) < 0.3).astype(np.uint8)
    counts, scored = count(program, trace), scoring(codes, STEPS * features)
    shape = AnnShape(positions, features, 2, 4, items)
    logic, loihi = load_chip("generic-45nm"), load_chip("loihi1")
    same = [
        Exactness.of(compare(trace, trace, names))
        for names in (("quantised PyTorch", "reference simulator"), ("reference simulator", "Lava"))
    ]
    return Report(
        model=ReportedModel(
            name=name,
            kind="SSR",
            config={
                "positions": positions,
                "features": features,
                "steps": STEPS,
                "blocks": 2,
                "ffn_ratio": 4,
                "items": items,
                "encoder": "parallel",
                "tau_steps": 2.0,
            },
            data="MovieLens-100K, 5-core, ratio split",
            training={
                "epochs": 42,
                "best epoch": 37,
                "learning rate": 0.001,
                "batch": 256,
                "seed": 1,
                "train sequences": 78_412,
                "device": "cpu",
            },
            metrics={
                kind: {
                    f"{metric}@{k}": 0.05 + 0.013 * i + 0.004 * j - less
                    for i, metric in enumerate(("HR", "NDCG", "MRR"))
                    for j, k in enumerate((5, 10, 20))
                }
                for kind, less in (("float", 0.0), ("integer", 0.0007))
            },
        ),
        program=ProgramSummary.of(program),
        exactness=tuple(same),
        agreement=IntegerAgreement(64, 10, 0.9734, 0.7813, 0.9531),
        quantised=tuple(
            Quantised(
                population=p.name,
                neurons=24,
                scale=0.0066 + i / 1000,
                vth=120 + i,
                weights=900,
                clipped=0,
                odd=431,
                largest_weight=127,
                largest_error=0.497,
                overruns=Overruns(0, 0, i),
                dead=1,
                dead_in_float=1,
                rate_float=0.18,
                rate=0.1807,
                changed=0.021,
                own=0.0042,
            )
            for i, p in enumerate(program.populations)
        ),
        passes=PassTable(
            samples,
            (
                PassRow("separate", 13, 312, 5000, 9000.0, 700.0, 14, 18, 4, 120, 5000, 900, 936),
                PassRow("realign", 13, 280, 4000, 6000.0, 600.0, 14, 18, 4, 96, 4000, 800, 840),
            ),
        ),
        counts=counts,
        scoring=scored,
        ann=ssr_ann(shape),
        energy=(
            arithmetic_sheet(counts, scored, shape, logic, "int8"),
            arithmetic_sheet(counts, scored, shape, logic, "fp32"),
            memory_sheet(counts, scored, shape, logic),
            event_sheet(counts, loihi),
        ),
        raster=raster(program, trace),
        assumptions=(
            "Static power and spike routing of the 45 nm logic are unknown and not charged.",
            "An 8-bit weight is priced as an 8-bit addition, whatever the width of the membrane.",
        ),
        versions={"ssr-neuro": "0.1.0", "python": "3.11.14", "lava-nc": "0.10.0"},
        fingerprint="sha256:7e3f2a9c51d04c0d9a3be5f6c4d1",
    )
