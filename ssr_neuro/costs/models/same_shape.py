"""What a device would run in place of an SSR, one item more at a time, at SSR's own size."""

from dataclasses import replace
from functools import cache

from ssr_neuro.costs.models import lrurec, sasrec
from ssr_neuro.costs.models.ops import Cost
from ssr_neuro.costs.models.ssr_ann import AnnShape
from ssr_neuro.settings.models.lrurec import LruRecConfig
from ssr_neuro.settings.models.sasrec import SasRecConfig

SAME_SHAPE = "Positions, features, blocks and items are SSR's, all else the defaults of the model."


@cache
def same_shape(shape: AnnShape) -> tuple[Cost, ...]:
    """Incremental LRURec and cached SASRec of that size; none for a shape without blocks."""
    if not shape.blocks:
        return ()
    heads = 2 - shape.features % 2  # an odd number of features cannot be shared by two heads
    forms = (
        lrurec.incremental(
            LruRecConfig(shape.items, shape.positions, shape.features, blocks=shape.blocks)
        ),
        sasrec.cached(
            SasRecConfig(
                shape.items, shape.positions, shape.features, blocks=shape.blocks, heads=heads
            )
        ),
    )
    return tuple(replace(one, notes=(*one.notes, SAME_SHAPE)) for one in forms)
