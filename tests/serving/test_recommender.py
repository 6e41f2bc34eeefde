"""Histories in, items out: by the data's ids, as training cuts them, integers and floats."""

import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trained import DATASET, saved_ssr

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.model import build
from ssr_neuro.serving import ranker
from ssr_neuro.settings.models import config_type

IDS = DATASET.item_ids


def saved(folder: Path, kind: str) -> Path:
    """An untrained model of a kind, on the generated data."""
    torch.manual_seed(1)
    config = config_type(kind)(items=DATASET.n_items, features=8, positions=10)
    model = build(kind, config)
    shape = (1, 10, 2) if model.needs_times else (1, 10)
    path = folder / f"{kind}.pt"
    about = {"data": {"source": "generated", "fingerprint": DATASET.fingerprint}}
    examples = torch.ones(shape, dtype=torch.int64), torch.ones(1, dtype=torch.int64)
    found = checkpoint.Checkpoint(kind, config, model.state_dict(), IDS, *examples, about)
    checkpoint.save(path, found)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """model.pt and bundle of an SSR, and models without spikes."""
    made = tmp_path_factory.mktemp("made")
    sn.compile(saved_ssr(made), target="program", samples=4).save(made / "bundle")
    for kind in ("sasrec", "lrurec", "tim4rec"):
        saved(made, kind)
    return made


def items(found: tuple[sn.Recommended, ...]) -> list[str]:
    return [one.item for one in found]


def test_a_bundle_recommends_what_its_integers_rank_first(folder: Path) -> None:
    compiled, own = sn.open_bundle(folder / "bundle"), sn.recommender(folder / "bundle")
    assert (own.kind, own.positions) == ("ssr", 20)
    windows = compiled.recommender.sequences  # type: ignore[union-attr]
    for window, expected in zip(windows, compiled.recommend(windows), strict=True):
        history = [IDS[number - 1] for number in window if number]
        found = own.recommend(history)
        assert items(found) == [IDS[number - 1] for number in expected]
        assert all(type(one.score) is int for one in found)
        assert found == sn.recommender(compiled).recommend(history)
        assert own.recommend(history, 3) == found[:3]


def test_parts_of_many_windows_rank_as_the_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranking = sn.recommender(folder / "bundle").ranker
    windows = np.random.default_rng(3).integers(0, len(IDS) + 1, (11, 20))
    whole = ranking.top(windows, 5)
    monkeypatch.setattr(ranker, "AT_ONCE", 4)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    parts = ranking.top(windows, 5)
    np.testing.assert_array_equal(parts.rows, whole.rows)
    np.testing.assert_array_equal(parts.scores, whole.scores)


@pytest.mark.parametrize("name", ["bundle", "sasrec.pt"])
def test_no_histories_have_no_rankings(name: str, folder: Path) -> None:
    assert sn.recommender(folder / name).rank([], 5) == []


def test_a_text_is_not_read_as_items(folder: Path) -> None:
    own = sn.recommender(folder / "sasrec.pt")
    for history, shown in (("12", "'12'"), (b"12", "\"b'12'\"")):
        for read in (own.recommend, own.session):
            with pytest.raises(sn.BadInput) as refused:
                read(history)
            assert str(refused.value) == (
                f"the history is a text, {shown}; give a list of items, such as ['10', '20', '30']"
            )


@pytest.mark.parametrize("kind", ["model", "sasrec", "lrurec"])
def test_a_model_recommends_what_it_scores_highest(kind: str, folder: Path) -> None:
    model, own = sn.load(folder / f"{kind}.pt").module(), sn.recommender(folder / f"{kind}.pt")
    for length in (1, 7, 20, 90):
        numbers = np.random.default_rng(length).integers(1, len(IDS) + 1, length)
        window = np.zeros((1, own.positions), np.int64)
        window[0, -min(length, own.positions) :] = numbers[-own.positions :]
        with torch.no_grad():
            scores = model(torch.as_tensor(window))[0, 1:].numpy()
        found = own.recommend([IDS[number - 1] for number in numbers])
        order = sorted(range(len(IDS)), key=lambda row, s=scores: (-s[row], row))[:10]
        assert items(found) == [IDS[row] for row in order]
        assert [np.float32(one.score) for one in found] == [scores[row] for row in order]


@pytest.mark.parametrize("name", ["bundle", "sasrec.pt"])
def test_the_history_is_hidden_where_asked_for(name: str, folder: Path) -> None:
    own = sn.recommender(folder / name)
    history = [IDS[i] for i in (3, 3, 5, 0, 7)]
    whole, hidden = own.recommend(history, 10_000), own.recommend(history, 10_000, hide_seen=True)
    assert len(whole) == len(IDS)
    assert hidden == tuple(one for one in whole if one.item not in history)
    assert own.recommend(history, 5, hide_seen=True) == hidden[:5]
    everything = list(IDS)
    assert own.recommend(everything, 5, hide_seen=True) == ()


def test_times_are_read_where_a_model_needs_them(folder: Path) -> None:
    own, plain = sn.recommender(folder / "tim4rec.pt"), sn.recommender(folder / "sasrec.pt")
    history, times = [IDS[i] for i in (3, 5, 7)], [100, 160, 7_000]
    window = np.zeros((1, 10, 2), np.int64)
    window[0, -3:, 0], window[0, :, 1], window[0, -3:, 1] = (4, 6, 8), 100, times
    scores = own.ranker.model(torch.as_tensor(window))[0, 1:]  # type: ignore[attr-defined]
    assert items(own.recommend(history, 3, times=times)) == [
        IDS[row] for row in scores.topk(3).indices.tolist()
    ]
    session = own.session(history, times)
    assert session.recommend(3) == own.recommend(history, 3, times=times)
    with pytest.raises(sn.BadInput, match="reads times; give the seconds of each item"):
        own.recommend(history)
    with pytest.raises(sn.BadInput, match="2 times for 3 items; give one for each"):
        own.recommend(history, times=[1, 2])
    with pytest.raises(sn.BadInput, match="reads times; give time_s"):
        session.add(IDS[0])
    with pytest.raises(sn.BadInput, match=r"sasrec\) reads no times; leave them out"):
        plain.recommend(history, times=times)


@pytest.mark.parametrize("name", ["bundle", "model.pt", "sasrec.pt"])
def test_a_session_is_the_history_so_far(name: str, folder: Path) -> None:
    own = sn.recommender(folder / name)
    session, history = own.session(), []
    with pytest.raises(sn.BadInput, match="the session has no items yet"):
        session.recommend()
    for row in range(0, 66, 3):
        session.add(IDS[row])
        history.append(IDS[row])
        assert session.recommend(5, hide_seen=True) == own.recommend(history, 5, hide_seen=True)
    assert session.history == tuple(history)
    assert own.session(history).recommend() == session.recommend()


def test_a_session_of_lrurec_goes_on_from_its_state(folder: Path) -> None:
    """All items are read, not the last N alone; up to N the two agree."""
    own = sn.recommender(folder / "lrurec.pt")
    model, history = sn.load(folder / "lrurec.pt").module(), [IDS[row] for row in range(25)]
    session = own.session(history[:10])
    windowed = own.recommend(history[:10], len(IDS))
    kept = {one.item: one.score for one in session.recommend(len(IDS))}
    assert max(abs(kept[one.item] - one.score) for one in windowed) < 1e-5
    for item in history[10:]:
        session.add(item)
    with torch.no_grad():
        scores = model(torch.arange(1, 26)[None])[0, 1:]  # any length is read
    found = session.recommend(5)
    np.testing.assert_allclose([o.score for o in found], scores.topk(5).values, atol=1e-5)


def test_items_that_are_not_known_are_left_out_with_a_note(folder: Path) -> None:
    own = sn.recommender(folder / "bundle")
    with pytest.warns(UserWarning, match="does not know 'nobody', '0.5', which the history is"):
        found = own.recommend([IDS[4], "nobody", IDS[9], 0.5])
    session = own.session([IDS[4]])
    with pytest.warns(UserWarning, match="does not know 'nobody'"):
        session.add("nobody")
    session.add(IDS[9])
    assert found == session.recommend() == own.recommend([IDS[4], IDS[9]])
    with pytest.raises(sn.BadInput, match="knows none of the items 'x', 'y'; give ids of the data"):
        own.recommend(["x", "y"])
    with pytest.raises(sn.BadInput, match="the history is empty"):
        own.recommend([])
    with pytest.raises(sn.BadInput, match="--top is 0; ask for a whole number of items, at"):
        own.recommend([IDS[0]], 0)


def test_an_id_of_0_is_an_item_like_any_other() -> None:
    from ssr_neuro.serving.catalogue import Catalogue

    catalogue = Catalogue(("0", "7", "-1"))
    np.testing.assert_array_equal(catalogue.look_up([0, "7", -1, 1, "00"]), [1, 2, 3, 0, 0])


def test_a_catalogue_can_be_mapped_from_a_file(folder: Path, tmp_path: Path) -> None:
    own = sn.recommender(folder / "bundle")
    packed = own.ranker.items  # type: ignore[attr-defined]
    packed.save(tmp_path / "items")
    mapped = sn.recommender(folder / "bundle", items=tmp_path / "items")
    assert mapped.recommend(IDS[:5]) == own.recommend(IDS[:5])
    other = sn.PackedItems.of(np.zeros((3, 1, 2), np.uint8), np.zeros(3, np.int64))
    other.save(tmp_path / "other")
    with pytest.raises(sn.BadInput, match="save the items of this bundle again"):
        sn.recommender(folder / "bundle", items=tmp_path / "other")
    with pytest.raises(sn.BadInput, match="items are mapped for the folder of a bundle"):
        sn.recommender(folder / "sasrec.pt", items=tmp_path / "items")


NO_SECONDS = (
    ("123", "the times are a text, '123'; give whole seconds, such as"),
    (5, "the times are 5; give whole seconds, one for each item"),
    ([10, 20.0], r"a time is 20.0, a float; give whole seconds, as an int"),
    ([10, float("nan")], "a time is nan, a float"),
    ([10, None], "a time is None, a NoneType"),
    (["10", "20"], "a time is '10', a str"),
    ([True, 2], "a time is True, a bool"),
    ([10, 2**70], f"a time is {2**70}; give seconds since 1970, at most 100,000,000,000"),
    ([datetime(2020, 1, 1)] * 2, r"a datetime; give whole seconds"),
    (np.array(["2020-01-01", "2020-01-02"], "datetime64[ns]"), "a datetime64; give whole seconds"),
    (np.array([1, 2], "timedelta64[ns]"), "a timedelta64; give whole seconds"),
    ([10], "1 times for 2 items; give one for each"),
)


@pytest.mark.parametrize(("times", "message"), NO_SECONDS)
def test_times_are_whole_seconds_alone(times: Any, message: str, folder: Path) -> None:
    own = sn.recommender(folder / "tim4rec.pt")
    with pytest.raises(sn.BadInput, match=message):
        own.recommend(IDS[:2], times=times)
    with pytest.raises(sn.BadInput, match=message):
        own.session(IDS[:2], times)


def test_a_session_is_as_it_was_after_a_refused_time(folder: Path) -> None:
    own = sn.recommender(folder / "tim4rec.pt")
    session = own.session(IDS[:1], [10])
    with pytest.raises(sn.BadInput, match="a time is 'x', a str"):
        session.add(IDS[1], "x")  # type: ignore[arg-type]
    assert session.history == tuple(IDS[:1])
    session.add(IDS[2], np.int64(20))  # type: ignore[arg-type]
    assert session.recommend() == own.recommend([IDS[0], IDS[2]], times=np.array([10, 20]))


def test_a_history_that_is_no_list_is_refused(folder: Path) -> None:
    own = sn.recommender(folder / "sasrec.pt")
    for history in (None, 3):
        with pytest.raises(sn.BadInput, match=f"the history is {history}; give a list of items"):
            own.recommend(history)  # type: ignore[arg-type]


def test_a_mapped_catalogue_of_another_model_is_refused(folder: Path, tmp_path: Path) -> None:
    packed = sn.recommender(folder / "bundle").ranker.items  # type: ignore[attr-defined]
    codes, bias = packed.codes(np.arange(packed.items)), packed.bias.copy()
    codes[-1, -1, -1] ^= 1
    sn.PackedItems.of(codes, bias).save(tmp_path / "codes")
    codes[-1, -1, -1] ^= 1
    bias[0] += 1
    sn.PackedItems.of(codes, bias).save(tmp_path / "biases")
    for name in ("codes", "biases"):
        message = f"{name} holds the codes or biases of another model than .*bundle; save the items"
        with pytest.raises(sn.BadInput, match=message):
            sn.recommender(folder / "bundle", items=tmp_path / name)


def test_a_bundle_that_changed_is_refused(folder: Path, tmp_path: Path) -> None:
    copied = sn.open_bundle(folder / "bundle").save(tmp_path / "copy")
    (copied / "weights.npz").write_bytes(b"x")
    with pytest.raises(sn.Mismatch, match=r"weights\.npz has changed; get it again"):
        sn.recommender(copied)
    (copied / "weights.npz").unlink()
    with pytest.raises(sn.Mismatch, match=r"weights\.npz is missing"):
        sn.recommender(copied)


def test_scores_that_are_no_numbers_are_refused(folder: Path) -> None:
    own = sn.recommender(folder / "sasrec.pt")
    with torch.no_grad():
        own.ranker.model.table.weight[3] = float("nan")  # type: ignore[attr-defined]
    with (
        warnings.catch_warnings(),
        pytest.raises(sn.BadInput, match="a score is nan, no finite number"),
    ):
        own.recommend(IDS[:3])
