"""What a training shows while it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.progress import task

# done (0 to 1), step, loss, mean firing rate, best validation so far
Show = Callable[[float, int, float, float | None, float], None]


@contextmanager
def training_progress(steps: int | None, select_by: str, *, shown: bool) -> Iterator[Show]:
    """Step, loss, firing rate and best validation of a training, on standard error.

    steps: how many there will be at most, None where the clock alone ends the run.
    """
    name = figure_name(select_by)
    of = f" of {steps:,}" if steps else ""
    with task("training", 1.0, shown=shown, keep=True) as work:

        def show(done: float, step: int, loss: float, rate: float | None, best: float) -> None:
            fires = "" if rate is None else f", firing {rate:.1%}"
            valid = f", best {name} {best:.4f}" if best > 0 else ""
            work.update(done, f"step {step:,}{of}, loss {loss:.3f}{fires}{valid}")

        yield show
