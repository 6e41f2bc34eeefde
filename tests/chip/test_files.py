"""The chips that come with the project: names, sources, and figures that must not drift."""

from math import isinf
from pathlib import Path

import pytest

from ssr_neuro import registry
from ssr_neuro.chip import CHIPS, Figure, chip_names, load_chip
from ssr_neuro.errors import BadInput


def test_every_file_of_the_folder_is_registered() -> None:
    folder = Path(registry.__file__).parent.parent / "hw_targets"
    assert sorted(CHIPS) == sorted(path.stem for path in folder.glob("*.toml"))
    assert set(CHIPS) <= set(chip_names())


@pytest.mark.parametrize("name", CHIPS)
def test_every_chip_is_named_after_its_file_and_every_value_has_source_and_reading(
    name: str,
) -> None:
    chip = load_chip(name)
    assert chip.name == name
    sections = [*chip.tables().values(), *chip.workloads.values()]
    sections += [s for a in chip.alternatives.values() for s in (a.prices, a.timings)]
    figures = [figure for section in sections for _, figure in section.items() if figure.known]
    assert all(f.read and f.source and f.stated for f in figures)
    assert {f.key for f in figures} == chip.sources.keys()


@pytest.mark.parametrize("name", CHIPS)
def test_a_price_of_zero_stands_for_nothing(name: str) -> None:
    for _, price in load_chip(name).prices.items():
        assert isinstance(price, Figure)
        assert price.value is None or price.value > 0


@pytest.mark.parametrize("precision", ["int8", "fp16", "fp32", "int32"])
def test_a_mac_costs_a_multiplication_and_an_addition(precision: str) -> None:
    prices = load_chip("generic-45nm").prices
    parts = [prices.named(f"{op}_{precision}").value or 0 for op in ("multiply", "add")]
    assert prices.named(f"mac_{precision}").value == pytest.approx(sum(parts))


def test_only_odin_and_truenorth_have_an_all_in_price() -> None:
    scopes = {name: load_chip(name).prices.synaptic_operation for name in CHIPS}
    found = {name: price.value for name, price in scopes.items() if price.scope == "all_in"}
    assert found == {"odin": 12.7, "truenorth": 26}


@pytest.mark.parametrize("name", ["loihi2", "speck", "spinnaker2", "akida1000"])
def test_where_no_price_is_published_there_is_none(name: str) -> None:
    chip = load_chip(name)
    assert chip.prices.synaptic_operation.value is None
    assert "prices.synaptic_operation" in chip.unknown()


def test_what_is_not_published_is_unknown_and_not_zero() -> None:
    chip = load_chip("loihi1")
    assert (chip.prices.barrier.value, chip.prices.add_int8.value) == (None, None)
    assert load_chip("generic-45nm").power.static_per_chip.value is None


def test_loihi1_has_the_published_limits_in_the_units_of_the_schema() -> None:
    limits = load_chip("loihi1").limits
    assert (limits.cores_per_chip.value, limits.neurons_per_core.value) == (128, 1024)
    assert limits.synapse_memory_per_core.value == 16384 * 64 // 8
    assert limits.fan_in_per_neuron.value is not None
    assert isinf(limits.fan_in_per_neuron.value)


def test_sums_over_the_cores_of_speck_are_those_of_the_chip() -> None:
    limits = load_chip("speck").limits
    for whole, part in (
        (limits.neurons_per_chip, limits.neurons_per_core),
        (limits.synapse_memory_per_chip, limits.synapse_memory_per_core),
    ):
        assert whole.value == sum(part.of(core) or 0 for core in range(9))
    assert (limits.neurons_per_core.least, limits.neurons_per_core.most) == (16384, 65536)


def test_derived_figures_follow_from_their_parts() -> None:
    loihi1, truenorth = load_chip("loihi1"), load_chip("truenorth")
    assert loihi1.power.static_per_chip.value == pytest.approx(3340 / 32, abs=0.05)
    assert loihi1.prices.chip_reset.value == pytest.approx(0.19e9 / 32, rel=1e-3)
    assert truenorth.limits.neurons_per_chip.value == 4096 * 256
    assert truenorth.prices.sram_bit.value == pytest.approx(0.047)


def test_an_alternative_replaces_every_price_and_timing() -> None:
    chip = load_chip("loihi1")
    other = chip.alternative("sana-fe")
    assert other.title == "Intel Loihi 1, as SANA-FE models it"
    assert other.prices.synaptic_operation.value is None
    assert other.prices.synaptic_operation_dense.value == 35.5
    assert (other.prices.hop_north_south.value, chip.prices.hop_north_south.value) == (4.2, 4.0)
    assert other.timings.barrier_max.value == 1800
    assert other.limits == chip.limits
    with pytest.raises(BadInput, match="loihi1 has no alternative 'mine'; it has sana-fe"):
        chip.alternative("mine")


def test_abilities_are_words() -> None:
    chip = load_chip("loihi1")
    assert "zero" in chip.abilities.resets
    assert "subtract" not in chip.abilities.resets
    assert "zero" not in load_chip("akida1000").abilities.resets
