"""An SSR that is stopped early: what it ranks with, what it costs, and how it is trained for it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from trained import DATASET, saved_ssr
from training_runs import CONFIG, SETTINGS, SPLIT

import ssr_neuro as sn
from ssr_neuro.compiler.ssr import integer_scores
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build
from ssr_neuro.model.sasrec import SasRecConfig
from ssr_neuro.study.anytime import count_until, score_until
from ssr_neuro.training.run import TrainingRun

WINDOWS = torch.tensor([[0, 1, 2, 3], [4, 5, 6, 7]])


def test_scores_and_counts_of_all_steps_are_those_of_the_network(tmp_path: Path) -> None:
    compiled = sn.compile(saved_ssr(tmp_path), target="program")
    own = compiled.recommender
    assert own is not None
    steps, windows = compiled.program.steps, own.sequences[:5]
    whole = integer_scores(compiled.program, own.items)(windows)
    np.testing.assert_array_equal(score_until(compiled.program, own.items, steps)(windows), whole)

    trace = compiled.proof.trace
    until = [count_until(compiled.program, trace, stop) for stop in range(1, steps + 1)]
    operations = [counts.sops.total for counts in until]
    assert compiled.report is not None
    assert operations[-1] == compiled.report.counts.sops.total
    assert operations == sorted(operations)


def test_the_score_after_one_step_is_the_code_times_the_readout_of_it(tmp_path: Path) -> None:
    compiled = sn.compile(saved_ssr(tmp_path), target="program")
    own = compiled.recommender
    assert own is not None
    windows = own.sequences[:3]
    (readouts,) = compiled.run(windows).readouts.values()
    first = readouts[:, 0].reshape(len(windows), -1)
    expected = first @ own.items.codes[:, 0].astype(np.int64).T + own.items.bias
    found = score_until(compiled.program, own.items, 1)(windows)
    np.testing.assert_array_equal(found[:, 1:], expected)


@pytest.mark.parametrize("taught", [False, True])
def test_the_loss_is_the_mean_of_those_after_every_step(taught: bool) -> None:
    torch.manual_seed(0)
    model = build("ssr", CONFIG).double().eval()
    torch.nn.init.normal_(model.table.weight, 1.0, 0.5)
    targets = torch.tensor([3, 5])
    chances = torch.rand(2, CONFIG.items, dtype=torch.float64).softmax(1)
    hidden, codes = model.hidden(WINDOWS), model.codes().double()
    losses = []
    for stop in range(1, CONFIG.steps + 1):
        scores = torch.einsum("btd,vtd->bv", hidden[:, :stop], codes[:, :stop]) + model.item_bias
        wanted = chances if taught else targets - 1
        losses.append(torch.nn.functional.cross_entropy(scores[:, 1:], wanted))
    model.every_step = True
    found = model(WINDOWS, chances if taught else targets)
    torch.testing.assert_close(found.double(), torch.stack(losses).mean(), rtol=1e-5, atol=1e-6)


def test_training_for_every_step_needs_time_steps() -> None:
    assert TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, every_step=True)).core.every_step
    with pytest.raises(BadInput, match="a model of kind 'sasrec' has none; leave it out"):
        TrainingRun(SPLIT, "sasrec", SasRecConfig(CONFIG.items), replace(SETTINGS, every_step=True))


def test_a_study_has_a_point_for_every_step_and_a_picture(tmp_path: Path) -> None:
    path = saved_ssr(tmp_path)
    found = sn.study_anytime(path, DATASET, sequences=20)
    (model,) = found.content["models"]
    assert [p["time_steps"] for p in model["points"]] == [1, 2, 3, 4][: len(model["points"])]
    energies = [p["energy_pj"] for p in model["points"]]
    assert energies == sorted(energies)
    assert len(found.rows) == 2 * len(energies)
    assert ElementTree.fromstring(found.svg).tag.endswith("svg")
