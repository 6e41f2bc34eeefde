"""Where the program of a bundle lies on chips: what the events of a chip are charged with."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ssr_neuro.bundle import golden
from ssr_neuro.chip import Chip
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.placement import Placement, place
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True)
class OnChips:
    """placements: of the chips that hold the program. misfits: why others do not, a line each."""

    placements: tuple[Placement, ...]
    misfits: tuple[str, ...]


NOWHERE = OnChips((), ())


def on_chips(folder: Path, chips: Iterable[Chip]) -> OnChips:
    """Messages are those of the bundle's golden vectors. Raises BadInput on a damaged bundle."""
    program = program_file.load(folder)
    if not (folder / "golden").is_dir():
        raise BadInput(
            f"{folder} has no golden vectors, so nothing says how many messages its program sends; "
            f"compile it again, or give {folder / 'report.json'}, which is placed on no chip"
        )
    return place_on_chips(program, golden.read(folder / "golden").trace, chips, str(folder))


def place_on_chips(program: Program, trace: Trace, chips: Iterable[Chip], name: str) -> OnChips:
    """Messages are those of `trace`. name: what `ssr place` would be given."""
    placements, misfits = [], []
    for chip in chips:
        try:
            placements.append(place(program, chip, trace))
        except DoesNotFit:
            misfits.append(
                f"It does not fit {chip.name}, so it was not placed there; "
                f"`ssr place {name} --chip {chip.name}` says why."
            )
    return OnChips(tuple(placements), tuple(misfits))
