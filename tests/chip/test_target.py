"""Chip files: what a file of one's own says and may leave out, and what a wrong one is told."""

from itertools import product
from math import inf
from pathlib import Path

import pytest

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.chip.section import Section
from ssr_neuro.chip.tables import FINITE, MAY_BE_NONE, Limits, Prices
from ssr_neuro.chip.units import convert
from ssr_neuro.errors import BadInput

OWN = """
name = "mine"
title = "A chip of mine"
kind = "gpu"
[sources]
sheet = { text = "data sheet", read = "primary" }
[limits]
cores_per_chip = { value = 2, unit = "cores", source = "sheet", evidence = "vendor" }
weight_bits = { value = 4, unit = "bits", source = "sheet", at = "p. 3", evidence = "vendor" }
neurons_per_core = { value = [8, 4], unit = "neurons", source = "sheet", evidence = "vendor" }
[prices]
synaptic_operation = { value = 5.5, unit = "nJ", source = "sheet", evidence = "measured", scope = "all_in" }
[performance]
fp32 = { value = 2, unit = "PFLOPS", source = "sheet", evidence = "vendor" }
int8_tensor = { value = 2, unit = "TOPS", source = "sheet", evidence = "vendor" }
memory_bandwidth = { value = 3, unit = "GB/s", source = "sheet", evidence = "vendor" }
memory_size = { value = 1, unit = "KiB", source = "sheet", evidence = "vendor" }
[power]
tdp = { value = 2, unit = "W", source = "sheet", evidence = "vendor" }
[[unknown]]
figures = ["power.idle"]
reason = "never measured"
"""  # noqa: E501 - a figure stands on one line


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Chip:
    return load_chip(written(tmp_path, OWN))


def test_a_file_of_the_user_is_read_by_path(own: Chip) -> None:
    bits = own.limits.weight_bits
    assert (bits.value, bits.source, bits.read) == (4, "data sheet, p. 3", "primary")
    assert own.prices.synaptic_operation.scope == "all_in"


def test_units_are_converted_and_what_was_written_is_kept(own: Chip) -> None:
    price, memory = own.prices.synaptic_operation, own.performance.memory_size
    assert (price.value, price.unit, price.stated) == (5500, "pJ", "5.5 nJ")
    assert (memory.value, memory.unit, memory.stated) == (1024, "bytes", "1 KiB")
    assert own.power.tdp.value == 2000
    assert own.performance.fp32.value == 2000


def test_cores_may_differ(own: Chip) -> None:
    neurons = own.limits.neurons_per_core
    assert [neurons.of(core) for core in (0, 1)] == [8, 4]
    assert (neurons.least, neurons.most) == (4, 8)
    assert own.limits.synapse_memory_per_core.of(0) is None


def test_what_is_unknown_has_no_value_and_says_why(own: Chip) -> None:
    assert own.unknown() == {"power.idle": "never measured"}
    assert (own.power.idle.value, own.power.idle.why) == (None, "never measured")
    assert (own.prices.barrier.value, own.prices.barrier.why) == (
        None,
        "the file says nothing about it",
    )
    assert own.limits.weight_bits.why == ""


WRONG = [
    (
        "weight_bits",
        "wieght_bits",
        r"mine.toml: \[limits\] wieght_bits: there is no such figure; "
        r"did you mean weight_bits\? known are cores_per_chip, .*weight_bits",
    ),
    (
        "[limits]",
        "[limitations]",
        r"limitations: there is no such table; did you mean limits\? "
        "known are name, title",
    ),
    (
        '3", evidence = "vendor"',
        '3", evidence = "vendor", scope = "all_in"',
        r"\[limits\] weight_bits.scope: a figure of this table has no such key; leave it out",
    ),
    (
        "[power]",
        '[workloads.energy]\ncores = { value = 1, source = "sheet" }\n[power]',
        r"\[workloads.energy\] cores: no unit; write one of cores\n",
    ),
    (
        "[power]",
        "[alternatives.x]\n[alternatives.x.prices]\nhops = { value = 1 }\n[power]",
        r"\[alternatives.x.prices\] hops: there is no such figure; .*known are add_int8",
    ),
    ("[power]", "[alternatives.x]\n[power]", r"\[alternatives\] x: no title; it needs one"),
    ("[power]", "[workloads]\nfast = 3\n[power]", r"\[workloads\] fast: must be a table, not 3"),
    (
        'value = 4, unit = "bits"',
        'value = 4, unti = "bits"',
        r"\[limits\] weight_bits: no key "
        r"unti; a figure has value, unit, source, at, evidence, note, scope",
    ),
    ('unit = "bits", ', "", r"\[limits\] weight_bits: no unit; write one of bits, bytes, .*GiB"),
    (
        '"bits"',
        '"pJ"',
        r"\[limits\] weight_bits: unit 'pJ' is a unit of energy; this figure takes "
        "bits, bytes, ",
    ),
    (
        '"bits"',
        '"stones"',
        r"\[limits\] weight_bits: unit 'stones' is not a known unit; this "
        "figure takes bits",
    ),
    ('source = "sheet", at', "at", r"\[limits\] weight_bits: a value needs its source"),
    (
        'source = "sheet", at',
        'source = "shed", at',
        r"\[limits\] weight_bits: source 'shed' is not "
        r"in \[sources\], which holds sheet",
    ),
    (
        '"p. 3", evidence = "vendor"',
        '"p. 3"',
        r"\[limits\] weight_bits: a value needs its "
        "evidence; 'unstated' if the source does not say",
    ),
    (
        '3", evidence = "vendor"',
        '3", evidence = "rumour"',
        r"\[limits\] weight_bits.evidence: "
        "'rumour' is unknown; it is one of measured, simulated, derived, vendor, code, unstated\n",
    ),
    (
        "value = 4",
        "value = -4",
        r"\[limits\] weight_bits.value: value is -4; it must be a number "
        "of at least 0",
    ),
    ("value = 4", "value = nan", r"value is nan; it must be a number of at least 0"),
    ("value = 4", "value = true", r"value is True; it must be a number of at least 0"),
    ("value = 4", 'value = "4"', r"value is '4'; it must be a number of at least 0"),
    ("value = 4, ", "", r"\[limits\] weight_bits: evidence is 'vendor' but there is no value"),
    ("value = [8, 4]", "value = [8, -4]", r"\[limits\] neurons_per_core.value: value is -4"),
    (
        "value = 5.5",
        "value = inf",
        r"\[prices\] synaptic_operation: value is inf, which means no "
        "limit, but this is not a limit",
    ),
    (
        ', scope = "all_in"',
        "",
        r"\[prices\] synaptic_operation: no scope; write scope = \"all_in\" "
        "if the price is the whole chip's power over its events",
    ),
    (
        'kind = "gpu"',
        'kind = "toaster"',
        r"kind: 'toaster' is unknown; it is one of neuromorphic, "
        "gpu, logic",
    ),
    ('kind = "gpu"', "", r"mine.toml: no kind; write one of neuromorphic, gpu, logic"),
    (
        'read = "primary"',
        'read = "maybe"',
        r"\[sources\] sheet.read: 'maybe' is unknown; it is one "
        "of primary, secondary, quoted",
    ),
    (
        '["power.idle"]',
        '["power.idle", "power.tdp"]',
        r"\[\[unknown\]\]: power.tdp is listed as "
        "unknown and given as well, or listed twice; keep one",
    ),
    (
        '["power.idle"]',
        '["power.idle", "power.lunch"]',
        r"\[\[unknown\]\]: \[power\] has no figure "
        "'lunch'; it has static_per_chip, static_per_core, idle, tdp",
    ),
    (
        '["power.idle"]',
        '["power.idle", "idle"]',
        r"\[\[unknown\]\]: 'idle' names no table; a "
        "figure is table.figure, and tables are silicon, limits",
    ),
    ('reason = "never measured"', "", r"\[\[unknown\]\]: must be figures = .* and reason"),
    (
        '["power.idle"]',
        "[]",
        r"a gpu chip says more: give each of these figures, or why there is "
        r'none:\n +\[\[unknown\]\]\n +figures = \[\n +"power.idle",\n +\]\n +reason',
    ),
    (
        "value = [8, 4]",
        "value = [8, 4, 2]",
        r"limits: neurons_per_core has 3 numbers, "
        "cores_per_chip is 2; give one number for all cores, or one for each",
    ),
    ("value = 4", "value = = 4", r"mine.toml: cannot be read as TOML .*line 9"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_a_wrong_file_is_refused_with_file_table_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in OWN
    with pytest.raises(BadInput, match=message):
        load_chip(written(tmp_path, OWN.replace(old, new, 1)))


def test_a_table_that_is_none_is_told_so(tmp_path: Path) -> None:
    text = 'name = "m"\ntitle = "m"\nkind = "gpu"\nlimits = 3\nunknown = 4\nsources = 5\n'
    with pytest.raises(BadInput) as told:
        load_chip(written(tmp_path, text))
    assert "limits: must be a table, not 3" in str(told.value)
    assert "sources: must be a table, not 5" in str(told.value)
    assert "[[unknown]]: must be figures" in str(told.value)


def test_no_word_and_no_name_are_refused(tmp_path: Path) -> None:
    resets = '[abilities]\nresets = { value = [], source = "sheet", evidence = "vendor" }\n'
    message = r"\[abilities\] resets: value is empty; it may hold zero, subtract, program"
    with pytest.raises(BadInput, match=message):
        load_chip(written(tmp_path, OWN.replace("[limits]", f"{resets}[limits]")))
    with pytest.raises(BadInput, match="name: is empty; say what it is"):
        load_chip(written(tmp_path, 'name = ""\ntitle = "m"\nkind = "gpu"\n'))


def test_words_outside_the_list_are_refused(tmp_path: Path) -> None:
    resets = '[abilities]\nresets = { value = ["half"], source = "sheet", evidence = "vendor" }\n'
    message = r"\[abilities\] resets: value 'half' is unknown; it may hold zero, subtract, program"
    with pytest.raises(BadInput, match=message):
        load_chip(written(tmp_path, OWN.replace("[limits]", f"{resets}[limits]")))


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    text = OWN.replace("weight_bits", "wieght_bits").replace('"TOPS"', '"pJ"')
    with pytest.raises(BadInput) as told:
        load_chip(written(tmp_path, text))
    lines = str(told.value).splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:3]] == [
        "[limits] wieght_bits",
        "[performance] int8_tensor",
    ]
    assert lines[-1] == "docs/how-to/add-a-chip.md shows how a chip is written"


@pytest.mark.parametrize("name", ["loihi9", "gone/loihi9.toml"])
def test_a_chip_that_is_not_there_lists_those_that_are(name: str) -> None:
    said = "no such file" if name.endswith(".toml") else "no chip is named 'loihi9'"
    with pytest.raises(BadInput, match=rf"{said}; there are a100, .*loihi1.* path of a .toml"):
        load_chip(name)


def test_an_unknown_price_name_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no price is named 'add_int4'; name one of add_int8"):
        load_chip("loihi1").prices.named("add_int4")


@pytest.mark.parametrize(
    ("value", "unit", "base", "expected"),
    [
        (47, "fJ/bit", "pJ/bit", 0.047),
        (2, "KiB", "bits", 16384),
        (inf, "MB", "bytes", inf),
        (1, "ms", "ns", 1_000_000),
        (3, "cores", "cores", 3),
    ],
)
def test_conversion_is_one_table(value: float, unit: str, base: str, expected: float) -> None:
    assert convert(value, unit, base) == pytest.approx(expected)


def test_counts_of_different_things_do_not_convert() -> None:
    with pytest.raises(ValueError, match=r"unit 'cores' is a unit of cores; .* takes axons"):
        convert(3, "cores", "axons")


COUNTS = ("cores_per_chip", "synapses_per_block", "neurons_per_core", *FINITE)


def with_figure(folder: Path, name: str, value: str, table: str = "limits") -> Path:
    """The file with another value, or one more, in the unit that is kept."""
    tables: dict[str, type[Section]] = {"limits": Limits, "prices": Prices}
    unit = tables[table].model_fields[name].default.unit
    figure = f'value = {value}, unit = "{unit}", source = "sheet", evidence = "vendor"'
    own = "\n".join(line for line in OWN.splitlines() if not line.startswith(name))
    return written(folder, own.replace(f"[{table}]", f"[{table}]\n{name} = {{ {figure} }}"))


@pytest.mark.parametrize(("name", "value"), list(product(COUNTS, ("0", "0.5", "100.5"))))
def test_a_limit_is_a_whole_number_of_at_least_one(name: str, value: str, tmp_path: Path) -> None:
    message = rf"{name}: value is {value} \w+; it must be a whole number of at least 1"
    with pytest.raises(BadInput, match=message):
        load_chip(with_figure(tmp_path, name, value))


def test_one_core_of_several_has_a_whole_number_too(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"neurons_per_core: value is 4.5 neurons; it must be a"):
        load_chip(with_figure(tmp_path, "neurons_per_core", "[8, 4.5]"))


@pytest.mark.parametrize("name", MAY_BE_NONE)
def test_what_a_chip_may_lack_can_be_none(name: str, tmp_path: Path) -> None:
    assert getattr(load_chip(with_figure(tmp_path, name, "0")).limits, name).value == 0
    with pytest.raises(BadInput, match=rf"{name}: value is 0.5 .* whole number of at least 0"):
        load_chip(with_figure(tmp_path, name, "0.5"))


def test_a_size_need_not_be_whole_bytes(tmp_path: Path) -> None:
    limits = load_chip(with_figure(tmp_path, "synapse_memory_per_core", "102.5")).limits
    assert limits.synapse_memory_per_core.value == 102.5
    with pytest.raises(BadInput, match=r"value is 0 bytes; it must be at least 1"):
        load_chip(with_figure(tmp_path, "synapse_memory_per_core", "0"))


@pytest.mark.parametrize("name", FINITE)
def test_what_places_are_counted_by_ends(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"{name}: value is inf, and places and words are"):
        load_chip(with_figure(tmp_path, name, "inf"))


@pytest.mark.parametrize(
    ("table", "name", "unit"),
    [*(("limits", name, r"\w+") for name in COUNTS), ("prices", "add_int8", "pJ")],
)
def test_a_finite_value_can_be_counted(table: str, name: str, unit: str, tmp_path: Path) -> None:
    message = rf"{name}: value is 1e\+25; it must be at most 9,007,.* {unit}"
    with pytest.raises(BadInput, match=message):
        load_chip(with_figure(tmp_path, name, "1e25", table))
