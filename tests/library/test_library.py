"""The line as Python: load, compile, run, save, open, evaluate, price, place."""

import ast
import pickle
from collections.abc import Callable
from pathlib import Path

import nir
import numpy as np
import polars as pl
import pytest
from nir_graphs import ends, graph, lif
from trained import saved_ssr

import ssr_neuro as sn

Folder = pytest.TempPathFactory


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: Folder) -> sn.Compiled:
    model = sn.load(saved_ssr(tmp_path_factory.mktemp("model")))
    return sn.compile(model, target="program", samples=4)


@pytest.fixture(scope="module")
def bundle(compiled: sn.Compiled, tmp_path_factory: Folder) -> sn.Compiled:
    return sn.open_bundle(compiled.save(tmp_path_factory.mktemp("saved") / "bundle"))


def test_every_public_name_is_there_and_typed() -> None:
    stub = ast.parse(Path(sn.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imported = (n for n in stub.body if isinstance(n, ast.ImportFrom))
    typed = {alias.asname for node in imported for alias in node.names}
    assert typed | {"__version__"} == set(dir(sn))
    assert all(getattr(sn, name) is not None for name in dir(sn))
    with pytest.raises(AttributeError, match="has no attribute 'compiler_of_dreams'"):
        _ = sn.compiler_of_dreams  # type: ignore[attr-defined]


def test_a_bundle_is_what_was_compiled(compiled: sn.Compiled, bundle: sn.Compiled) -> None:
    assert bundle.program.summary() == compiled.program.summary()
    assert sn.compare(compiled.proof.trace, bundle.proof.trace, ("a", "b")).equal
    assert [c.mismatches for c in bundle.proof.comparisons] == [0] * 4
    assert bundle.report is not None
    assert compiled.report is not None
    assert bundle.report.counts == compiled.report.counts


@pytest.mark.parametrize("simulator", ["reference", "fast"])
def test_item_sequences_and_their_spikes_give_the_golden_run(
    bundle: sn.Compiled, simulator: str
) -> None:
    own = bundle.recommender
    assert own is not None
    golden = bundle.proof.trace
    for inputs in (own.sequences, golden.inputs):
        assert sn.compare(bundle.run(inputs, simulator), golden, ("run", "golden")).equal
    np.testing.assert_array_equal(bundle.recommend(own.sequences), own.top10 + 1)


def test_sequences_of_another_model_are_refused(bundle: sn.Compiled) -> None:
    with pytest.raises(sn.BadInput, match=r"shape \(2, 3\); the model reads whole numbers"):
        bundle.run(np.ones((2, 3), np.int64))
    positions = bundle.recommender.config.positions if bundle.recommender else 0
    with pytest.raises(sn.BadInput, match="items from 9999 to 9999; the model knows 0 to"):
        bundle.run(np.full((1, positions), 9999))


def test_a_saved_bundle_is_copied_and_never_replaced_unasked(
    bundle: sn.Compiled, tmp_path: Path
) -> None:
    copy = bundle.save(tmp_path / "copy")
    assert sn.verify(copy).comparisons[0].equal
    with pytest.raises(sn.BadInput, match="--overwrite replaces it"):
        bundle.save(copy)
    assert bundle.save(copy, overwrite=True) == copy


def test_models_and_programs_are_evaluated_side_by_side(
    compiled: sn.Compiled, tmp_path: Path
) -> None:
    model = sn.load(saved_ssr(tmp_path))
    data = sn.load_data("generated")
    floats, integers = sn.evaluate([model, compiled], data)
    assert floats.metrics.sequences == integers.metrics.sequences > 0
    assert abs(floats.metrics.ndcg[10] - integers.metrics.ndcg[10]) < 0.2
    with pytest.raises(sn.BadInput, match=r"is a compiled program; choose by its model\.pt"):
        sn.evaluate(compiled, data, part="validation")


def test_cost_and_place_take_what_was_compiled(compiled: sn.Compiled, bundle: sn.Compiled) -> None:
    ours, theirs = sn.cost(compiled)[0], sn.cost(bundle)[0]
    assert ours.ops == theirs.ops
    assert ours.bills["arithmetic-int8"] == theirs.bills["arithmetic-int8"]
    assert sn.place(compiled, "loihi1").cores == sn.place(bundle, "loihi1").cores


def test_a_graph_and_its_outputs(tmp_path: Path) -> None:
    made = graph("x>w>p>y", **ends((3,)), w=nir.Linear(np.eye(3)), p=lif((3,)))
    spikes = np.ones((2, 4, 3), np.uint8)
    found = sn.compile(made, inputs=spikes, target="program", trace=True)
    assert found.outputs["outputs"].shape == (2, 4, 3)
    assert {"outputs", "p"} == set(found.outputs)
    opened = sn.open_bundle(found.save(tmp_path / "graph"))
    np.testing.assert_array_equal(opened.outputs["outputs"], found.outputs["outputs"])
    with pytest.raises(sn.BadInput, match="is a graph and has no items to recommend"):
        opened.recommend(spikes[:, 0])
    for source in (opened, opened.folder):
        with pytest.raises(sn.BadInput, match=r"graph is a graph; only recommenders are priced"):
            sn.cost(source)  # type: ignore[arg-type]


def test_training_takes_the_settings_of_the_command(tmp_path: Path) -> None:
    out = tmp_path / "model.pt"
    made = sn.train(out=out, features=8, blocks=1, time_steps=2, max_steps=2, batch_size=32, seed=3)
    assert (made.kind, made.config.features, made.config.steps) == ("ssr", 8, 2)
    settings = made.training["settings"]
    assert (settings["max_steps"], settings["seed"], settings["epochs"]) == (2, 3, None)
    with pytest.raises(sn.BadInput, match="exists; --overwrite replaces it"):
        sn.train(out=out)
    with pytest.raises(sn.BadInput, match="neither ssr nor training knows it"):
        sn.train(out=tmp_path / "b.pt", bananas=1)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("gone.pt", "gone.pt: no such file; train a model"),
        (".", r"\. is a folder; name a model\.pt"),
        (7, "a int cannot be compiled; give a model, a NIR graph"),
    ],
)
def test_what_is_no_source_is_refused(source: object, message: str) -> None:
    with pytest.raises(sn.BadInput, match=message):
        sn.compile(source)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "given", "message"),
    [
        (sn.load_data, pl.DataFrame({"user": [1]}), "a DataFrame is no data set; give the path of"),
        (sn.train, pl.DataFrame({"user": [1]}), r"written to a file first, as df\.write_csv"),
        (sn.train, None, "None is no data set"),
        (sn.recommender, None, "None recommends nothing; give a model, a compiled network, or"),
        (sn.recommender, nir.NIRGraph({}, []), "a NIRGraph recommends nothing; give a model"),
        (lambda given: sn.evaluate(given, "generated"), 5, "a int cannot be evaluated; give a mod"),
        (sn.load, 123, r"a int is no path; give the path of a model\.pt"),
        (lambda given: sn.train(start=given), 5, r"a int is no path; give the path of a model\.pt"),
        (sn.load_chip, None, "None is no chip; give its name, the path of a"),
    ],
)
def test_what_an_entry_does_not_take_is_refused(
    function: Callable[[object], object], given: object, message: str
) -> None:
    with pytest.raises(sn.BadInput, match=message):
        function(given)


def test_a_compiled_network_is_no_folder(compiled: sn.Compiled) -> None:
    message = r"a Compiled is no path; give the path of a folder .* that Compiled\.save returned"
    for function in (sn.open_bundle, sn.verify):
        with pytest.raises(sn.BadInput, match=message):
            function(compiled)  # type: ignore[operator]


def test_what_was_compiled_can_be_pickled(compiled: sn.Compiled, tmp_path: Path) -> None:
    again = pickle.loads(pickle.dumps(compiled))
    assert sn.verify(again.save(tmp_path / "b")).comparisons[0].equal
    made = graph("x>w>p>y", **ends((3,)), w=nir.Linear(np.eye(3)), p=lif((3,)))
    found = sn.compile(made, inputs=np.ones((2, 4, 3), np.uint8), target="program")
    again = pickle.loads(pickle.dumps(found))
    opened = sn.open_bundle(again.save(tmp_path / "graph"))
    np.testing.assert_array_equal(opened.outputs["outputs"], found.outputs["outputs"])


def test_a_program_after_a_pass(compiled: sn.Compiled, tmp_path: Path) -> None:
    model = sn.load(saved_ssr(tmp_path))
    full = sn.lower_program(model, stop_after="separate")
    assert full.summary()["neurons"] >= compiled.program.summary()["neurons"]
    assert sn.lower_program(model).summary() == compiled.program.summary()
    with pytest.raises(sn.BadInput, match=r"ssr_neuro\.lower_program returns it"):
        sn.compile(model, stop_after="fold")


def test_options_are_given_as_one_value_or_as_keywords(
    compiled: sn.Compiled, tmp_path: Path
) -> None:
    model, options = sn.load(saved_ssr(tmp_path)), sn.CompileOptions(target="program", samples=4)
    assert sn.compile(model, options=options).program.summary() == compiled.program.summary()
    both = r"^weight_bits, chip beside options=; give all of them as keywords"
    for function in (sn.compile, sn.lower_program):
        with pytest.raises(sn.BadInput, match=both):
            function(model, options=options, weight_bits=2, chip="loihi1")
        with pytest.raises(sn.BadInput, match=r"^no option nonsense; there are target, data"):
            function(model, options=options, nonsense=1)  # type: ignore[call-arg]
    with pytest.raises(sn.BadInput, match=r"^lanes beside options="):
        sn.export(model, tmp_path / "out", options=sn.CompileOptions(target="rtl"), lanes=2)
    assert not (tmp_path / "out").exists()


def test_lowering_refuses_what_only_a_run_or_an_export_can_have(tmp_path: Path) -> None:
    model = sn.load(saved_ssr(tmp_path))
    with pytest.raises(sn.BadInput, match=r"^--samples has no meaning with --stop-after or low"):
        sn.lower_program(model, samples=3)
    for function in (sn.compile, sn.lower_program):
        with pytest.raises(sn.BadInput, match=r"^target 'c' is a format of other tools"):
            function(model, target="c")
        with pytest.raises(sn.BadInput, match=r"^--target 'nonsense' is unknown; there are lava-"):
            function(model, target="nonsense")
