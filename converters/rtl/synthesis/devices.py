"""The ECP5 of Lattice, by data sheet FPGA-DS-02012: what each has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ecp5Device:
    """One ECP5. size: what nextpnr calls it."""

    name: str
    size: str
    luts: int
    block_rams: int
    multipliers: int


DEVICES = (
    Ecp5Device("LFE5U-25F", "25k", 24_288, 56, 28),
    Ecp5Device("LFE5U-45F", "45k", 43_848, 108, 72),
    Ecp5Device("LFE5U-85F", "85k", 83_640, 208, 156),
)
