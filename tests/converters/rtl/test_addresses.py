"""Commands that would leave a memory or a population are found before anything runs."""

from dataclasses import replace

import pytest
from rtl_programs import random_program
from small_programs import skip_program

from converters.rtl.addresses import check_addresses
from converters.rtl.fields import Op
from converters.rtl.tables import Tables, tables
from ssr_neuro.errors import Mismatch

MADE = tables(skip_program(0), 4)


@pytest.mark.parametrize("lanes", [1, 2, 16])
def test_commands_of_every_program_stay_inside(lanes: int) -> None:
    for seed in range(25):
        program, _ = random_program(seed)
        check_addresses(tables(program, lanes))


def changed(made: Tables, op: Op, fields: dict[str, int]) -> Tables:
    """The first command of that op with other fields."""
    at = next(i for i, (_, command) in enumerate(made.commands) if command["op"] == op)
    where, command = made.commands[at]
    commands = list(made.commands)
    commands[at] = (where, {**command, **fields})
    return replace(made, commands=tuple(commands))


@pytest.mark.parametrize(
    ("op", "fields", "told"),
    [
        (Op.SYN, {"address": 13}, r"'input_a': spikes 13 to 16 of 15 words"),
        (Op.SYN, {"w_base": 17}, r"'input_a': weights 17 to 20 of 18 words"),
        (Op.SYN, {"t_base": 1}, r"'input_a': accumulators of 'a' 1 to 3 of 3 words"),
        (Op.SYN, {"run": 2}, r"'input_a': accumulators of 'a' 0 to 3 of 3 words"),
        (Op.NEU, {"rows": 4}, r"population 'a': another walk than over all its words"),
        (Op.NEU, {"address": 5}, r"population 'a': no node begins at word 5"),
        (Op.NEU, {"v_base": 2}, r"population 'a': membranes 2 to 4 of 4 words"),
        (Op.READ, {"w_base": 500}, r"readout 'out': biases 500 to 500 of"),
        (Op.LOOP, {"rows": 5}, r"steps: steps 5 to 5"),
        (Op.READ, {"op": Op.END}, r"another END than its last"),
    ],
)
def test_a_command_that_leaves_is_named(op: Op, fields: dict[str, int], told: str) -> None:
    check_addresses(MADE)
    with pytest.raises(Mismatch, match=told):
        check_addresses(changed(MADE, op, fields))


def listed() -> Tables:
    """A program with lists of synapses."""
    for seed in range(100):
        made = tables(random_program(seed)[0], 4)
        if any(command.get("list") and command["op"] == Op.SYN for _, command in made.commands):
            return made
    raise AssertionError("no program with a list among 100")


@pytest.mark.parametrize("bits", [0xFFFF, 1 << 27])
def test_a_list_that_leaves_is_named(bits: int) -> None:
    made = listed()
    check_addresses(made)
    images = []
    for image in made.images:
        words = image.words.copy()
        if image.name == "lists":
            words[-1, 0] |= bits
        images.append(replace(image, words=words))
    with pytest.raises(Mismatch, match=r"accumulators of|lanes"):
        check_addresses(replace(made, images=tuple(images)))


def test_a_list_without_an_end_is_named() -> None:
    made = listed()
    images = []
    for image in made.images:
        words = image.words.copy()
        if image.name == "lists":
            words[-1, 0] &= ~(1 << 31)
        images.append(replace(image, words=words))
    with pytest.raises(Mismatch, match="ends of lists"):
        check_addresses(replace(made, images=tuple(images)))
