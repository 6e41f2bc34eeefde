"""Whether what is measured recommends what the model recommends."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import Mismatch
from ssr_neuro.measure.contents import Precision
from ssr_neuro.measure.figures import Agreement
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.timing import batches

# These turn numbers into float32 on the way and cannot be run in float64.
SINGLE = frozenset({"ssd4rec", "tim4rec"})
# In standard deviations of a window's scores. Measured on ML-1M: fp32 against float64 differs by at
# most 3e-6, autocast to bf16 by at most 0.03 where there are no spikes; fp16 has 3 bits more.
TOLERANCE: Mapping[Precision, float] = {"fp32": 1e-3, "bf16": 0.1, "fp16": 0.02}
# A membrane within rounding of its threshold fires on one device and not on another.
NEEDED, NEEDED_OF_SPIKES = 1.0, 0.95


@dataclass(frozen=True, eq=False)
class ReferenceScores:
    """What a model says of windows on the CPU. scores: float64 (B, V+1), -inf for the pad.

    spikes: whether the model fires.
    """

    how: str
    scores: torch.Tensor
    spikes: bool = False


def reference(saved: Checkpoint, windows: torch.Tensor) -> ReferenceScores:
    """The model computed in float64 where its program can be, else in float32."""
    model, single = saved.model(), saved.kind in SINGLE
    with torch.inference_mode():
        scores: torch.Tensor = (model if single else model.double())(windows)
    how = f"the same weights in {'float32' if single else 'float64'} on the CPU, whole windows"
    # Not asked of the model that is timed: it would count its spikes from then on.
    return ReferenceScores(how, scores.double(), spikes=model.activity() is not None)


def lists(served: Served, windows: torch.Tensor, batch: int) -> torch.Tensor:
    """The measured lists of all windows, (B, top), run in batches of exactly `batch`."""
    found = [served.run(ready) for ready in batches(served, windows, batch)]
    return torch.cat(found)[: len(windows)]


def check(
    name: str, found: torch.Tensor, expected: ReferenceScores, precision: Precision
) -> Agreement:
    """found: measured lists of items (B, k).

    Raises Mismatch where too few lists agree; the message names the worst window and rank.
    """
    k, scores = found.shape[1], expected.scores
    best = scores.topk(k)
    tolerance, needed = TOLERANCE[precision], NEEDED_OF_SPIKES if expected.spikes else NEEDED
    wanted, spread = best.indices, scores[:, 1:].std(dim=1, keepdim=True, correction=0)
    apart = (best.values - scores.gather(1, found)).abs()
    gaps = torch.where(apart > 0, apart / spread, apart)
    shared = (found[:, :, None] == wanted[:, None]).any(dim=2).double().mean(dim=1)
    agreement = Agreement(
        reference=expected.how,
        sequences=len(found),
        k=k,
        tolerance=tolerance,
        needed=needed,
        agreeing=float((gaps <= tolerance).all(dim=1).double().mean()),
        largest_gap=float(gaps.max()),
        same_list=float((found == wanted).all(dim=1).double().mean()),
        mean_overlap=float(shared.mean()),
    )
    if agreement.agreeing < needed or not bool(gaps.isfinite().all()):
        raise Mismatch(_describe(name, agreement, found, wanted, gaps))
    return agreement


def _describe(
    name: str, a: Agreement, found: torch.Tensor, wanted: torch.Tensor, gaps: torch.Tensor
) -> str:
    row, rank = divmod(int(gaps.argmax()), a.k)
    return (
        f"{name}: the top-{a.k} lists are not the model's: {a.agreeing:.1%} of {a.sequences} agree "
        f"with {a.reference} within {a.tolerance:g} standard deviations of the scores, "
        f"{a.needed:.0%} must. The worst is window {row}, rank {rank + 1}: item "
        f"{int(found[row, rank])} for {int(wanted[row, rank])}, {a.largest_gap:.3g} apart. It is "
        "not timed; measure with --precision fp32, or on another device"
    )
