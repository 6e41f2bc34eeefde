"""What is shown of a value where it is printed: one line of what it is, never its arrays."""

from pathlib import Path

import numpy as np
import pytest
from trained import DATASET, saved_ssr

import ssr_neuro as sn


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> sn.Compiled:
    return sn.compile(saved_ssr(tmp_path_factory.mktemp("model")), target="program", samples=4)


def test_values_say_what_they_are_and_how_large(compiled: sn.Compiled, tmp_path: Path) -> None:
    users, rows = f"{DATASET.n_users:,} users", f"{DATASET.n_interactions:,} interactions"
    assert repr(DATASET) == f"<Dataset generated: {users}, 200 items, {rows}>"
    model = sn.load(saved_ssr(tmp_path))
    assert repr(model).startswith(f"<Model {tmp_path}/model.pt: ssr, SsrConfig(items=200, posi")
    assert repr(model.checkpoint).startswith("<Checkpoint: ssr of 200 items, SsrConfig(")
    program = compiled.program
    neurons = program.summary()["neurons"]
    said = f"<IntegerProgram ssr: {len(program.populations)} populations of {neurons:,} neurons, "
    assert repr(program) == f"{said}4 steps>"
    assert repr(compiled) == f"<Compiled model.pt in memory: {program!r}>"
    opened = sn.open_bundle(compiled.save(tmp_path / "b"))
    assert repr(opened) == f"<Compiled model.pt of {tmp_path / 'b'}: {program!r}>"
    assert repr(compiled.report).startswith("<Report model.pt: ssr, trained on generated")
    assert repr(sn.load_chip("loihi1")) == "<Chip loihi1: Intel Loihi 1, neuromorphic>"
    assert repr(compiled.proof.trace).startswith("<Trace: spikes of ")
    assert "array(" not in repr(compiled.proof)
    own = sn.recommender(compiled)
    assert repr(own) == "<Recommender model.pt: ssr, 200 items>"
    session = own.session(own.item_ids[:2])
    assert repr(session) == f"<Session of {own!r}, history of 2>"
    for top in ("2", 2.5, True):
        with pytest.raises(sn.BadInput, match=f"--top is {top!r}; ask for a whole number of items"):
            session.recommend(top)  # type: ignore[arg-type]
    assert len(session.recommend(np.int64(3))) == 3  # type: ignore[arg-type]


def test_no_public_result_floods_the_screen(compiled: sn.Compiled) -> None:
    shown = {
        "simulate": sn.simulate(compiled, compiled.proof.trace.inputs),
        "show": sn.show(compiled),
        "cost": sn.cost(compiled)[0],
        "place": sn.place(compiled, "loihi1"),
        "items": compiled.recommender.packed if compiled.recommender else None,
    }
    lengths = {name: len(repr(value)) for name, value in shown.items()}
    assert max(lengths.values()) < 400, lengths
