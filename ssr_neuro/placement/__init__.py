"""A lowered Program on the cores of a chip: what fits, what moves between cores, how fast it is.

A chip's limits and timings come from its file (`ssr_neuro.chip`). What the file does not state
is not assumed: such a limit is listed as unchecked, and a time that needs it is refused by name.
"""

from ssr_neuro.placement.document import as_json
from ssr_neuro.placement.mesh import Mesh, mesh_of_text
from ssr_neuro.placement.placement import CoreUse, Messages, Placement, Slice, Traffic
from ssr_neuro.placement.placing import place

__all__ = [
    "CoreUse",
    "Mesh",
    "Messages",
    "Placement",
    "Slice",
    "Traffic",
    "as_json",
    "mesh_of_text",
    "place",
]
