"""Functions of the library refuse what they do not take with BadInput, and do nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trained import DATASET, saved_ssr

import ssr_neuro as sn


class Made:
    """A model, its bundle, what recommends by it, and a folder for what is written."""

    def __init__(self, folder: Path) -> None:
        self.model = sn.load(saved_ssr(folder))
        compiled = sn.compile(self.model, target="program", samples=2)
        self.compiled = sn.open_bundle(compiled.save(folder / "bundle"))
        self.own = sn.recommender(self.compiled)
        self.run = self.compiled.proof.trace
        self.windows = self.compiled.recommender.sequences  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("made"))


# Untyped, for the calls are wrong on purpose.
lib: Any = sn
d = DATASET
NO_MODEL = "no model is given; give at least one"
NO_PATH = "None is no path; give the path of the"

CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda m: lib.evaluate([], d), NO_MODEL),
    (lambda m: lib.evaluate(m.model, d, sampled="100"), "--sampled '100': it must be at least 1"),
    (lambda m: lib.evaluate(m.model, d, sampled=9, seed=-1), "--seed -1: it must be at least 0"),
    (lambda m: lib.evaluate(m.model, d, seed=5), "--seed has no meaning without --sampled"),
    (lambda m: lib.cost([]), NO_MODEL),
    (lambda m: lib.cost(None), "None is no path; give a model, a compiled network, or the path"),
    (lambda m: lib.cost_on_gpu([], "h200"), NO_MODEL),
    (lambda m: lib.measure_models([], device="cpu"), NO_MODEL),
    (lambda m: lib.measure_models(m.model, device=None), "device is None; it must be cpu, cuda or"),
    (lambda m: lib.measure_models(m.model, seconds="1"), "a str is no value of --seconds; give a"),
    (lambda m: lib.build_report([], "report"), "no bundle is given; give at least one"),
    (lambda m: lib.build_report(None), "None is no path; give a folder of ssr-compile, or what"),
    (lambda m: lib.build_report(m.compiled, measured=3), "a int is no path; give the path of a fi"),
    (
        lambda m: lib.build_report(m.compiled, recorded_baselines=True),
        "--recorded-baselines: without --data nothing is ranked; leave it out",
    ),
    (lambda m: lib.study_noise([], d), NO_MODEL),
    (lambda m: lib.study_noise(m.model, d, levels="0,10"), "--levels '0,10': give percentages"),
    (lambda m: lib.study_noise(m.model, d, seed=1.5), "--seed 1.5: .* a whole number"),
    (lambda m: lib.study_noise(m.model, d, sequences="9"), "--sequences '9': .* a whole number"),
    (lambda m: lib.study_lengths([], d), NO_MODEL),
    (lambda m: lib.study_lengths(m.model, d, limits="5"), "--limits '5': give lengths that rise"),
    (lambda m: lib.study_anytime([], d), NO_MODEL),
    (lambda m: lib.study_item_table([], d), NO_MODEL),
    (lambda m: lib.study_item_table(m.model, d, bits="8"), "--bits '8': an entry has 1 to 8 bits"),
    (lambda m: lib.study_item_table(m.model, d, keep="x"), "a str is no share to keep; give a num"),
    (lambda m: lib.study_memory(d, features="8"), "--features '8', .* give whole numbers from 1"),
    (lambda m: lib.study_memory(d, time_steps=2.5), "--time-steps 2.5: give whole numbers from 1"),
    (lambda m: lib.study_ranks([{}, {}]), "a dict is no path; give the path of a file of ssr eval"),
    (lambda m: lib.study_tau(d, "taus", 2, values=["a"]), "a str is no tau; give numbers"),
    (lambda m: lib.study_sweep(d, "grid", 2, None), "None holds no settings; give a mapping from"),
    (lambda m: lib.study_time("ssr", batch=0), "--batch is 0; give a whole number of at least 1"),
    (lambda m: lib.study_time("ssr", lengths="8"), "--lengths '8': give numbers of items that ris"),
    (lambda m: lib.study_time("ssr", seconds="1"), "a str is no value of --seconds; give a number"),
    (lambda m: lib.search_settings("ssr", d, trials=0), "--trials is 0; give a whole number of at"),
    (lambda m: lib.search_settings("ssr", d, trials=1.5), "--trials is 1.5; give a whole number"),
    (
        lambda m: lib.search_settings("ssr", d, max_steps="2"),
        "--max-steps is '2'; give a whole num",
    ),
    (lambda m: lib.search_settings("ssr", d, storage=3), "a int is no storage; give a file, or a"),
    (
        lambda m: lib.search_settings("ssr", d, space={"dropout": [0.1]}),
        "a list is no dimension of",
    ),
    (lambda m: lib.train(d, out=None), NO_PATH),
    (lambda m: lib.train_seeds(d, out=None, seeds=[0, 1]), NO_PATH),
    (lambda m: lib.export(m.model, None, target="c"), NO_PATH),
    (lambda m: m.compiled.save(None), NO_PATH),
    (lambda m: lib.recommend_users(m.own, d, None), NO_PATH),
    (lambda m: lib.recommend_users("bundle", d, "a.csv"), "a str ranks no items; give what ssr_ne"),
    (lambda m: lib.recommend_users(m.own, d, "a.csv", dask=True), "a bool says nothing of a clus"),
    (lambda m: lib.recommender("bundle", items=3), "a int is no path; give a folder of Packed"),
    (lambda m: m.compiled.recommend(m.windows, k="3"), "the best '3' of .* ask for at least 1"),
    (lambda m: m.compiled.recommend(None), "input has shape .*; it needs .samples, steps"),
    (lambda m: lib.check(None), "None is no graph; give a NIR graph, or the path of a .nir file"),
    (lambda m: lib.check("a.nir", steps=3.5), "--steps is 3.5; give a whole number of at least 1"),
    (lambda m: lib.compare(m.compiled, m.run, ("a", "b")), "a Compiled is no run; give what Compi"),
    (lambda m: lib.compare(m.run, m.run, "ab"), "names are 'ab'; give two, one for each run"),
    (lambda m: lib.comparison_document(None), "None is no comparison; give what ssr_neuro.compar"),
    (lambda m: lib.read_trace(None), "None is no path; give the path of a trace of `ssr simulate`"),
    (lambda m: lib.draw(m.compiled), "a Compiled is no program; give the .program of a compiled"),
    (lambda m: lib.place(m.compiled, "loihi1", mesh=(8, 4, 4)), "a tuple is no mesh; give columns"),
    (
        lambda m: lib.conformance(["nir"], limit_s="3"),
        "a str is no value of --limit; give a number",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_what_a_function_does_not_take_is_refused(
    call: Callable[[Any], Any],
    message: str,
    made: Made,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sn.BadInput, match=message):
        call(made)
    assert not list(tmp_path.iterdir())


def test_storage_of_a_search_may_be_a_path(tmp_path: Path) -> None:
    few = {"trials": 1, "max_steps": 1, "features": 8, "blocks": 1}
    found = sn.search_settings("ssr", DATASET, storage=tmp_path / "a.db", **few)  # type: ignore[arg-type]
    assert len(found.study.trials) == 1
