"""From model.pt to a proof: every stage the same spikes, and a planted error located."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import nir
import numpy as np
import pytest
import torch
from faulty_simulator import Faulty
from trained import awake_ssr, saved_ssr

from converters.nir_to_program import to_program
from converters.ssr_checks import check_nir
from converters.ssr_to_nir import flat_bytes, to_nir
from simulators.fast import Fast
from simulators.reference import Reference
from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.compiler.ssr import Built, build, export, prove, reached_by_truncation
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.model.ssr import SSR
from ssr_neuro.program.linear_maps import Kron
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.prove import Lowered

CONFIG = SsrConfig(items=40, positions=8, features=6, blocks=2)
OPTIONS = ("encoder_skip", "feature_gains", "readout_skip")
SHAPES = (CONFIG, *(replace(CONFIG, **{name: True}) for name in OPTIONS))
SEQUENCES = torch.randint(0, 41, (12, 8), generator=torch.Generator().manual_seed(3)).numpy()


def compiled(saved: Checkpoint, bits: int = 8, optimise: bool = False) -> Built:
    exported = export(saved, Stopwatch())
    full, program = (
        lower(exported.program, Lowering(bits, optimise=wish)) for wish in (False, optimise)
    )
    return build(exported, Lowered(full, program if optimise else full), Stopwatch())


@pytest.mark.parametrize("config", SHAPES)
@pytest.mark.parametrize("layout", ["compact", "flat"])
def test_the_nir_file_gives_the_models_own_spikes(
    tmp_path: Path, layout: str, config: SsrConfig
) -> None:
    model = awake_ssr(config).double()
    nir.write(tmp_path / "model.nir", to_nir(model, layout))
    found = check_nir(model, tmp_path / "model.nir", SEQUENCES)
    assert found.equal
    assert 0.05 < found.spikes_fired / found.spikes_compared < 0.95


@pytest.mark.parametrize("config", SHAPES)
def test_the_size_of_a_flat_graph_is_known_before_it_is_made(config: SsrConfig) -> None:
    model = awake_ssr(config).double()
    nodes = to_nir(model, "flat").nodes.values()
    matrices = [node.weight for node in nodes if isinstance(node, nir.Affine | nir.Linear)]
    assert flat_bytes(model) == sum(matrix.nbytes for matrix in matrices)


def test_the_fixed_fourier_matrices_appear_as_such() -> None:
    graph = to_nir(awake_ssr(CONFIG).double())
    k, n = np.mgrid[0:8, 0:8]
    angle = 2 * np.pi * k * n / 8
    forward = np.concatenate([np.cos(angle), -np.sin(angle)]) / np.sqrt(8)
    backward = np.concatenate([np.cos(angle), np.sin(angle)]) / np.sqrt(8)
    for block in (0, 1):
        for name, matrix in ((f"block{block}_dft", forward), (f"block{block}_idft", backward)):
            found = graph.nodes[f"{name}_fourier"].weight[:, :, 0]
            np.testing.assert_allclose(found, matrix, atol=1e-6)


def test_structure_survives_the_way_through_nir() -> None:
    program = to_program(to_nir(awake_ssr(CONFIG).double()), steps=4)
    assert all(isinstance(a.map, Kron) for s in program.synapses for a in s.chain)


CHOSEN = [
    pytest.param(chosen, marks=[pytest.mark.thorough] if count == 2 else [])
    for count in range(4)
    for chosen in combinations(OPTIONS, count)
]


@pytest.mark.parametrize("chosen", CHOSEN)
def test_every_stage_computes_the_same_spikes(tmp_path: Path, chosen: tuple[str, ...]) -> None:
    saved = checkpoint.load(saved_ssr(tmp_path, blocks=2, **dict.fromkeys(chosen, True)))
    built = compiled(saved, optimise=True)
    assert built.program.summary()["neurons"] < built.lowered.full.summary()["neurons"]
    proof = prove(built, saved.inputs.numpy(), (Reference(), Fast()), Stopwatch())
    pairs = [(c.left, c.right, c.mismatches) for c in proof.comparisons]
    assert pairs == [
        ("float PyTorch", "NIR read back", 0),
        ("quantised PyTorch", "reference", 0),
        ("reference, unoptimised", "reference, optimised", 0),
        ("reference", "fast", 0),
    ]
    assert all(0 < s.mean() < 1 for s in proof.runs.full.spikes.values())
    assert proof.agreement.overlap > 0.5


def test_a_wrong_readout_in_the_export_is_found(tmp_path: Path) -> None:
    saved = checkpoint.load(saved_ssr(tmp_path))
    built = compiled(saved)
    exported = built.exported.program
    (last,) = (s for s in exported.synapses if s.target == "output")
    outer = last.chain[-1]
    wrong = replace(outer, map=outer.map.with_weights(-outer.map.weights))
    turned = replace(last, chain=(*last.chain[:-1], wrong))
    synapses = tuple(turned if s is last else s for s in exported.synapses)
    changed = replace(built.exported, program=replace(exported, synapses=synapses))
    built = replace(built, exported=changed)
    with pytest.raises(Mismatch, match=r"PyTorch and NIR read back differ .* readout 'output', n"):
        prove(built, saved.inputs.numpy(), (Reference(),), Stopwatch())


def test_a_truncation_excuses_only_what_lies_behind_it(tmp_path: Path) -> None:
    built = compiled(checkpoint.load(saved_ssr(tmp_path)))
    assert reached_by_truncation(built.program) == set()
    notes = replace(built.program.notes, inexact={"block0_reconstruct": "made up"})
    reached = reached_by_truncation(replace(built.program, notes=notes))
    assert reached == {"block0_reconstruct", "block0_ffn_hidden", "block0_ffn_out", "output"}


def test_thresholds_lie_next_below_in_the_precision_of_the_layout() -> None:
    model = awake_ssr(CONFIG).double()
    for layout, precision in (("compact", np.float64), ("flat", np.float32)):
        threshold = to_nir(model, layout).nodes["encoder"].v_threshold
        assert threshold.dtype == precision
        assert (np.nextafter(threshold, precision(1)) == 0.5).all()


@pytest.mark.parametrize("bits", [2, 4])
def test_low_bit_weights_stay_exact(tmp_path: Path, bits: int) -> None:
    saved = checkpoint.load(saved_ssr(tmp_path))
    built = compiled(saved, bits)
    proof = prove(built, saved.inputs.numpy(), (Reference(),), Stopwatch())
    assert max(np.abs(s.map.weights).max() for s in built.program.synapses) < 2 ** (bits - 1)
    assert proof.comparisons[1].equal


def test_a_planted_error_is_located(tmp_path: Path) -> None:
    saved = checkpoint.load(saved_ssr(tmp_path))
    built = compiled(saved)
    with pytest.raises(
        Mismatch,
        match=r"(?s)reference and faulty differ in 24 of \d+ values, first at population "
        r"'block0_filter', neuron \(7, 3\), sample 0, step 3: reference has \d, faulty has \d\n"
        r".*membrane, reference +-?\d+ .*membrane, faulty ",
    ):
        prove(built, saved.inputs.numpy(), (Reference(), Faulty()), Stopwatch())


def test_a_truncated_decay_is_counted_not_hidden(tmp_path: Path) -> None:
    saved = checkpoint.load(saved_ssr(tmp_path, tau_steps=3.0))
    built = compiled(saved)
    proof = prove(built, saved.inputs.numpy(), (Reference(), Fast()), Stopwatch())
    assert "tau of 3 steps" in built.program.notes.inexact["encoder"]
    assert proof.inexact == proof.comparisons[1].mismatches
    assert proof.comparisons[2].equal


def test_a_model_without_spikes_is_refused(tmp_path: Path) -> None:
    saved = replace(checkpoint.load(saved_ssr(tmp_path)), kind="ssr-ann")
    with pytest.raises(BadInput, match="'ssr-ann' has no spikes to compile"):
        compiled(saved)


def test_the_items_are_encoded_once_however_many_sequences_are_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = checkpoint.load(saved_ssr(tmp_path))
    made, encode = [], SSR.codes
    monkeypatch.setattr(SSR, "codes", lambda model: made.append(model) or encode(model))
    exported = export(saved, Stopwatch())
    shown_by_torch = exported.model.stimulus(saved.inputs[:3])
    expected = shown_by_torch.permute(1, 2, 0, 3).detach().numpy()
    made.clear()
    for _ in range(2):
        (shown,) = exported.stimulus(saved.inputs[:3].numpy()).values()
        np.testing.assert_array_equal(shown, expected)
    full = lower(exported.program, Lowering())
    build(exported, Lowered(full, full), Stopwatch())
    assert len(made) == 1
