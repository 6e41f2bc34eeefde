"""Prices of operations on integers of 8 bits, whose sums are wider.

A product of two 8-bit numbers has 16 bits and a sum of many of them 24 or more, as the membranes of
a chip. Horowitz has prices of 8 and of 32 bits, so a sum is an addition of 32 bits.
"""

from typing import Literal

from ssr_neuro.chip import Chip, Precision, Price

Kind = Literal["add", "mac", "multiply"]
_OF_INT8: dict[Kind, str] = {
    "add": "add_int32",
    "mac": "mac_int8_add_int32",
    "multiply": "multiply_int8",
}


def operation_price(target: Chip, kind: Kind, precision: Precision) -> Price:
    """Of one operation on numbers of that precision; sums of int8 are sums of 32 bits."""
    named = _OF_INT8[kind] if precision == "int8" else f"{kind}_{precision}"
    return target.prices.named(named)


def use_sums_of_8_bits(target: Chip) -> Chip:
    """The same chip where a sum of int8 overflows at 8 bits: a bound that no network reaches."""
    prices = target.prices
    narrow = {
        "add_int16": prices.add_int8,
        "add_int32": prices.add_int8,
        "mac_int8_add_int32": prices.mac_int8,
    }
    return target.model_copy(update={"prices": prices.model_copy(update=narrow)})
