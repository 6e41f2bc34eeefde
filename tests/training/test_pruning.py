"""Penalties and shares of zeros that rise over a run."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_runs import CONFIG, SETTINGS, SPLIT, trained

from ssr_neuro import checkpoint
from ssr_neuro.compiler.ssr import export
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import Lowering, stages
from ssr_neuro.model import build
from ssr_neuro.model.sasrec import SasRecConfig
from ssr_neuro.model.ssr import SSR
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.training import run
from ssr_neuro.training.pruning import prune
from ssr_neuro.training.run import TrainingRun
from ssr_neuro.training.schedule import penalty_weight, pruned_share, settled_at


def test_the_smallest_weights_of_every_learnt_matrix_become_zero() -> None:
    model = build("ssr", CONFIG)
    assert isinstance(model, SSR)
    before = model.readout.weight.detach().clone()
    fixed = {n: t.clone() for n, t in model.named_buffers()}
    prune(model, 0.25)
    left = model.readout.weight != 0
    assert (~left).sum() == before.numel() // 4
    assert before[~left].abs().max() < before[left].abs().min()
    torch.testing.assert_close(model.readout.weight[left], before[left])
    assert all(torch.equal(tensor, fixed[name]) for name, tensor in model.named_buffers())
    assert bool((model.table.weight != 0).all())


def test_the_shares_over_a_run() -> None:
    settings = TrainSettings(rate_penalty=8.0, penalty_rise=0.4, pruned=0.8)
    assert [penalty_weight(done, settings) for done in (0.0, 0.1, 0.4, 1.0)] == [0, 2, 8, 8]
    assert [pruned_share(done, settings) for done in (0.0, 0.25, 0.5, 1.0)] == (
        pytest.approx([0, 0.7, 0.8, 0.8])
    )
    assert settled_at(settings) == 0.5
    assert settled_at(replace(settings, pruned=0.0)) == 0.4
    assert settled_at(TrainSettings(rate_penalty=8.0)) == 0
    assert penalty_weight(0.0, TrainSettings(rate_penalty=8.0)) == 8


def test_a_pruned_network_compiles_to_fewer_synapses(tmp_path: Path) -> None:
    synapses = []
    for share in (0.0, 0.75):
        path = tmp_path / f"{share}.pt"
        trained(path, replace(SETTINGS, pruned=share))
        saved = checkpoint.load(path)
        program = list(stages(export(saved, Stopwatch()).program, Lowering(8)))[-1].program
        synapses.append(sum(synapse_count(synapse.map) for synapse in program.synapses))
    assert synapses[1] < 0.7 * synapses[0]


def test_weights_are_kept_once_the_penalty_is_whole(tmp_path: Path) -> None:
    settings = replace(SETTINGS, rate_penalty=1.0, penalty_rise=1.0, eval_every=3)
    result = trained(tmp_path / "m.pt", settings)
    assert [point["step"] for point in result.curve][-1] == result.steps == result.best_step


def test_a_run_whose_clock_ends_between_a_validation_and_the_next_step_keeps_its_last_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the only validation the penalty is not whole yet; then the time is over."""
    shares = iter([2.0, 0.0])
    monkeypatch.setattr(run, "settled_at", lambda settings: next(shares))
    settings = replace(SETTINGS, max_steps=1, eval_every=1, rate_penalty=1.0, penalty_rise=1.0)
    result = trained(tmp_path / "m.pt", settings)
    assert [point["step"] for point in result.curve] == [1] == [result.best_step]
    assert checkpoint.load(tmp_path / "m.pt").training["best_step"] == 1


def test_the_penalty_adds_nothing_to_the_first_loss_of_a_rise() -> None:
    losses = [
        TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, rate_penalty=p, penalty_rise=r)).step(0)
        for p, r in ((0.0, 0.0), (5.0, 0.5), (5.0, 0.0))
    ]
    assert losses[0] == losses[1] < losses[2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pruned": 1.0}, "--set pruned is 1.0; it must be below 1"),
        ({"pruned": -0.1}, "--set pruned is -0.1; it must be between 0 and 1"),
        ({"penalty_rise": 2}, "--set penalty_rise is 2; it must be between 0 and 1"),
    ],
)
def test_impossible_shares(change: dict[str, float], message: str) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        TrainSettings(**change)  # type: ignore[arg-type]


def test_models_without_spikes_and_few_bits_are_refused() -> None:
    with pytest.raises(BadInput, match="a model of kind 'sasrec' has no spikes that pass them"):
        TrainingRun(SPLIT, "sasrec", SasRecConfig(CONFIG.items), replace(SETTINGS, pruned=0.5))
    with pytest.raises(BadInput, match="pruned and weight_bits do not go together: prune in a"):
        TrainingRun(SPLIT, "ssr", CONFIG, replace(SETTINGS, pruned=0.5, weight_bits=4))
