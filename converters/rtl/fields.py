"""The fields of a command of the core, and commands as numbers. `verilog/command.v` reads them."""

from collections.abc import Mapping
from enum import IntEnum

from ssr_neuro.errors import DoesNotFit

COMMAND_BITS = 320


class Op(IntEnum):
    """What a command does; `verilog/sequencer.v` says it in words."""

    SYN = 0
    NEU = 1
    READ = 2
    LOOP = 3
    END = 4


# Lowest bit first.
WIDTHS = {
    "op": 4,
    "address": 20,
    "rows": 16,
    "words": 16,
    "row_step": 16,
    "lanes": 16,
    "tail": 16,
    "w_base": 20,
    "w_row": 20,
    "w_word": 20,
    "w_lane": 20,
    "t_base": 16,
    "t_row": 16,
    "t_word": 16,
    "t_lane": 16,
    "run": 16,
    "run_step": 16,
    "lag": 8,
    "lag_back": 20,
    "exponent": 4,
    "list": 1,
    "single": 1,
    "fixed": 1,
    "lane": 4,
}
# Of NEU and READ, in the bits of fields that only SYN has.
SHARED = {
    "vth": "w_lane",
    "keep_u": "run",
    "keep_v": "run_step",
    "own": "list",
    "show": "single",
    "p_base": "lag_back",
    "v_base": "t_lane",
}
LESS_ONE = ("rows", "words", "run")  # counts that are stored less one

Command = Mapping[str, int]


def encode(command: Command, where: str) -> int:
    """One command as a number of COMMAND_BITS. Raises DoesNotFit that names `where` and a field."""
    values: dict[str, int] = {}
    for name, value in command.items():
        values[SHARED.get(name, name)] = value - 1 if name in LESS_ONE else value
    code = at = 0
    for field, width in WIDTHS.items():
        value = values.pop(field, 0)
        if field == "w_lane" and "vth" in command:
            value &= (1 << width) - 1  # the one field with a sign
        if not 0 <= value < 1 << width:
            raise DoesNotFit(
                f"{where}: field {field!r} of a command would be {value:,}; the core has {width} "
                f"bits for it, up to {(1 << width) - 1:,}. Make the network smaller, or use more "
                "lanes"
            )
        code |= value << at
        at += width
    if values:
        raise KeyError(f"no field {sorted(values)} in a command")
    return code
