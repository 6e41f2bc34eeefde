"""Placement and latency in reports: cores in the mesh, parts of a step, what is unknown."""

import pytest
from report_example import example

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.placement import place
from ssr_neuro.report.latency import latency
from ssr_neuro.report.on_chip import OnChip, place_report
from ssr_neuro.report.placing import summarise_placement

LOIHI1 = load_chip("loihi1")


def crowded(neurons: int = 40) -> Chip:
    """Loihi 1 whose cores hold few neurons, so that the example needs several."""
    limit = LOIHI1.limits.neurons_per_core.model_copy(update={"value": neurons})
    limits = LOIHI1.limits.model_copy(update={"neurons_per_core": limit})
    return LOIHI1.model_copy(update={"limits": limits})


def on(chip: Chip) -> OnChip:
    program, trace = example()
    return place_report(program, chip, trace, must_fit=True)


def test_every_neuron_lives_on_one_core() -> None:
    program, _ = example()
    found = on(crowded()).placed
    here = [(one.node, one.neurons) for core in found.cores for one in core.holds]
    for node in (*program.populations, *program.readouts):
        size = node.shape[0] * node.shape[1]
        assert sum(neurons for name, neurons in here if name == node.name) == size
    assert all(core.used["neurons"] == sum(x.neurons for x in core.holds) for core in found.cores)


def test_cores_run_along_a_tile_and_then_a_row() -> None:
    found = on(crowded(8)).placed
    assert (found.mesh, found.columns, found.rows, found.seats) == ("8x4x4", 8, 4, 4)
    places = [(core.row, core.column, core.seat) for core in found.cores]
    assert len(places) > 33
    assert places[:6] == [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 1, 0), (0, 1, 1)]
    assert places[32] == (1, 0, 0)


def test_shares_are_of_the_limits_and_the_largest_is_named() -> None:
    found = on(crowded()).placed
    limits = {limit.need: limit for limit in found.limits}
    for core in found.cores:
        for need, share in core.shares.items():
            assert share == pytest.approx((core.used[need] or 0) / (limits[need].value or 0))
        assert core.fullest is not None
        assert core.shares[core.fullest] == max(core.shares.values())
    assert limits["bits"].value == 128 * 1024 * 8
    assert limits["neurons"].source
    assert limits["synapses"].value is None
    assert limits["synapses"].why == "the file says nothing about it"


def test_the_way_taken_is_among_those_compared() -> None:
    found = on(crowded()).placed
    assert [way.name for way in found.ways] == ["greedy", "greedy, improved", "round robin"]
    (taken,) = (way for way in found.ways if way.taken)
    assert taken.together == min(way.together for way in found.ways)
    assert taken.cores == len(found.cores)
    assert taken.together == taken.between + taken.entering


def test_a_chip_without_a_mesh_has_no_places_in_it() -> None:
    found = on(load_chip("spinnaker2")).placed
    assert {(core.column, core.row, core.seat) for core in found.cores} == {(None, None, None)}
    assert (found.mesh, found.hops) == (None, None)


def test_what_does_not_fit_is_listed_whole() -> None:
    program, trace = example()
    found = place_report(program, crowded(0), trace, must_fit=False)
    assert (found.placement, found.latency, found.placed.cores) == (None, None, ())
    assert not found.placed.fits
    with pytest.raises(DoesNotFit) as raised:
        place(program, crowded(0), trace)
    assert tuple(f"  {line}" for line in found.placed.misfits) == tuple(
        str(raised.value).splitlines()[1:]
    )
    with pytest.raises(DoesNotFit, match="does not fit Intel Loihi 1"):
        place_report(program, crowded(0), trace, must_fit=True)


def test_parts_of_the_modelled_step_add_up_to_it() -> None:
    found = on(crowded()).latency
    assert found is not None
    step = found.modelled
    assert {part.group for part in step.parts} == {"compute", "messages", "barrier"}
    assert sum(part.ns or 0 for part in step.parts) == pytest.approx(step.step_ns)
    assert 0 < (step.latency_s or 0) < (step.step_ns or 0) * found.steps / 1e9  # others wait
    assert step.throughput_per_s == pytest.approx(1e9 / ((step.step_ns or 0) * found.interval))
    assert [part.group for one in found.published for part in one.parts] == 3 * ["whole step"]


def test_a_time_that_is_not_known_says_why() -> None:
    program, trace = example()
    chip = load_chip("spinnaker2")
    found = latency(place(program, chip, trace)).modelled
    assert (found.step_ns, found.latency_s, found.throughput_per_s) == (None, None, None)
    assert found.unknown
    assert all(part.why for part in found.parts if part.ns is None)
    assert summarise_placement(place(program, chip, trace), chip).unchecked
