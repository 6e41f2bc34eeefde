"""`ssr report` of a bundle made from a graph: what applies, and nothing of recommenders."""

import re
from pathlib import Path

import nir
import numpy as np
import pytest
from nir_graphs import ends, graph, lif
from report_inputs_example import baseline, compiled, report_json, run

import ssr_neuro as sn
from ssr_neuro.report.names import GRAPH


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three neurons behind three inputs, on four samples."""
    folder = tmp_path_factory.mktemp("graph")
    weights = np.random.default_rng(0).uniform(0.2, 0.9, (3, 3))
    nodes = {"w": nir.Linear(weights), "a": lif((3,)), **ends((3,))}
    nir.write(folder / "graph.nir", graph("x>w>a>y", **nodes))
    spikes = np.random.default_rng(1).integers(0, 2, (4, 6, 3)).astype(np.uint8)
    made = sn.compile(folder / "graph.nir", inputs=spikes, target="program")
    return made.save(folder / "three")


def test_the_report_of_a_graph_counts_prices_and_places_it(bundle: Path) -> None:
    (found,) = sn.build_report(bundle).reports
    trace = sn.open_bundle(bundle).proof.trace
    assert (found.model.name, found.model.kind) == ("three", GRAPH)
    fired_by_inputs = sum(int(x.sum()) for x in trace.inputs.values())
    assert found.counts.samples == 4
    read_by_the_output = int(trace.spikes["a"].sum())
    assert found.counts.sops.mean == (3 * fired_by_inputs + read_by_the_output) / 4
    (exact,) = found.exactness
    assert (exact.right, exact.mismatches) == ("fast", 0)
    assert {bill.subject for sheet in found.energy for bill in sheet.bills} == {GRAPH}
    assert "ssr-paper" not in {sheet.mode for sheet in found.energy}
    assert found.placement is not None
    assert found.placement.fits
    assert (found.scoring, found.ann, found.agreement) == (None, (), None)


def test_the_page_says_nothing_of_recommenders(bundle: Path, tmp_path: Path) -> None:
    done = run("report", bundle, "--out", tmp_path / "r")
    assert done.exit_code == 0, done.output
    assert "three: energy of one inference" in done.output
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", body)
    assert "Graph three, compiled for Intel Loihi 1" in words
    for word in (r"\bSSR\b", "Accuracy", "NDCG", "trained", "top-10"):
        assert not re.search(word, words), word
    text = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    assert text.startswith("# Graph three")


def test_a_graph_stands_beside_a_recommender(bundle: Path, tmp_path: Path) -> None:
    done = run("report", bundle, compiled(tmp_path), "--out", tmp_path / "r")
    assert done.exit_code == 0, done.output
    kinds = [one["model"]["kind"] for one in report_json(tmp_path / "r")["reports"]]
    assert kinds == [GRAPH, "ssr"]


def test_what_belongs_to_recommenders_is_refused_for_a_graph(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(sn.BadInput, match="no data set belongs to; leave out --data"):
        sn.build_report(bundle, data=["generated"])
    with pytest.raises(sn.BadInput, match="which have no items: leave out --baselines"):
        sn.build_report(bundle, baselines=[baseline(tmp_path, "lrurec")])
