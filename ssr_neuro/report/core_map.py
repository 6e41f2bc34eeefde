"""Where a program lies on a chip: every core, what it holds of what it can, and what it sends."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CoreLimit:
    """What one core may hold. need: name of it in `Core.used`. value: None where it is unknown, and
    then `why` says so; a chip whose cores differ has the limit of the smallest."""

    need: str
    title: str
    value: float | None
    unlimited: bool
    source: str
    why: str


@dataclass(frozen=True)
class Resident:
    """A block of one node on a core: start and stop (not included) of its positions and features.

    kind: "population" or "readout".
    """

    node: str
    kind: str
    positions: tuple[int, int]
    features: tuple[int, int]
    neurons: int


@dataclass(frozen=True)
class Core:
    """One core in use. column, row: of its tile in the mesh, from the south west; seat: its place
    in the tile; None where the mesh is unknown, as `chip` is where the cores of a chip are.

    used and shares: by need, see CoreLimit; shares 0 to 1 of the limits that are known. fullest:
    the need with the largest share.
    """

    core: int
    chip: int | None
    column: int | None
    row: int | None
    seat: int | None
    used: Mapping[str, int | None]
    shares: Mapping[str, float]
    fullest: str | None
    holds: tuple[Resident, ...]


@dataclass(frozen=True)
class Way:
    """One way to place it. Messages per inference: between cores, and from outside the chip."""

    name: str
    cores: int | None
    between: float
    entering: float
    together: float
    taken: bool


@dataclass(frozen=True)
class Hops:
    """Per inference, of messages between cores of one chip. longest: east-west, north-south."""

    east_west: float
    north_south: float
    longest: tuple[int, int]


@dataclass(frozen=True)
class Placed:
    """A program on the cores of a chip. misfits: all that does not fit; then there are no cores.

    samples: of the spike traces that messages are counted in. mesh: "columns x rows x cores of a
    tile", None where it is unknown. within, between_chips, hops: per inference. unchecked: limits
    that the chip's file does not state, with the reason.
    """

    chip: str
    title: str
    misfits: tuple[str, ...] = ()
    storage: str = ""
    limits: tuple[CoreLimit, ...] = ()
    cores: tuple[Core, ...] = ()
    cores_per_chip: int | None = None
    chips: int | None = None
    mesh: str | None = None
    mesh_source: str = ""
    columns: int | None = None
    rows: int | None = None
    seats: int | None = None
    samples: int = 0
    ways: tuple[Way, ...] = ()
    within: float = 0.0
    per_step: float = 0.0
    between_chips: float | None = None
    hops: Hops | None = None
    unchecked: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.misfits
