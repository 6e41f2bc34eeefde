"""Every mode side by side, and which models and chips stand in it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from energy_by_hand import counts, placement

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs import costs
from ssr_neuro.costs.accounting.quantised_ann_bound import quantised_ann_bill
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.sheets import sheets
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.costs.models.same_shape import same_shape
from ssr_neuro.costs.models.ssr_ann import AnnShape
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.models.lrurec import LruRecConfig

LOGIC, LOIHI = load_chip("generic-45nm"), load_chip("loihi1")
SHAPE = AnnShape(positions=4, features=8, blocks=2, ffn_ratio=4, items=30)
USUAL = [
    "arithmetic-fp32",
    "arithmetic-int8",
    "arithmetic-int8-bound",
    "memory-fp32",
    "memory-int8",
    "events-loihi1",
    "events-loihi1-sana-fe",
    "chip-odin",
    "chip-truenorth",
    "ssr-paper",
]


@cache
def lrurec_costs() -> tuple[Cost, ...]:
    return tuple(costs("lrurec", LruRecConfig(items=30, positions=4, features=8)))


def made(chip: Chip = LOIHI, rivals: bool = True) -> dict[str, Sheet]:
    found = sheets(counts(), None, SHAPE, (placement(),), chip, lrurec_costs() if rivals else ())
    assert len({one.mode for one in found}) == len(found)
    return {one.mode: one for one in found}


def test_every_mode_stands_alone_and_ssr_comes_first() -> None:
    found = made()
    assert list(found) == USUAL
    assert all(one.bills[0].subject == "SSR" for one in found.values())
    for one in found.values():
        others = [b.subject for b in one.bills[1:]]
        assert list(one.ratios) == list(one.break_even) == others
        assert all(list(s.total_pj) == ["SSR", *others] for s in one.sensitivity)


def test_other_models_stand_where_a_mode_prices_them() -> None:
    rivals = ["sasrec, cached", "lrurec, full", "lrurec, sequential", "lrurec, incremental"]
    subjects = {mode: [b.subject for b in one.bills[1:]] for mode, one in made().items()}
    assert subjects["arithmetic-fp32"] == subjects["memory-fp32"] == ["SSR-ANN", *rivals]
    assert subjects["arithmetic-int8"] == ["SSR-ANN", "SSR-ANN, 3 bits", *rivals]
    assert subjects["memory-int8"] == ["SSR-ANN", "SSR-ANN, 3 bits", *rivals]
    assert subjects["ssr-paper"] == ["SSR-ANN"]
    assert all(subjects[mode] == [] for mode in subjects if mode.startswith(("events", "chip")))


def test_sensitivity_moves_the_other_models_too() -> None:
    found = made()["memory-int8"]
    few = quantised_ann_bill(SHAPE, 3, LOGIC)
    (width,) = (s for s in found.sensitivity if s.what == "width of a memory access")
    for one in found.bills[1:]:
        wide, narrow = width.total_pj[one.subject]
        assert wide == one.total_pj
        assert narrow is not None
        assert narrow > (wide or 0)
    wide, narrow = width.total_pj[few.subject]
    assert (narrow or 0) - (few.total_pj or 0) == pytest.approx(
        2 * ((wide or 0) - (few.total_pj or 0))
    )


def test_the_placement_is_charged_on_its_own_chip_alone() -> None:
    found = made(load_chip("loihi2"))
    assert list(found) == [*USUAL[:7], "events-loihi2", *USUAL[7:]]
    loihi1, loihi2 = (found[f"events-loihi{k}"].bills[0] for k in (1, 2))
    assert "barriers" in loihi1.unknown
    assert loihi2.unknown == (
        "synaptic operations, dense",
        "neuron updates, active",
        "neuron updates, idle",
        "messages, hops, readouts, waiting, barriers, host and static power",
    )
    assert (loihi2.total_pj, loihi2.known_pj) == (None, 0)


def test_a_chip_of_the_users_own_has_its_own_mode(tmp_path: Path) -> None:
    def renamed(name: str) -> Chip:
        source = (Path(__file__).parents[2] / "hw_targets" / f"{name}.toml").read_text()
        path = tmp_path / f"my-{name}.toml"
        path.write_text(source.replace(f'name = "{name}"', f'name = "my-{name}"', 1))
        return load_chip(str(path))

    assert "events-my-darwin3" in made(renamed("darwin3"))
    assert "chip-my-truenorth" in made(renamed("truenorth"))
    own = made(renamed("generic-45nm"))
    assert [mode for mode in own if mode.endswith("-my-generic-45nm")] == [
        f"{mode}-my-generic-45nm" for mode in USUAL[:5]
    ]
    for mode in USUAL[:5]:
        assert own[f"{mode}-my-generic-45nm"].bills == own[mode].bills
    assert list(made(load_chip("h200"))) == USUAL


def test_an_own_file_with_the_name_of_a_usual_chip_takes_its_place(tmp_path: Path) -> None:
    def priced(name: str, **prices: str) -> Chip:
        """A copy of the chip's file with other prices: figure="old to new"."""
        text = (Path(__file__).parents[2] / "hw_targets" / f"{name}.toml").read_text()
        for figure, change in prices.items():
            old, new = (f"\n{figure} = {{ value = {x}," for x in change.split(" to "))
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "copy.toml"
        path.write_text(text)
        return load_chip(str(path))

    def price(chip: Chip, mode: str) -> float | None:
        return made(chip)[mode].bills[0].terms[0].price_pj

    dear = priced("generic-45nm", add_fp32="0.9 to 90", mac_fp32="4.6 to 460")
    assert list(made(dear)) == USUAL
    assert (price(dear, "arithmetic-fp32"), price(dear, "ssr-paper")) == (90, 46)
    assert price(priced("loihi1", synaptic_operation="23.6 to 5"), "events-loihi1") == 5
    assert price(priced("odin", synaptic_operation="12.7 to 3"), "chip-odin") == 3


def test_a_program_that_is_no_ssr_has_no_twin() -> None:
    found = sheets(counts(), None, None, (), LOIHI)
    assert all(len(one.bills) == 1 for one in found)


def test_what_a_device_would_run_instead_stands_in_every_summary() -> None:
    """Of SSR's own size; of a kind that is given, what was given alone."""
    for one in made(rivals=False).values():
        subjects = [b.subject for b in one.bills[1:]]
        if one.mode.startswith(("arithmetic", "memory")):
            assert subjects[-2:] == ["lrurec, incremental", "sasrec, cached"]
    priced = made(rivals=False)["memory-int8"].bills[-2]
    given = next(b for b in made()["memory-int8"].bills if b.subject == "lrurec, incremental")
    assert priced == given


def test_a_shape_without_blocks_has_no_other_model_of_its_size() -> None:
    assert same_shape(replace(SHAPE, blocks=0)) == ()
    assert [one.kind for one in same_shape(replace(SHAPE, features=7))] == ["lrurec", "sasrec"]


def test_two_models_of_one_name_are_refused() -> None:
    two = (lrurec_costs()[0], replace(lrurec_costs()[0], weights=1))
    with pytest.raises(BadInput, match="arithmetic-fp32: two bills are called 'lrurec, full'"):
        sheets(counts(), None, SHAPE, (), LOIHI, two)
