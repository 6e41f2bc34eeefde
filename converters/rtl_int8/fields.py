"""The fields of a command of the core, and commands as numbers. `verilog/command.v` reads them."""

from collections.abc import Mapping

from ssr_neuro.errors import DoesNotFit

COMMAND_BITS = 320
# Lowest bit first.
WIDTHS = {
    "ends": 1,
    "each": 1,
    "scores": 1,
    "rectifies": 1,
    "skips": 1,
    "rows": 4,
    "bytes": 4,
    "tail": 4,
    "outs": 16,
    "words": 16,
    "x_base": 16,
    "x_row": 16,
    "x_word": 16,
    "x_out": 16,
    "w_base": 20,
    "w_row": 20,
    "w_step": 20,
    "w_out": 20,
    "p_base": 16,
    "p_row": 16,
    "s_base": 16,
    "s_row": 16,
    "y_base": 16,
    "y_row": 16,
    "gain": 16,
    "shift": 6,
}
LESS_ONE = ("rows", "bytes", "tail", "outs", "words")  # counts that are stored less one
SIGNED = ("w_step",)

Command = Mapping[str, int]


def encode(command: Command, where: str) -> int:
    """One command as a number of COMMAND_BITS. Raises DoesNotFit that names `where` and a field."""
    if unknown := set(command) - set(WIDTHS):
        raise KeyError(f"no field {sorted(unknown)} in a command")
    code = at = 0
    for field, width in WIDTHS.items():
        value = command.get(field, 1 if field in LESS_ONE else 0) - (field in LESS_ONE)
        low = -(1 << width - 1) if field in SIGNED else 0
        if not low <= value < low + (1 << width):
            raise DoesNotFit(
                f"{where}: field {field!r} of a command would be {value:,}; the core has {width} "
                f"bits for it, up to {low + (1 << width) - 1:,}. Make the network smaller, or use "
                "more lanes"
            )
        code |= (value & (1 << width) - 1) << at
        at += width
    return code
