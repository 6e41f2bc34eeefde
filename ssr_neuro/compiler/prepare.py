"""A trained SSR made ready for the passes: exported, and how it is to be lowered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.compiler.lowering import choose_lowering
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.compiler.sequences import calibration_sequences
from ssr_neuro.compiler.ssr import Exported, export
from ssr_neuro.lower import Lowering
from ssr_neuro.stopwatch import Stopwatch

if TYPE_CHECKING:
    from ssr_neuro.data import Split


@dataclass(frozen=True, eq=False)
class Prepared:
    """A model as NIR and float program, and the bits, clips and passes that it is lowered with."""

    exported: Exported
    lowering: Lowering


def prepare(
    checkpoint: Checkpoint, split: "Split | None", options: CompileOptions, stopwatch: Stopwatch
) -> Prepared:
    """Export a model, and choose its lowering on sequences that are not of the test set.

    split: the data set of the options; without one, the sequences saved in the model calibrate.
    Raises BadInput for a model without spikes, and for weights that cannot be calibrated.
    """
    exported = export(checkpoint, stopwatch)
    familiar = exported.stimulus(calibration_sequences(checkpoint, split))
    return Prepared(
        exported,
        choose_lowering(options, exported.program, familiar, stopwatch, checkpoint.weight_bits),
    )
