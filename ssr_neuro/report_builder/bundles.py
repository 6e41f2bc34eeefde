"""Reports of bundles that exist already, beside baselines, measurements and the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import Any

from simulators.fast import Fast
from ssr_neuro.compiler.ssr import integer_scores
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.data import Dataset
from ssr_neuro.data.known_orders import order_warning
from ssr_neuro.evaluation.columns import WINDOW_LEFT_OUT, metric_key
from ssr_neuro.evaluation.evaluate import evaluate
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.beside_sana_fe import compare_with_sana_fe
from ssr_neuro.report.compare import compare_with_paper
from ssr_neuro.report.contents import ProgramSummary, Report, ReportedModel, Reports
from ssr_neuro.report.names import GRAPH
from ssr_neuro.report.paper import paper_of
from ssr_neuro.report.rivals import Baseline
from ssr_neuro.report_builder import baselines, data_sets, gates, measurements, sana_fe
from ssr_neuro.report_builder.baselines import Rival
from ssr_neuro.report_builder.bundle_folders import Bundle, GraphBundle
from ssr_neuro.report_builder.chip_against_gpu import chip_against_gpu
from ssr_neuro.report_builder.costs import ReportCosts, costs_of
from ssr_neuro.report_builder.graphs import report_of_graph
from ssr_neuro.report_builder.inputs import Inputs, check_recommenders, recommenders
from ssr_neuro.report_builder.on_gpu import estimate_on_gpu
from ssr_neuro.report_builder.sana_fe import SanaFeFile
from ssr_neuro.stopwatch import Stopwatch

RECORDED = "Accuracy as recorded in the checkpoint when the model was trained."

WINDOW = metric_key("ndcg@10", WINDOW_LEFT_OUT)


def reports_of(given: Inputs, watch: Stopwatch, *, progress: bool = False) -> Reports:
    """One report for each bundle, in their order.

    progress: show how far rankings are. Raises BadInput where inputs are of different data,
    DoesNotFit where a program must fit the chip and does not.
    """
    own = recommenders(given.bundles)
    if own or given.rivals or given.measured or given.sana_fe or given.gates:
        check_recommenders(own, given)
    results = iter(sana_fe.match_results(given.sana_fe, own, given.chip.name) if own else ())
    datasets = chain(given.datasets, repeat(None))
    making = _Making(given, watch, progress)
    reports = tuple(
        making.report(one, next(datasets), next(results))
        if isinstance(one, Bundle)
        else making.graph_report(one)
        for one in given.bundles
    )
    ranked = [report for report in reports if report.model.kind != GRAPH]
    recorded = {
        rival.sha256: making.judged.get(rival.sha256) or rival.saved.training.get("test", {})
        for rival in given.rivals
    }
    in_gates = tuple(gates.add_accuracy(one.held, reports, recorded) for one in given.gates)
    return Reports(reports, compare_with_paper(ranked) if ranked else None, in_gates)


@dataclass(frozen=True, eq=False)
class _Making:
    """judged: SHA-256 of a model.pt -> its metrics, so that each is ranked once."""

    given: Inputs
    watch: Stopwatch
    progress: bool
    judged: dict[str, Mapping[str, float]] = field(default_factory=dict)

    def graph_report(self, bundle: GraphBundle) -> Report:
        with self.watch.step(f"count and place {bundle.folder.name}"):
            return report_of_graph(bundle, self.given.chip, must_fit=self.given.must_fit)

    def report(self, bundle: Bundle, dataset: Dataset | None, result: SanaFeFile | None) -> Report:
        found, config = bundle.found, bundle.config
        rivals = baselines.bundle_baselines(self.given.rivals, bundle)
        with self.watch.step(f"count and place {bundle.folder.name}"):
            trace, counted = _run_samples(bundle, dataset, self.given.samples)
            costs = self._costs(bundle, trace, rivals)
        for rival in rivals:
            self._judge(rival, dataset)
        hashes = {bundle.model_sha256, *(rival.sha256 for rival in rivals)}
        measured = measurements.select_runs(self.given.measured, hashes)
        on_gpu = estimate_on_gpu(rivals, measured, bundle.dataset, self.given.gpu, config)
        names = {rival.sha256: rival.costs[0].kind for rival in rivals}
        report = Report(
            model=self._model(bundle, dataset),
            program=ProgramSummary.of(bundle.program),
            exactness=found.exactness,
            agreement=found.agreement,
            quantised=found.quantised,
            passes=found.passes,
            counts=costs.counts,
            scoring=costs.scoring,
            ann=costs.ann,
            energy=costs.energy,
            raster=costs.raster,
            assumptions=(counted, *found.assumptions, *measurements.notes(self.given.measured)),
            versions=found.versions,
            fingerprint=bundle.model_sha256,
            counted=counted,
            dataset=bundle.dataset,
            placement=costs.chip.placed,
            latency=costs.chip.latency,
            baselines=tuple(b for r in rivals for b in self._baselines(r, costs.energy)),
            measured=measured,
            order_warning=order_warning(bundle.data["fingerprint"], dataset) or "",
            paper=paper_of(bundle.dataset, config.items, bundle.protocol, config.positions),
            chip_against_gpu=chip_against_gpu(
                costs.energy, costs.chip.latency, measured, on_gpu, names
            ),
        )
        return report if result is None else _beside_sana_fe(report, result, trace)

    def _costs(self, bundle: Bundle, trace: Trace, rivals: Sequence[Rival]) -> ReportCosts:
        return costs_of(
            bundle.program,
            trace,
            bundle.items,
            bundle.config,
            self.given.chip,
            must_fit=self.given.must_fit,
            others=[cost for rival in rivals for cost in rival.costs],
        )

    def _judge(self, rival: Rival, dataset: Dataset | None) -> None:
        known = not self.given.ranks_baselines or rival.sha256 in self.judged
        if dataset is None or known:
            return
        with self.watch.step(f"rank the test set, {rival.path.name}"):
            found = baselines.metrics(rival, dataset, progress=self.progress)
            self.judged[rival.sha256] = found

    def _model(self, bundle: Bundle, dataset: Dataset | None) -> ReportedModel:
        """With the accuracy of the integer program where there is data and the bundle has none.

        A bundle of an older release has that of all items alone; it is ranked again for both.
        """
        model = bundle.found.model
        if dataset is None or WINDOW in model.metrics.get("integer", {}):
            return model
        test = data_sets.test_split(bundle, dataset).test
        with self.watch.step(f"rank the test set, {bundle.folder.name}, integer"):
            score = integer_scores(bundle.program, bundle.items)
            integer = evaluate(score, test, progress=self.progress).to_dict()
        return replace(model, metrics={**model.metrics, "integer": integer})

    def _baselines(self, rival: Rival, sheets: Sequence[Sheet]) -> tuple[Baseline, ...]:
        """One for each form. Where nothing was judged, metrics are those recorded in training."""
        saved, here = rival.saved, self.judged.get(rival.sha256)
        return tuple(
            Baseline(
                name=rival.name,
                file=rival.file,
                kind=saved.kind,
                form=cost.form,
                subject=(subject := f"{cost.kind}, {cost.form}"),
                parameters=rival.parameters,
                metrics=here or saved.training.get("test", {}),
                macs=cost.ops.macs,
                additions=cost.ops.additions,
                multiplications=cost.ops.multiplications,
                special=cost.ops.special,
                energy_pj=_totals(sheets, subject),
                notes=(*cost.notes, *baselines.source_notes(rival), *([] if here else [RECORDED])),
                config=saved.config.to_dict(),
            )
            for cost in rival.costs
        )


def _beside_sana_fe(report: Report, result: SanaFeFile, trace: Trace) -> Report:
    """With what SANA-FE found. trace: the run that is counted."""
    same = trace.stimulus_sha256 == result.held.stimulus_sha256
    found = compare_with_sana_fe(report, result.held, result.path.name, same_samples=same)
    return replace(report, sana_fe=found)


def _run_samples(bundle: Bundle, dataset: Dataset | None, samples: int) -> tuple[Trace, str]:
    """The run that is counted, and a sentence on it."""
    if dataset is None:
        return bundle.trace, (
            f"Counts are means over the {bundle.trace.samples} golden sequences of the bundle."
        )
    sequences: Any = data_sets.choose_sequences(data_sets.test_split(bundle, dataset), samples)
    (node,) = bundle.program.inputs
    trace = Fast().run(bundle.program, {node.name: bundle.items.stimulus(sequences)})
    return trace, (
        f"Counts are means over {len(sequences)} test sequences, evenly spaced in the test set of "
        f"{dataset.name}, run on the fast simulator."
    )


def _totals(sheets: Sequence[Sheet], subject: str) -> dict[str, float | None]:
    return {s.mode: b.total_pj for s in sheets for b in s.bills if b.subject == subject}
