"""Where cores lie on a chip, and how far a message goes between them."""

from dataclasses import dataclass

import numpy as np

from ssr_neuro.chip import Chip
from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Array

SHAPE = "COLUMNSxROWS, or COLUMNSxROWSxCORES where a tile holds several, such as 8x4x4"


@dataclass(frozen=True)
class Mesh:
    """Tiles in columns and rows, each with its cores; core numbers run along a tile, then a row.

    source: who says so.
    """

    columns: int
    rows: int
    cores_per_tile: int = 1
    source: str = "as given"

    def __post_init__(self) -> None:
        if min(self.columns, self.rows, self.cores_per_tile) < 1:
            raise BadInput(f"a mesh of {self} is empty; give {SHAPE}")

    @property
    def cores(self) -> int:
        return self.columns * self.rows * self.cores_per_tile

    def __str__(self) -> str:
        return f"{self.columns}x{self.rows}x{self.cores_per_tile}"

    def hops(self, cores: int) -> tuple[Array, Array]:
        """East-west and north-south hops between the first `cores` cores: int64, square.

        A message goes along a row, then along a column, and takes no hop within a tile.
        """
        tile = np.arange(cores) // self.cores_per_tile
        row, column = np.divmod(tile, self.columns)
        return (
            np.asarray(np.abs(np.subtract.outer(column, column))),
            np.asarray(np.abs(np.subtract.outer(row, row))),
        )


def mesh_of_text(text: str) -> Mesh:
    """ "8x4" or "8x4x4". Raises BadInput on anything else."""
    sizes = text.lower().split("x")
    if len(sizes) not in (2, 3) or not all(size.isdecimal() for size in sizes):
        raise BadInput(f"a mesh is {SHAPE}, not {text!r}")
    columns, rows, tile = (*map(int, sizes), 1)[:3]
    return Mesh(columns, rows, tile)


def mesh_of(chip: Chip) -> Mesh | None:
    """The mesh that a chip's file states, None where it states none.

    A tile holds one core where the file does not say how many.
    """
    columns, rows = chip.limits.mesh_columns, chip.limits.mesh_rows
    if columns.value is None or rows.value is None:
        return None
    cores_per_tile = chip.limits.cores_per_tile.value
    in_tile = 1 if cores_per_tile is None else int(cores_per_tile)
    return Mesh(int(columns.value), int(rows.value), in_tile, columns.source)


def check_holds(mesh: Mesh, cores: int, chip: Chip) -> None:
    """Raises BadInput where cores are in use that have no place, so that no hops can be counted."""
    if cores > mesh.cores:
        raise BadInput(
            f"a mesh of {mesh} holds {mesh.cores} cores, and the program takes {cores}; how many a "
            f"chip has, {chip.name} does not say. Give {SHAPE}"
        )


def check(mesh: Mesh, chip: Chip) -> None:
    """Raises BadInput where the chip has more cores than the mesh has places."""
    cores = chip.limits.cores_per_chip.value
    if cores is not None and cores > mesh.cores:
        raise BadInput(
            f"a mesh of {mesh} holds {mesh.cores} cores, {chip.name} has {cores}; give {SHAPE}"
        )
