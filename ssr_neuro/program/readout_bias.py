"""Biases that the host adds to readouts, in whole steps; one beyond 32 bits is refused."""

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.arrays import Floats, Ints
from ssr_neuro.program.fixed_point import READOUT_BIAS_LIMIT


def whole_bias(values: Floats, unit: float | Floats, what: str) -> Ints:
    """Biases in integer steps of `unit`, rounded. Raises DoesNotFit, which begins with `what`,
    where one takes more than 32 bits."""
    steps = np.rint(np.asarray(values, np.float64) / unit)
    if not (np.abs(steps) <= READOUT_BIAS_LIMIT).all():
        raise DoesNotFit(
            f"{what}: a bias of {np.abs(values).max():.4g} needs {np.abs(steps).max():.4g} steps "
            f"of the readout; 32 bits hold {READOUT_BIAS_LIMIT:,}. Retrain with smaller biases"
        )
    return steps.astype(np.int64)
