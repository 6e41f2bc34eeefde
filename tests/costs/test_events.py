"""The events of a chip, priced on paper; what refuses a total; what an all-in price never gets."""

from dataclasses import replace

import pytest
from energy_by_hand import LATENCY, NEURONS, READOUTS, STEPS, counts, placement
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.chip import Chip, Price, chip_names, load_chip
from ssr_neuro.costs.accounting.chip_events import UNPLACED, event_sheet
from ssr_neuro.costs.accounting.chip_power_price import chip_power_sheet, has_chip_power_price
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill
from ssr_neuro.errors import BadInput

LOIHI = load_chip("loihi1")
WAITED = (NEURONS + READOUTS) * (LATENCY - STEPS)
STATIC = 104.4 * 1e-3 * LATENCY * 1e-6 * 1e12  # W, s, pJ in a J


def priced(value: float) -> Price:
    return Price(value=value, unit="pJ", source="invented", evidence="measured")


def complete() -> Chip:
    """Loihi 1 as if what it does not publish were known."""
    known = {"barrier": priced(2.0), "host_input": priced(3.0), "host_output": priced(5.0)}
    return LOIHI.model_copy(update={"prices": LOIHI.prices.model_copy(update=known)})


def energies(found: Sheet) -> dict[str, float | None]:
    return {term.name: term.energy_pj for term in found.bills[0].terms}


def only(found: Sheet) -> Bill:
    (one,) = found.bills
    return one


def test_loihi_on_paper() -> None:
    found = event_sheet(counts(), complete(), placement())
    expected = {
        "synaptic operations, dense": 100 * 23.6,
        "neuron updates, active": 25 * 81,
        "neuron updates, idle": 15 * 52,
        "neuron updates of readouts, active": 4 * 81,
        "neuron updates of readouts, idle": (READOUTS * STEPS - 4) * 52,
        "messages delivered in a tile": (3 + 7 + 5) * 1.7,
        "hops east-west": 11 * 3.0,
        "hops north-south": 13 * 4.0,
        "spikes from the host": 5 * 3.0,
        "values to the host": READOUTS * STEPS * 5.0,
        "neuron updates, waiting": WAITED * 52,
        "barriers": LATENCY * 2.0,
        "static power (chip-µs)": STATIC,
    }
    assert energies(found) == pytest.approx(expected)
    assert only(found).total_pj == pytest.approx(sum(expected.values()))
    assert only(found).spread_pj == pytest.approx(20 * 23.6 + 3 * (81 - 52))
    assert (found.mode, found.ratios, found.break_even) == ("events-loihi1", {}, {})


def test_sana_fe_prices_kinds_of_synapses_accesses_and_messages() -> None:
    found = event_sheet(counts("dense", "sparse"), LOIHI, placement(), "sana-fe")
    assert found.mode == "events-loihi1-sana-fe"
    expected = {
        "synaptic operations, dense": 70 * 35.5,
        "synaptic operations, sparse": 30 * 33.6,
        "neuron updates, access": 40 * 51.2,
        "neuron updates, active": 25 * 21.6,
        "neuron updates of readouts, access": READOUTS * STEPS * 51.2,
        "neuron updates of readouts, active": 4 * 21.6,
        "spikes sent": 8 * 69.3,
        "messages sent": (3 + 7) * 111,
        "hops east-west": 11 * 3.0,
        "hops north-south": 13 * 4.2,
        "neuron updates, waiting": WAITED * 51.2,
        "static power (chip-µs)": STATIC,
    }
    unknown = dict.fromkeys(("spikes from the host", "values to the host", "barriers"))
    assert energies(found) == pytest.approx(expected | unknown)
    assert only(found).known_pj == pytest.approx(sum(expected.values()))
    # deviations of two synapses of 10 each, of updates 3, of spikes 2, added up
    assert only(found).spread_pj == pytest.approx(10 * 35.5 + 10 * 33.6 + 3 * 21.6 + 2 * 69.3)


def test_counts_without_kinds_have_no_price_where_kinds_have_several() -> None:
    terms = only(event_sheet(counts(""), LOIHI, placement(), "sana-fe")).terms
    assert (terms[0].name, terms[0].energy_pj) == ("synaptic operations", None)
    assert terms[0].source == "the counts do not say which kind of synapse"
    assert only(event_sheet(counts(""), LOIHI, placement())).terms[0].energy_pj == 2360


def test_what_loihi_does_not_publish_refuses_the_total_and_is_named() -> None:
    found = event_sheet(counts(), LOIHI, placement())
    assert only(found).total_pj is None
    assert only(found).unknown == ("spikes from the host", "values to the host", "barriers")
    why = {term.name: term.source for term in only(found).terms}
    assert why["barriers"] == "not published"
    assert all(total is None for s in found.sensitivity for total in s.total_pj["SSR"])


@pytest.mark.parametrize(
    ("listed", "term"),
    [
        ("spike_out", "spikes sent"),
        ("message_out", "messages sent"),
        ("spike_within_tile", "messages delivered in a tile"),
    ],
)
def test_a_price_listed_as_unknown_refuses_the_total_and_one_that_no_line_names_is_not_charged(
    listed: str, term: str
) -> None:
    def without(reason: str) -> Bill:
        price, chip = Price(unit="pJ", reason=reason), complete()
        prices = chip.prices.model_copy(update={listed: price})
        return only(event_sheet(counts(), chip.model_copy(update={"prices": prices}), placement()))

    unsaid = without("")
    assert unsaid.total_pj is not None
    assert term not in {t.name for t in unsaid.terms}
    refused = without("nobody measured it")
    assert (refused.total_pj, refused.unknown) == (None, (term,))
    assert [t.source for t in refused.terms if t.name == term] == ["nobody measured it"]
    assert (refused.spread_pj is None) == (listed == "spike_out")


def test_without_a_placement_what_it_would_say_is_unknown() -> None:
    found = only(event_sheet(counts(), complete()))
    assert (found.total_pj, found.unknown) == (None, (UNPLACED,))
    assert found.terms[-1].source == "the program was not placed on this chip"
    assert found.known_pj == pytest.approx(100 * 23.6 + 25 * 81 + 15 * 52)


@pytest.mark.parametrize(
    ("placed", "name", "why"),
    [
        (placement(hops=False), "hops", "the mesh of the chip's cores is not known"),
        (placement(chips=None), "static power", "how many chips there are is not known"),
        (placement(between_chips=None), "messages between chips", "the number of cores"),
        (placement(between_chips=2), "messages between chips", "no chip file has a price of"),
    ],
    ids=["no mesh", "no chips", "no cores", "several chips"],
)
def test_a_part_of_the_placement_that_is_unknown_refuses_the_total(
    placed: object, name: str, why: str
) -> None:
    found = only(event_sheet(counts(), complete(), placed))  # type: ignore[arg-type]
    assert (found.total_pj, found.unknown) == (None, (name,))
    (term,) = (t for t in found.terms if t.name == name)
    assert why in term.source


def test_a_placement_without_spikes_refuses_the_total() -> None:
    found = only(event_sheet(counts(), complete(), placement(samples=0)))
    names = ("neuron updates of readouts", "messages, hops and the host")
    assert (found.total_pj, found.unknown) == (None, names)
    why = {term.source for term in found.terms if term.name in names}
    assert why == {"the program was placed without a trace of spikes"}


def test_static_power_runs_with_the_published_step_where_none_is_modelled() -> None:
    found = event_sheet(counts(), complete(), placement(step_ns=None))
    assert energies(found)["static power (chip-µs)"] == pytest.approx(1000 * STATIC)
    said = "6 time steps of 1e+03 µs (time step as published), the mean of one sample alone"
    assert said in " ".join(found.notes)


def test_a_chip_without_any_known_time_step_has_no_static_energy() -> None:
    slow = replace(placement(step_ns=None).paces[1], name="modelled")
    found = only(event_sheet(counts(), complete(), replace(placement(), paces=(slow,))))
    assert found.unknown == ("static power",)
    assert "it is not known how far" in found.terms[-1].source


def test_sensitivity_moves_only_its_own_term() -> None:
    found = event_sheet(counts(), complete(), placement())
    total = only(found).total_pj or 0
    by_what = {
        s.what: dict(zip(s.values, s.total_pj["SSR"], strict=True)) for s in found.sensitivity
    }
    hop = 11 * 3.0 + 13 * 4.0
    assert by_what["price of a hop, times the chip's"] == pytest.approx(
        {x: total + (x - 1) * hop for x in (0, 1, 2, 10)}
    )
    assert by_what["static power of all chips"] == pytest.approx(
        {0: total - STATIC, 2 * 0.816: total - STATIC * (1 - 2 * 0.816 / 104.4), 104.4: total}
    )
    assert by_what["time step"] == pytest.approx({1.0: total, 1000.0: total + 999 * STATIC})


def test_a_placement_on_another_chip_is_refused() -> None:
    with pytest.raises(BadInput, match=r"on loihi2, the prices are those of loihi1; place the pro"):
        event_sheet(counts(), LOIHI, placement("loihi2"))


ALL_IN = [name for name in chip_names() if has_chip_power_price(load_chip(name))]


@given(operations=st.floats(0, 1e9), name=st.sampled_from(ALL_IN))
def test_an_all_in_price_never_gets_another_term(operations: float, name: str) -> None:
    chip = load_chip(name)
    found = chip_power_sheet(counts(operations=operations), chip)
    price = chip.prices.synaptic_operation.value or 0
    assert energies(found) == pytest.approx({"synaptic operations": operations * price})
    assert found.mode == f"chip-{name}"
    with pytest.raises(BadInput, match=rf"{name} is all-in: its events are inside, so they are"):
        event_sheet(counts(), chip, placement(name))


def test_truenorth_charges_26_pj_an_operation_though_it_has_a_price_of_a_hop() -> None:
    chip = load_chip("truenorth")
    assert chip.prices.hop_east_west.value == 2.3
    found = only(chip_power_sheet(counts(), chip))
    assert (found.total_pj, found.spread_pj) == (2600, 20 * 26)


@pytest.mark.parametrize(("name", "said"), [("loihi1", "per_term"), ("loihi2", "unknown")])
def test_other_prices_are_not_taken_for_all_in(name: str, said: str) -> None:
    with pytest.raises(BadInput, match=rf"{name} has no all-in price: .* is {said}; price it by"):
        chip_power_sheet(counts(), load_chip(name))
