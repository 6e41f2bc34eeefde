"""`stored`: a checkpoint of half the size, whose figures are of the weights it holds."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_runs import CONFIG, SETTINGS, SPLIT, Killed, kill_at, trained, weights

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.model import build
from ssr_neuro.training.half_precision import halve

HALF = replace(SETTINGS, stored="float16")


def test_matrices_are_kept_in_float16_and_read_as_float32(tmp_path: Path) -> None:
    trained(tmp_path / "whole.pt")
    trained(tmp_path / "half.pt", HALF)
    in_file = checkpoint.read(tmp_path / "half.pt")["state"]
    learnt = {n: p for n, p in build("ssr", CONFIG).named_parameters() if p.dim() > 1}
    assert {n for n, t in in_file.items() if t.dtype == torch.float16} == set(learnt)
    whole, half = weights(tmp_path / "whole.pt"), weights(tmp_path / "half.pt")
    for name, tensor in whole.items():
        expected = tensor.half().float() if name in learnt else tensor
        assert half[name].dtype == expected.dtype
        assert torch.equal(half[name], expected), name
    assert {"blocks.0.dft.weight", "item_bias"} <= whole.keys() - set(learnt)


def test_its_figures_are_of_the_weights_it_holds(tmp_path: Path) -> None:
    result = trained(tmp_path / "m.pt", HALF)
    saved = checkpoint.load(tmp_path / "m.pt")
    assert saved.training["settings"]["stored"] == "float16"
    for part, said in ((SPLIT.valid, result.valid), (SPLIT.test, result.test)):
        found = evaluate(model_scores(saved.model()), part).to_dict()
        assert found.items() <= said.items()


def test_training_goes_on_in_full_precision_and_resumes_to_the_same_bits(tmp_path: Path) -> None:
    trained(tmp_path / "whole.pt", HALF)
    with pytest.raises(Killed):
        trained(tmp_path / "killed.pt", HALF, on_step=kill_at(8))
    in_training = checkpoint.read(tmp_path / "killed.pt.state")["model"]["table.weight"]
    assert not torch.equal(in_training, in_training.half().float())
    trained(tmp_path / "killed.pt", HALF, resume=True)
    one, other = weights(tmp_path / "whole.pt"), weights(tmp_path / "killed.pt")
    assert all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def test_a_weight_beyond_float16_is_refused() -> None:
    model = build("ssr", CONFIG)
    torch.nn.init.constant_(model.get_parameter("readout.weight"), -1e5)
    with pytest.raises(
        BadInput,
        match=r"readout.weight has weights up to 100000, and float16 ends"
        r" at 65504; leave stored out, or train with a lower lr",
    ):
        halve(model, model.state_dict())


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"stored": "int8"}, r"stored is 'int8'; it must be one of \('float32', 'float16'\)"),
        (
            {"stored": "float16", "weight_bits": 4},
            "stored is 'float16'; it must be float32 with --weight-bits, whose weights are",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(fields: dict[str, object], error: str) -> None:
    with pytest.raises(BadInput, match=error):
        replace(SETTINGS, **fields)  # type: ignore[arg-type]


def test_what_is_kept_changes_nothing_that_is_learnt(tmp_path: Path) -> None:
    losses: dict[str, list[float]] = {"float32": [], "float16": []}
    for stored, seen in losses.items():
        trained(
            tmp_path / f"{stored}.pt",
            replace(SETTINGS, stored=stored),
            on_step=lambda _, loss, seen=seen: seen.append(loss),
        )
    assert losses["float32"] == losses["float16"]
