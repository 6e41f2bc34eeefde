"""The figures of one measured run: its latency, clock, energy, and whether its lists agree."""

from dataclasses import dataclass

from ssr_neuro.files.checked import AtLeastOne, Finite, NotNegative, Share, StrictFields


@dataclass(frozen=True)
class Latency(StrictFields):
    """Wall-clock seconds of one run of one batch, over `count` runs, none left out.

    Percentiles between two values are interpolated linearly.
    """

    count: AtLeastOne
    mean_s: NotNegative
    p5_s: NotNegative
    p50_s: NotNegative
    p95_s: NotNegative
    p99_s: NotNegative
    least_s: NotNegative
    largest_s: NotNegative

    def __post_init__(self) -> None:
        order = (self.least_s, self.p5_s, self.p50_s, self.p95_s, self.p99_s, self.largest_s)
        if list(order) != sorted(order):
            raise ValueError("its percentiles do not rise")


@dataclass(frozen=True)
class Clocks(StrictFields):
    """The GPU's SM clock over the timed runs, in MHz, in `samples` readings.

    differ: the largest less the least, over the largest. tolerance: what it may be; above it the
    clock drifted, as in throttling, and the run says so.
    """

    samples: AtLeastOne
    least_mhz: NotNegative
    mean_mhz: NotNegative
    largest_mhz: NotNegative
    differ: Share
    tolerance: Share

    @property
    def drifted(self) -> bool:
        """Whether the clock was not the same all the time."""
        return self.differ > self.tolerance


@dataclass(frozen=True)
class Idle(StrictFields):
    """Mean power of the device with the model loaded and nothing to do."""

    power_w: NotNegative
    duration_s: NotNegative


@dataclass(frozen=True)
class Energy(StrictFields):
    """Energy of all timed runs together, and of one inference: one window, scored.

    gross: all the device took. net: gross less the idle power, the mean of before and after, for
    as long; it may fall below 0 where the load is smaller than the drift. idle_drift_w: idle power
    after, less before.
    """

    gross_j: NotNegative
    duration_s: NotNegative
    inferences: AtLeastOne
    power_w: NotNegative
    gross_j_per_inference: NotNegative
    net_j_per_inference: Finite
    idle_before: Idle
    idle_after: Idle
    idle_drift_w: Finite


@dataclass(frozen=True)
class Agreement(StrictFields):
    """The measured top-k lists against those of `reference`, over `sequences` windows.

    A list agrees where at every rank the reference scores of the two items are no further apart
    than `tolerance` times the spread (standard deviation) of the window's reference scores.
    largest_gap: the largest such distance, in spreads. agreeing: share of lists that agree, of
    which `needed` is asked for. same_list, mean_overlap: without tolerance.
    """

    reference: str
    sequences: AtLeastOne
    k: AtLeastOne
    tolerance: NotNegative
    needed: Share
    agreeing: Share
    largest_gap: NotNegative
    same_list: Share
    mean_overlap: Share
