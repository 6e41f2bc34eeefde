"""Files for SANA-FE: what another reader makes of them, and what they refuse to hold."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from sana_fe_by_hand import ByHand
from sana_fe_networks import LOIHI1, agree, chip, late_program, written
from small_programs import skip_program, synapse

from converters.sana_fe import architecture, layout, network
from converters.sana_fe.prices import Setting, prices
from converters.sana_fe.stream import Stream
from ssr_neuro.chip import Price, load_chip
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.program.fixed_point import NEVER
from ssr_neuro.program.ir import IntegerLif, Readout
from ssr_neuro.program.linear_maps import Dense


@pytest.mark.parametrize("seed", range(6))
def test_another_reader_fires_the_same_spikes_and_counts_the_same_traffic(
    tmp_path: Path, seed: int
) -> None:
    made, trace = written(tmp_path, skip_program(seed))
    assert len(made.placed.cores) > 4  # more than a tile
    assert made.placed.traffic.hops is not None
    assert made.placed.traffic.messages.between > 0
    agree(tmp_path, made, trace)


@pytest.mark.parametrize(
    ("value", "said"),
    [(8.4, "8.4e-12"), (5e-5, "0.00005e-12"), (1e16, "10000000000000000.0e-12"), (0.0, "0.0")],
)
def test_a_price_of_any_size_is_a_number_of_yaml(value: float, said: str) -> None:
    setting = Setting("tile", "energy_east_hop", value, "prices.hop_east_west", "sheet")
    assert str(setting) == f"energy_east_hop: {said}"
    assert yaml.safe_load(str(setting)) == {"energy_east_hop": pytest.approx(value * 1e-12)}


@pytest.mark.parametrize(("delay", "late"), [(2, 0), (6, 0), (7, 4), (13, 4)])
def test_a_delay_that_sana_fe_cannot_hold_comes_late(tmp_path: Path, delay: int, late: int) -> None:
    made, trace = written(tmp_path, late_program(delay))
    assert sum(len(one.rows) for one in made.net.late) == late
    agree(tmp_path, made, trace)
    (edge,) = yaml.safe_load((tmp_path / "network.yaml").read_text())["network"]["edges"][-1:]
    (fields,) = edge.values()
    assert fields.get("delay") == (None if late else [delay - 1] * 4)
    assert any(fields["weight"]) == (not late)


@pytest.mark.parametrize(("delay", "late"), [(5, 0), (6, 4), (12, 8)])
def test_an_input_may_come_late_as_well(tmp_path: Path, delay: int, late: int) -> None:
    made, trace = written(tmp_path, late_program(delay, skips=True))
    assert sum(len(one.rows) for one in made.net.late) == late
    agree(tmp_path, made, trace)


def test_neurons_with_laws_of_their_own_and_a_readout_that_integrates(tmp_path: Path) -> None:
    program = late_program(1)
    own = IntegerLif(np.array([[0], [1024]]), np.array([[3], [9]]), np.array([[1], [5]]), 2)
    leaky = Readout("c", (2, 1), np.zeros(1, np.int64), 3, 1.0, replace(own, vth=NEVER - 1))
    a, b = program.populations
    read = synapse("b_c", "c", Dense(np.array([[1, 2], [-3, 4]]), (2, 1), (2, 1)), ("b", 1))
    program = replace(
        program,
        populations=(replace(a, neuron=own), b),
        readouts=(leaky,),
        synapses=(*program.synapses, read),
    )
    _, trace = written(tmp_path, program)
    by_hand = ByHand(tmp_path)
    assert [by_hand.neurons["n1_a", n]["leak_decay"] for n in (0, 1)] == [1.0, 0.75]
    assert [by_hand.neurons["n1_a", n]["bias"] for n in (0, 1)] == [4 / 64, 20 / 64]
    ours = np.roll(trace.readouts["c"].reshape(-1, 2), 3, axis=0)
    membranes = by_hand.run().membranes.values()
    assert np.array_equal(ours, [[64 * at["n3_c", n] for n in (0, 1)] for at in membranes])


def test_every_energy_and_latency_of_the_architecture_is_the_chips(tmp_path: Path) -> None:
    written(tmp_path, skip_program(0), chip())
    tile, core = _first(tmp_path / "architecture.yaml")
    assert (float(tile["energy_east_hop"]), float(tile["energy_north_hop"])) == (3.0e-12, 4.0e-12)
    assert (float(tile["latency_west_hop"]), float(tile["latency_south_hop"])) == (4.1e-9, 6.5e-9)
    assert core["synapse"] == {"energy_process_spike": 23.6e-12, "latency_process_spike": 3.5e-9}
    assert core["soma"]["energy_access_neuron"] == 52e-12
    assert core["soma"]["energy_update_neuron"] == (81 - 52) * 1e-12
    assert core["soma"]["latency_update_neuron"] == 3.1e-9
    assert core["axon_out"] == {"energy_message_out": 1.7e-12, "latency_message_out": 2.1e-9}
    assert core["axon_in"] == {"energy_message_in": 0, "latency_message_in": 0}


def _first(path: Path) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Attributes of the first tile, and of the first unit of each kind of its first core."""
    (tile, *_) = yaml.safe_load(path.read_text())["architecture"]["tile"]
    core = tile["core"][0]
    kinds = ("axon_in", "synapse", "dendrite", "soma", "axon_out")
    return tile["attributes"], {
        kind: {key: float(x) for key, x in core[kind][0]["attributes"].items() if key != "model"}
        for kind in kinds
    }


def test_what_the_chip_does_not_state_is_named_everywhere(tmp_path: Path) -> None:
    made, _ = written(tmp_path, skip_program(0))
    own, theirs = made.every
    assert own.unknown(energy=True) == (
        "axon_in energy_message_in: prices.message_in is not stated",
        "dendrite energy_update: prices.dendrite_update is not stated",
        "soma energy_spike_out: prices.spike_out is not stated",
    )
    assert own.complete(energy=True)
    assert own.complete(energy=False)
    told = (tmp_path / "README.md").read_text()
    for line in (*own.unknown(energy=True), *theirs.unknown(energy=False)):
        assert f"**unknown**: {line.partition(': ')[2]}" in told
    assert "23.6 pJ | prices.synaptic_operation; Davies et al. 2018" in told
    assert "35.5 pJ | prices.synaptic_operation_dense; SANA-FE 8951ab0" in told


def test_a_chip_with_nothing_but_a_mesh_has_no_energy_worth_the_name(tmp_path: Path) -> None:
    bare = chip().model_copy(update={"prices": type(LOIHI1.prices)(), "alternatives": {}})
    (only,) = prices(bare)
    assert not any(only.prices_any(part) for part in ("synapse", "soma", "network", "total"))
    assert all(setting.unknown for setting in only.settings if setting.is_energy)


def test_tiles_are_numbered_down_the_columns(tmp_path: Path) -> None:
    made, _ = written(tmp_path, skip_program(0))
    addresses = [made.net.layout.address(core) for core in (0, 3, 4, 8 * 4, 8 * 4 + 5)]
    assert addresses == ["0.0", "0.3", "4.0", "1.0", "5.1"]


def test_units_of_more_neurons_than_sana_fe_holds_are_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (layout, architecture):
        monkeypatch.setattr(module, "PER_UNIT", 8)
    made, _ = written(tmp_path, skip_program(0), chip())  # 4 x (3 + 3 + 2) + 3 on one core
    held: Counter[str] = Counter()
    for block in made.net.layout.blocks():
        if block.soma.startswith("lif"):
            assert block.dendrite == block.soma.replace("lif", "dendrites")
            held[block.soma] += block.stop - block.start
    assert held == {"lif[0]": 8, "lif[1]": 8, "lif[2]": 8, "lif[3]": 8, "lif[4]": 3}
    assert "name: lif[0..4]\n" in (tmp_path / "architecture.yaml").read_text()


def test_names_that_sana_fe_would_cut_are_words(tmp_path: Path) -> None:
    program = skip_program(3)
    a, *others = program.populations
    program = replace(
        program,
        populations=(replace(a, name=(new := "block.0 -> a")), *others),
        synapses=tuple(
            replace(
                y,
                target=new if y.target == "a" else y.target,
                sources=tuple(replace(s, name=new if s.name == "a" else s.name) for s in y.sources),
            )
            for y in program.synapses
        ),
    )
    made, trace = written(tmp_path, program)
    assert made.net.layout.inside[0].name == "n1_block_0____a"
    agree(tmp_path, made, trace)


@pytest.mark.parametrize(("samples", "interval", "lead", "depth"), [(3, 4, 2, 7), (1, 2, 3, 5)])
def test_a_stream_shows_every_sample_once_at_every_depth(
    samples: int, interval: int, lead: int, depth: int
) -> None:
    stream = Stream(samples, interval, lead)
    sent = np.arange(samples * interval).reshape(samples, interval, 1)
    shown = stream.shown(sent)
    assert len(shown) == stream.last
    late = np.concatenate([np.full((depth, 1), -1), shown])[stream.first - 1 : stream.last]
    assert np.array_equal(stream.aligned(late, depth), sent)


def test_a_current_that_decays_is_refused(tmp_path: Path) -> None:
    program = late_program(1)
    a, b = program.populations
    slow = replace(a, neuron=replace(a.neuron, du=2047))
    with pytest.raises(DoesNotFit, match=r"'a': its current decays \(du = 2047\), which SANA-FE"):
        written(tmp_path, replace(program, populations=(slow, b)))


def test_a_current_that_never_decays_is_exact(tmp_path: Path) -> None:
    program = late_program(1)
    a, b = program.populations
    made, _ = written(
        tmp_path, replace(program, populations=(replace(a, neuron=replace(a.neuron, du=-1)), b))
    )
    assert made.net.neurons(made.net.layout.inside[0])[0]["input_decay"] == 1.0


def test_a_gap_between_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="'late' leaves 1 step between samples, in which it may"):
        written(tmp_path, replace(late_program(1), gap=1))


def test_too_many_synapses_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST", 7)
    with pytest.raises(DoesNotFit, match=r"'late' has 8 synapses, .* the limit here is 7: compile"):
        written(tmp_path, late_program(1))


def test_more_than_one_chip_is_refused(tmp_path: Path) -> None:
    two = chip(neurons_per_core=5, cores_per_chip=2)
    with pytest.raises(DoesNotFit, match=r"needs \d+ cores, Intel Loihi 1 has 2 on one chip, and"):
        written(tmp_path, skip_program(0), two)


def test_a_chip_without_a_mesh_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match="loihi2 states no mesh of cores, which SANA-FE needs; state"
    ):
        written(tmp_path, late_program(1), load_chip("loihi2"))


def test_a_price_that_holds_the_whole_chip_is_refused() -> None:
    price = Price(value=26.0, unit="pJ", source="a test", evidence="measured", scope="all_in")
    all_in = LOIHI1.model_copy(
        update={"prices": LOIHI1.prices.model_copy(update={"synaptic_operation": price})}
    )
    with pytest.raises(BadInput, match="synaptic_operation holds the whole chip's power, and SANA"):
        prices(all_in)
