"""Hardware targets: what comes with the project, and what a wrong file says."""

from pathlib import Path

import pytest

from ssr_neuro import target
from ssr_neuro.errors import BadInput
from ssr_neuro.target import Figure

OWN = """
name = "mine"
title = "A chip of mine"
[limits.weight_bits]
value = 4
unit = "bits"
source = "data sheet"
evidence = "vendor"
[prices.synaptic_operation]
value = 5.5
unit = "pJ"
source = "own measurement"
evidence = "measured"
scope = "all_in"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", target.names())
def test_every_target_is_named_after_its_file_and_gives_sources(name: str) -> None:
    chip = target.load(name)
    assert chip.name == name
    for section in (chip.limits, chip.prices, chip.timings, chip.power):
        for _, figure in section:
            assert figure.value is None or figure.source


def test_the_known_targets_are_listed() -> None:
    assert {"generic-45nm", "loihi1"} <= set(target.names())


@pytest.mark.parametrize("precision", ["int8", "fp16", "fp32"])
def test_a_mac_costs_a_multiplication_and_an_addition(precision: str) -> None:
    prices = target.load("generic-45nm").prices
    parts = [prices.named(f"{op}_{precision}").value or 0 for op in ("multiply", "add")]
    assert prices.named(f"mac_{precision}").value == pytest.approx(sum(parts))


def test_what_is_not_published_is_unknown_and_not_zero() -> None:
    chip = target.load("loihi1")
    assert chip.prices.barrier.value is None
    assert chip.prices.add_int8.value is None
    assert target.load("generic-45nm").power.static_per_chip.value is None


def test_a_file_of_the_user_is_read_by_path(tmp_path: Path) -> None:
    chip = target.load(written(tmp_path, OWN))
    assert (chip.prices.synaptic_operation.value, chip.limits.weight_bits.value) == (5.5, 4)
    assert chip.prices.synaptic_operation.scope == "all_in"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weight_bits", "wieght_bits", r"mine.toml: limits.wieght_bits: Extra inputs"),
        ('"bits"', '"bytes"', r"limits.weight_bits: unit is 'bytes'.* stated in 'bits'"),
        ('"data sheet"', '""', r"limits.weight_bits: a value needs its source"),
        ("value = 4", "value = nan", r"limits.weight_bits.value"),
        ("value = 4", "value = -4", r"limits.weight_bits.value"),
        ("value = 4", "value = true", r"limits.weight_bits.value"),
        ("value = 4", "", r"limits.weight_bits: evidence is 'vendor' but there is no value"),
        ('"vendor"', '"rumour"', r"limits.weight_bits.evidence: .*'measured'"),
        ('scope = "all_in"', "", r"prices.synaptic_operation.scope: Field required"),
        ("value = 4", "value = = 4", r"mine.toml: cannot be read as TOML .*line 5"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_file_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        target.load(written(tmp_path, OWN.replace(old, new, 1)))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no hardware target is named 'loihi9'; known: .*loihi1"):
        target.load("loihi9")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.toml: cannot be read"):
        target.load(tmp_path / "gone.toml")


def test_an_unknown_price_name_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no price is named 'add_int4'; name one of add_int8"):
        target.load("loihi1").prices.named("add_int4")


def test_a_figure_may_have_a_value_of_unstated_origin() -> None:
    assert Figure(value=1, unit="pJ", source="a table", evidence="unknown").value == 1
