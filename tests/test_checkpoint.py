import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=5, positions=4, features=3, blocks=1)


@pytest.fixture
def trained() -> Checkpoint:
    torch.manual_seed(0)
    return Checkpoint(
        kind="ssr",
        config=CONFIG,
        state=build("ssr", CONFIG).state_dict(),
        item_ids=("a", "b", "c", "d", "e"),
        inputs=torch.randint(0, 6, (7, 4)),
        targets=torch.randint(1, 6, (7,)),
        training={"steps": 3, "curve": [{"step": 1, "ndcg@10": 0.1}]},
    )


def stored(path: Path, trained: Checkpoint, **changes: Any) -> Path:
    """A checkpoint file with some of its entries changed."""
    checkpoint.save(path, trained)
    checkpoint.write(path, checkpoint.read(path) | changes)
    return path


def test_a_checkpoint_comes_back_whole(tmp_path: Path, trained: Checkpoint) -> None:
    path = tmp_path / "deep" / "model.pt"
    checkpoint.save(path, trained)
    again = checkpoint.load(path)
    assert (again.kind, again.config, again.item_ids) == ("ssr", CONFIG, trained.item_ids)
    assert again.training == trained.training
    assert torch.equal(again.inputs, trained.inputs)
    model = again.model()
    assert not model.training
    expected = trained.model()(trained.inputs)
    assert torch.equal(model(again.inputs), expected)
    assert [file.name for file in path.parent.iterdir()] == ["model.pt"]


def test_a_checkpoint_of_an_older_release_has_the_defaults(
    tmp_path: Path, trained: Checkpoint
) -> None:
    known = ("items", "positions", "features", "steps", "blocks", "ffn_ratio", "tau_steps")
    config = {key: value for key, value in CONFIG.to_dict().items() if key in known}
    again = checkpoint.load(stored(tmp_path / "model.pt", trained, config=config))
    assert (again.config.spectrum, again.config.normalised) == ("full", True)
    assert again.weight_bits is None
    assert torch.equal(again.model()(trained.inputs), trained.model()(trained.inputs))


def test_the_file_holds_tensors_and_plain_data_alone(tmp_path: Path, trained: Checkpoint) -> None:
    content = torch.load(stored(tmp_path / "model.pt", trained), weights_only=True)
    assert content["format"] == 1
    assert content["config"] == CONFIG.to_dict()
    assert content["item_ids"] == ["a", "b", "c", "d", "e"]
    assert content["examples"]["inputs"].dtype == torch.int64


class Payload:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("payload-ran",)


def test_code_in_a_checkpoint_is_never_run(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"format": 1, "state": Payload()}, "model.pt")
    with pytest.raises(BadInput, match="holds code, which is never run"):
        checkpoint.load(Path("model.pt"))
    assert not Path("payload-ran").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", b"user_id:token,item_id:token\n1,2\n", b"PK\x03\x04 broken zip"],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"model.pt: cannot be read as a file of tensors"):
        checkpoint.load(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path: Path, trained: Checkpoint, share: float) -> None:
    path = stored(tmp_path / "model.pt", trained)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(BadInput, match=r"model.pt: cannot be read as a file of tensors"):
        checkpoint.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere.pt: cannot be read \(No such file or directory\)"):
        checkpoint.load(tmp_path / "nowhere.pt")


def test_something_else_in_a_good_file_is_refused(tmp_path: Path) -> None:
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(BadInput, match=r"list.pt: holds a list, not a checkpoint"):
        checkpoint.load(tmp_path / "list.pt")


EXAMPLES = {"inputs": torch.ones(2, 4, dtype=torch.int64), "targets": torch.ones(2).long()}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "checkpoint format 2; this release reads 1"),
        ({"kind": "gru"}, "no model 'gru'; known: "),
        ({"kind": 3}, "the checkpoint has no usable kind"),
        ({"state": None, "training": 0}, "the checkpoint has no usable state, training"),
        ({"config": {"items": 5, "depth": 2}}, "SsrConfig has no depth; it knows items"),
        ({"config": CONFIG.to_dict() | {"features": 4}}, "the weights do not fit the config"),
        (  # 14 GB, for which no memory is taken
            {"config": CONFIG.to_dict() | {"features": 60_000}},
            r"the weights do not fit the config: table\.weight has the shape \(6, 3\), "
            r"a model of this config \(6, 60000\)",
        ),
        ({"state": {"table.weight": 1}}, "table.weight must be tensors"),
        (
            {"state": {"table.weight": torch.ones(5, 8) * 1j}},
            r"state\.table\.weight: a tensor of torch\.complex64; read are float64, float32",
        ),
        (
            {"state": {"table.weight": torch.ones(5, 8).to(torch.float8_e4m3fn)}},
            r"state\.table\.weight: a tensor of torch\.float8_e4m3fn; read are float64, float32",
        ),
        ({"examples": {}}, "inputs, targets must be tensors"),
        ({"item_ids": ["a"]}, "1 item ids for 5 items"),
        ({"item_ids": [*"abcd", 5]}, "the id of item 5 is 5, which is no text"),
        ({"item_ids": [*"abcda"]}, "2 items have the id 'a', and each needs one of its own"),
        (
            {"examples": EXAMPLES | {"targets": torch.ones(2)}},
            r"examples of shape \(2, 4\) and torch.int64 for 2 targets; they must be int64 \(2, 4",
        ),
        (
            {"examples": EXAMPLES | {"targets": torch.tensor([6, 1])}},
            "examples hold items from 1 to 6; the model knows 0 to 5",
        ),
    ],
)
def test_content_that_does_not_fit_is_refused(
    tmp_path: Path, trained: Checkpoint, changes: dict[str, Any], message: str
) -> None:
    path = stored(tmp_path / "model.pt", trained, **changes)
    with pytest.raises(BadInput, match=rf"model.pt: {message}"):
        checkpoint.load(path)


def test_weights_that_are_not_finite_are_refused(tmp_path: Path, trained: Checkpoint) -> None:
    trained.state["item_bias"][2] = torch.nan
    path = stored(tmp_path / "model.pt", trained)
    with pytest.raises(BadInput, match="some weights are not finite; the training diverged"):
        checkpoint.load(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, trained: Checkpoint) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match=r"model\.pt cannot be written: .*file is no folder one can"):
        checkpoint.save(tmp_path / "file" / "model.pt", trained)


def test_a_full_disk_is_said_in_words(
    tmp_path: Path, trained: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0")

    monkeypatch.setattr(torch, "save", fail)
    with pytest.raises(BadInput, match=r"model\.pt: cannot be written whole, as on a full disk or"):
        checkpoint.save(tmp_path / "model.pt", trained)


def test_a_failed_write_keeps_the_file_before(tmp_path: Path, trained: Checkpoint) -> None:
    path = stored(tmp_path / "model.pt", trained)
    with pytest.raises(AttributeError):
        checkpoint.write(path, {"state": lambda: None})
    assert checkpoint.load(path).training == trained.training
    assert [file.name for file in tmp_path.iterdir()] == ["model.pt"]


def test_a_copy_with_other_weights_is_another_model(trained: Checkpoint) -> None:
    shifted = {name: tensor + 1 for name, tensor in trained.state.items()}
    scores = replace(trained, state=shifted).model()(trained.inputs)
    assert not torch.equal(scores, trained.model()(trained.inputs))


def test_a_model_that_reads_times_comes_back_with_its_examples(tmp_path: Path) -> None:
    config = config_type("tim4rec")(items=5, positions=4, features=4, blocks=1, heads=2)
    items = torch.randint(0, 6, (7, 4))
    timed = torch.stack([items, 10_000 + torch.arange(28).view(7, 4)], dim=-1)
    state = build("tim4rec", config).state_dict()
    saved = Checkpoint("tim4rec", config, state, tuple("abcde"), timed, items[:, 0], {})
    checkpoint.save(tmp_path / "model.pt", saved)
    assert torch.equal(checkpoint.load(tmp_path / "model.pt").inputs, timed)
    checkpoint.save(tmp_path / "model.pt", replace(saved, inputs=items))
    with pytest.raises(BadInput, match=r"shape \(7, 4\) and .* must be int64 \(7, 4, 2\)"):
        checkpoint.load(tmp_path / "model.pt")


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "model.pt.state"

    def write(number: int) -> None:
        for _ in range(20):
            checkpoint.write(path, {"number": torch.full((1000,), number)})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    assert len(set(checkpoint.read(path)["number"].tolist())) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["model.pt.state"]


def test_equal_content_gives_equal_bytes_at_any_place(tmp_path: Path, trained: Checkpoint) -> None:
    for name in ("a.pt", "b.pt"):
        checkpoint.save(tmp_path / name, trained)
    assert (tmp_path / "a.pt").read_bytes() == (tmp_path / "b.pt").read_bytes()
