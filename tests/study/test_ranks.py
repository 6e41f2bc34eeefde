"""Mean ranks over data sets, against sums by hand and the tables of Demsar 2006."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command_line import run

import ssr_neuro as sn
from ssr_neuro.errors import BadInput
from ssr_neuro.library.evaluation_document import FORMAT
from ssr_neuro.study.ranks import critical_difference, groups_alike, rank_models

THREE = [
    {"ssr": 0.3, "sasrec": 0.2, "lrurec": 0.1, "caser": 0.9},
    {"ssr": 0.4, "sasrec": 0.3, "lrurec": 0.2},
    {"ssr": 0.2, "sasrec": 0.3, "lrurec": 0.1},
    {"ssr": 0.5, "sasrec": 0.4, "lrurec": 0.3},
]


def test_ranks_and_friedmans_statistic_worked_by_hand() -> None:
    found = rank_models(THREE)
    assert found.mean_ranks == {"ssr": 1.25, "sasrec": 1.75, "lrurec": 3.0}
    # 12 N / (k (k + 1)) (sum of R^2 - k (k + 1)^2 / 4), Demsar 2006, section 3.2.2
    squares = 1.25**2 + 1.75**2 + 3**2
    assert found.statistic == pytest.approx(12 * 4 / 12 * (squares - 3 * 16 / 4))
    assert found.p == pytest.approx(2.718281828 ** (-found.statistic / 2))  # of two degrees
    assert found.data_sets == 4


@pytest.mark.parametrize(("models", "q"), [(3, 2.343), (4, 2.569), (5, 2.728), (10, 3.164)])
def test_the_critical_difference_has_demsars_q(models: int, q: float) -> None:
    found = critical_difference(models, 10, 0.05)
    assert found == pytest.approx(q * (models * (models + 1) / 60) ** 0.5, abs=1e-3)


def test_groups_that_are_not_told_apart_are_the_largest() -> None:
    ranks = {"a": 1.0, "b": 1.5, "c": 2.2, "d": 4.0}
    assert groups_alike(ranks, 1.0) == (("a", "b"), ("b", "c"))
    assert groups_alike(ranks, 1.3) == (("a", "b", "c"),)
    assert groups_alike(ranks, 0.1) == ()


@pytest.mark.parametrize("few", [[], THREE[:1], [{"a": 1.0, "b": 2.0}] * 3])
def test_too_few_data_sets_or_models_are_refused(few: list[dict[str, float]]) -> None:
    with pytest.raises(BadInput, match="mean ranks need two data sets or more and three models"):
        rank_models(few)


def test_what_cannot_be_ranked_is_refused() -> None:
    with pytest.raises(BadInput, match="--alpha 2: it lies between 0 and 1"):
        rank_models(THREE, alpha=2)
    with pytest.raises(BadInput, match="all models are equal on every data set"):
        rank_models([{"a": 1.0, "b": 1.0, "c": 1.0}] * 2)


def evaluated(path: Path, values: dict[str, float], source: str = "", part: str = "test") -> Path:
    """A document of one data set, by default of its own."""
    data = {"source": source or str(path), "fingerprint": source or str(path)}
    models = {
        f"{kind}.pt": {"kind": kind, "ndcg@10": value, "data": data, "part": part}
        for kind, value in values.items()
    }
    path.parent.mkdir(exist_ok=True)
    document: dict[str, Any] = {"models": models, "over_seeds": []}
    path.write_text(json.dumps(FORMAT.wrap(document)))
    return path


def test_the_command_ranks_documents_of_evaluate_and_draws_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [evaluated(tmp_path / f"{n}.json", one) for n, one in enumerate(THREE)]
    out = tmp_path / "ranks"
    assert run("ssr", "study", "ranks", *files, "--out", out) == 0
    assert "ssr" in capsys.readouterr().out
    document = json.loads((out / "ranks.json").read_text())
    assert document["mean_ranks"] == {"ssr": 1.25, "sasrec": 1.75, "lrurec": 3.0}
    drawn = "".join(ElementTree.fromstring((out / "ranks.svg").read_text()).itertext())
    for word in ("SSR (1.25)", "LRURec (3.00)", f"{document['critical_difference']:.2f}"):
        assert word in drawn
    found = sn.study_ranks(files)
    assert json.loads(json.dumps(found.to_dict(document["command"]))) == document
    assert found.svg == (out / "ranks.svg").read_text()
    again = ("ssr", "study", "ranks", *files, "--out", tmp_path / "b", "--metric", "hr@10")
    assert run(*again) == 2
    assert "ssr.pt has no hr@10" in " ".join(capsys.readouterr().err.split())


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    files = [evaluated(tmp_path / f"{n}/eval.json", one) for n, one in enumerate(THREE)]
    found = sn.study_ranks(files)
    assert list(found.values) == [f"{n}/eval.json" for n in range(4)]
    assert found.ranking.data_sets == 4


def test_a_data_set_counts_once_and_all_are_judged_by_one_part(tmp_path: Path) -> None:
    first = evaluated(tmp_path / "a.json", THREE[0], "beauty")
    again = evaluated(tmp_path / "b.json", THREE[1], "beauty")
    message = r"a\.json and .*json are of the same data set, beauty, which would count twice"
    for files in ([first, again], [first, first]):
        with pytest.raises(BadInput, match=message):
            sn.study_ranks(files)
    other = evaluated(tmp_path / "c.json", THREE[1], "games", "validation")
    with pytest.raises(
        BadInput, match=r"a\.json is of the test set and .*c\.json of the validation"
    ):
        sn.study_ranks([first, other])


def test_a_document_tells_one_data_set_and_part(tmp_path: Path) -> None:
    path = evaluated(tmp_path / "a.json", THREE[0])
    document = json.loads(path.read_text())
    document["models"]["ssr.pt"]["part"] = "validation"
    path.write_text(json.dumps(document))
    with pytest.raises(BadInput, match=r"a\.json: its models are judged by 2 data sets or parts"):
        sn.study_ranks([path, path])
    del document["models"]["ssr.pt"]["data"]["fingerprint"]
    path.write_text(json.dumps(document))
    with pytest.raises(
        BadInput, match=r"the data of ssr\.pt has no fingerprint; evaluate it again"
    ):
        sn.study_ranks([path, path])
