"""Measures models one after the other: agreement first, then the best batch, time and energy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.measure.agreement import ReferenceScores, check, lists, reference
from ssr_neuro.measure.batches import best_batch
from ssr_neuro.measure.clocks import ReadMhz
from ssr_neuro.measure.contents import MeasuredRun, NotTimed, Search
from ssr_neuro.measure.energy import Meter
from ssr_neuro.measure.figures import Agreement
from ssr_neuro.measure.forms import forms_of
from ssr_neuro.measure.graphs import Graphs
from ssr_neuro.measure.job import BEST, Batch, MeasureJob, Subject
from ssr_neuro.measure.latency import latency
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.timing import batches, throughputs
from ssr_neuro.measure.with_energy import Costed, time_with_energy
from ssr_neuro.out_of_memory import is_out_of_memory


@dataclass(frozen=True, eq=False)
class Entry:
    """A model in one form on the device, and what it should say."""

    subject: Subject
    served: Served
    expected: ReferenceScores

    @property
    def name(self) -> str:
        return f"{self.subject.path.name}, {self.served.form.name}"

    def agreement(self, batch: int) -> Agreement:
        """Raises Mismatch where lists made in batches of that size are not the model's, DoesNotFit
        where the memory does not hold such a batch."""
        with self.fitting(batch):
            found = lists(self.served, self.subject.windows, batch)
        return check(self.name, found, self.expected, self.served.precision)

    @contextmanager
    def fitting(self, batch: int) -> Iterator[None]:
        """Raises DoesNotFit where the device's memory ends within."""
        try:
            yield
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise DoesNotFit(
                f"{self.name}: the device's memory does not hold a batch of {batch}; give a "
                f"smaller --batch, or --batch {BEST}"
            ) from error


@dataclass(frozen=True)
class MeasuredForms:
    """What was timed; what was not as it disagrees with its model, or needs too much memory."""

    runs: tuple[MeasuredRun, ...]
    disagreements: tuple[NotTimed, ...]
    too_large: tuple[NotTimed, ...]


@dataclass(frozen=True, eq=False)
class Refusals:
    """What was not timed so far. tell: called with each."""

    tell: Callable[[str], None]
    disagreements: list[NotTimed] = field(default_factory=list)
    too_large: list[NotTimed] = field(default_factory=list)

    @contextmanager
    def kept(self, entry: Entry, batch: int) -> Iterator[None]:
        """Goes on after a disagreement or where the memory ends, so that no other run is lost."""
        try:
            yield
        except (Mismatch, DoesNotFit) as error:
            one = entry.subject
            found = NotTimed(one.path.name, one.sha256, entry.served.form.name, batch, str(error))
            entry.served.free()
            (self.disagreements if isinstance(error, Mismatch) else self.too_large).append(found)
            self.tell(found.why)


def measure(
    job: MeasureJob,
    device: torch.device,
    meter: Meter | str,
    tell: Callable[[str], None],
    clock_mhz: ReadMhz | None = None,
) -> MeasuredForms:
    """Every form of every model at every batch. meter: or why there is none.

    `tell` is called with what is being measured. All forms are checked before any time is taken;
    one that recommends other items than its model, or a batch that the memory does not hold, is
    left out.
    """
    refusals, agreeing = Refusals(tell), []
    for entry in [entry for one in job.subjects for entry in _entries(one, job, device)]:
        tell(f"{entry.name}: comparing its lists with those of the model")
        with entry.served.mode(), refusals.kept(entry, 1):
            entry.agreement(1)
            agreeing.append(entry)
    bench = Bench(job, meter, tell, clock_mhz)
    runs = []
    for entry in agreeing:
        for batch in job.batches:
            with refusals.kept(entry, batch or 1):
                runs.append(bench.run(entry, batch))
    return MeasuredForms(tuple(runs), tuple(refusals.disagreements), tuple(refusals.too_large))


def _entries(one: Subject, job: MeasureJob, device: torch.device) -> Iterator[Entry]:
    expected = reference(one.saved, one.windows)
    for form in forms_of(one.saved.kind):
        served = Served(
            one.saved.model().to(device),
            form,
            device,
            job.precision,
            compiled=job.compiled,
            graphs=Graphs() if job.cuda_graphs else None,
        )
        with served.mode():
            form.once(served.model)
        yield Entry(one, served, expected)


@dataclass(frozen=True, eq=False)
class Bench:
    """What all runs share."""

    job: MeasureJob
    meter: Meter | str
    tell: Callable[[str], None]
    clock_mhz: ReadMhz | None = None

    def run(self, entry: Entry, asked: Batch) -> MeasuredRun:
        """One entry at one batch, checked and timed."""
        with entry.served.mode():
            batch, search = (asked, None) if asked else self._best(entry)
            self.tell(f"{entry.name}, batch {batch}: {self.job.times.seconds:g} s")
            agreement = entry.agreement(batch)
            with entry.fitting(batch):
                given = batches(entry.served, entry.subject.windows, batch)
                found = time_with_energy(
                    entry.served, given, self.job.times, self.meter, clock_mhz=self.clock_mhz
                )
            entry.served.free()
        return _run(entry, batch, search, found, agreement)

    def _best(self, entry: Entry) -> tuple[int, Search]:
        self.tell(f"{entry.name}: which batch is best?")
        probe_s = self.job.times.probe_s
        found = best_batch(throughputs(entry.served, entry.subject.windows, probe_s))
        entry.served.free()
        return found


def _run(
    entry: Entry, batch: int, search: Search | None, found: Costed, agreement: Agreement
) -> MeasuredRun:
    one = entry.subject
    return MeasuredRun(
        model=one.path.name,
        sha256=one.sha256,
        kind=one.saved.kind,
        form=entry.served.form.name,
        items=one.saved.config.items,
        positions=one.saved.config.positions,
        batch=batch,
        search=search,
        warm_up_runs=found.warm_up_runs,
        latency=latency(found.timed.times_s),
        windows_per_s=batch * len(found.timed.times_s) / found.timed.duration_s,
        energy=None if isinstance(found.energy, str) else found.energy,
        no_energy=found.energy if isinstance(found.energy, str) else None,
        agreement=agreement,
        clocks=found.clocks,
    )
