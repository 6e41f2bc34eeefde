"""What the documents say of the trained networks in benchmarks/ holds for the files there."""

from pathlib import Path

import numpy as np
import pytest

from simulators.fast import Fast
from ssr_neuro import checkpoint
from ssr_neuro.compiler.ssr import export
from ssr_neuro.lower import Lowering, stages
from ssr_neuro.report.passes import pass_table
from ssr_neuro.stopwatch import Stopwatch

CHECKPOINTS = Path(__file__).parents[2] / "benchmarks" / "checkpoints" / "ml-1m-ties-by-item"
LARGEST = 3_000_000


@pytest.mark.parametrize(
    ("name", "times_fewer"),
    [
        ("ssr-ml-1m", 1.6),
        pytest.param("ssr-ml-1m-half-penalty-1", 2.5, marks=pytest.mark.thorough),
        ("ssr-ml-1m-half-penalty-3", 3.0),
        pytest.param("ssr-ml-1m-4-bits", 1.6, marks=pytest.mark.thorough),
        pytest.param("ssr-ml-1m-3-bits", 1.6, marks=pytest.mark.thorough),
        ("ssr-ml-1m-2-bits", 1.6),
    ],
)
def test_the_passes_save_what_is_said_at_equal_readouts(name: str, times_fewer: float) -> None:
    path = CHECKPOINTS / f"{name}.pt"
    assert path.stat().st_size < LARGEST
    saved = checkpoint.load(path)
    exported = export(saved, Stopwatch())
    how = Lowering(saved.weight_bits or 8, optimise=True)
    # Raises Mismatch where a pass changes a readout.
    found = pass_table(
        stages(exported.program, how), exported.stimulus(saved.inputs.numpy()), Fast()
    )
    assert found.saving("sops").ratio > times_fewer


def test_training_for_few_bits_is_what_is_compiled() -> None:
    for bits in (4, 3, 2):
        saved = checkpoint.load(CHECKPOINTS / f"ssr-ml-1m-{bits}-bits.pt")
        assert saved.weight_bits == bits
        for program in (
            s.program for s in stages(export(saved, Stopwatch()).program, Lowering(bits))
        ):
            rows = program.notes.quantisation
            assert all(row.largest_error < 1e-3 for row in rows.values())
        largest = max(np.abs(s.map.weights).max() for s in program.synapses)
        assert largest == 2 ** (bits - 1) - 1
