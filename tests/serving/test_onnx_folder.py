"""Models in ONNX as what recommends: scores as computed by hand, and what is refused."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from onnx_folders import DAY_S, IDS, POSITIONS, scores_by_hand, write_folder

import ssr_neuro as sn

NUMBERS = [3, 9, 9, 27, 1, 14, 30, 2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("made") / "summed")


def ids(numbers: list[int]) -> list[str]:
    return [IDS[number - 1] for number in numbers]


def best(scores: np.ndarray, k: int) -> list[tuple[str, float]]:
    order = sorted(range(len(IDS)), key=lambda row: (-scores[row], row))[:k]
    return [(IDS[row], float(scores[row])) for row in order]


@pytest.mark.parametrize("name", ["", "model.onnx"])
@pytest.mark.parametrize("length", [1, POSITIONS, len(NUMBERS)])
def test_the_best_items_are_those_of_the_graph(name: str, length: int, folder: Path) -> None:
    own = sn.recommender(folder / name)
    assert (own.kind, own.positions) == ("summed", POSITIONS)
    history = NUMBERS[:length]
    found = own.recommend(ids(history), 7)
    assert [(one.item, one.score) for one in found] == best(scores_by_hand(history), 7)
    unseen = own.recommend(ids(history), 7, hide_seen=True)
    assert not {one.item for one in unseen} & set(ids(history))


@pytest.mark.parametrize("name", ["", "model.onnx"])
def test_it_can_be_pickled_and_is_checked_where_it_is_opened(name: str, tmp_path: Path) -> None:
    place = write_folder(tmp_path / "summed")
    own = sn.recommender(place / name)
    kept = pickle.dumps(own)
    again = pickle.loads(kept)
    assert again.recommend(ids(NUMBERS), 7) == own.recommend(ids(NUMBERS), 7)
    (place / "model.onnx").write_bytes(b"another")
    with pytest.raises(sn.Mismatch, match=r"model\.onnx"):
        pickle.loads(kept)


def test_a_session_goes_on_from_the_state_that_step_gives(folder: Path) -> None:
    session = sn.recommender(folder).session(ids(NUMBERS[:2]))
    for read in range(2, POSITIONS + 1):
        expected = best(scores_by_hand(NUMBERS[:read]), 4)
        assert [(one.item, one.score) for one in session.recommend(4)] == expected
        session.add(IDS[NUMBERS[read] - 1])


def test_times_go_in_where_the_graph_reads_them(tmp_path: Path) -> None:
    own = sn.recommender(write_folder(tmp_path / "timed", timed=True))
    times = [5, 5 + DAY_S, 6 + 3 * DAY_S]
    found = own.recommend(ids(NUMBERS[:3]), 6, times=times)
    assert [(one.item, one.score) for one in found] == best(scores_by_hand(NUMBERS[:3], times), 6)
    with pytest.raises(sn.BadInput, match="reads times; give the seconds"):
        own.recommend(ids(NUMBERS))


def test_the_command_reads_it_without_torch(folder: Path) -> None:
    code = (
        "import sys; from ssr_neuro.cli import main\n"
        f"sys.argv = ['ssr', 'recommend', {str(folder)!r}, '--history', {IDS[3]!r}]\n"
        "try: main()\n"
        "finally: assert not {'torch', 'numba', 'polars', 'scipy', 'onnx'} & sys.modules.keys()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "next after the last 1 of 1 items" in done.stdout


def test_what_is_no_folder_of_ours_is_refused(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "model.onnx"
    alone.write_bytes((folder / "model.onnx").read_bytes())
    with pytest.raises(sn.BadInput, match=r"holds no MANIFEST\.json; write it again with --target"):
        sn.recommender(alone)
    with pytest.raises(sn.BadInput, match="is no folder of ssr-compile --target onnx"):
        sn.recommender(folder / "model.int8.onnx")
    with pytest.raises(sn.BadInput, match="items are mapped for the folder of a bundle"):
        sn.recommender(folder, items=folder)


def test_a_file_that_changed_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "summed")
    (folder / "items.json").write_text("[]")
    with pytest.raises(sn.Mismatch, match=r"items\.json has changed; get it again"):
        sn.recommender(folder)
    folder = write_folder(tmp_path / "cut")
    (folder / "step.onnx").unlink()
    with pytest.raises(sn.Mismatch, match=r"step\.onnx is missing; get it again"):
        sn.recommender(folder)
