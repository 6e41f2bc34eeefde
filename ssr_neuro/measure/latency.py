"""Statistics of measured times."""

from collections.abc import Sequence

import numpy as np

from ssr_neuro.measure.figures import Latency


def latency(times_s: Sequence[float]) -> Latency:
    """times_s: at least one. Percentiles by linear interpolation; no time is left out."""
    x = np.asarray(times_s, np.float64)
    p5, p50, p95, p99 = np.percentile(x, (5, 50, 95, 99)).tolist()
    return Latency(
        count=len(x),
        mean_s=float(x.mean()),
        p5_s=p5,
        p50_s=p50,
        p95_s=p95,
        p99_s=p99,
        least_s=float(x.min()),
        largest_s=float(x.max()),
    )
