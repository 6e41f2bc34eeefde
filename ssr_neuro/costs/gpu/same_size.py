"""LRURec, TiM4Rec and SASRec of an SSR's size on a GPU: work follows from shape alone."""

from copy import deepcopy

from ssr_neuro.costs.gpu.work import BatchWork, count_work
from ssr_neuro.model import build
from ssr_neuro.settings.models.lrurec import LruRecConfig
from ssr_neuro.settings.models.sasrec import SasRecConfig
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.tim4rec import TiM4RecConfig

KINDS = ("lrurec", "tim4rec", "sasrec")


def works_of_size(kind: str, ssr: SsrConfig) -> dict[str, BatchWork]:
    """Form -> work of an untrained model of that kind with SSR's items, positions and features.

    It has as many blocks, at least one; all else are the defaults of the kind.
    """
    model = build(kind, _config(kind, ssr)).eval()
    return count_work(kind, lambda: deepcopy(model))


def _config(kind: str, ssr: SsrConfig) -> LruRecConfig | TiM4RecConfig | SasRecConfig:
    """Heads share the features evenly, also where there is an odd number of them."""
    heads = 2 - ssr.features % 2
    shape = (ssr.items, ssr.positions, ssr.features)
    blocks = max(1, ssr.blocks)
    if kind == "lrurec":
        return LruRecConfig(*shape, blocks=blocks)
    if kind == "sasrec":
        return SasRecConfig(*shape, blocks=blocks, heads=heads)
    return TiM4RecConfig(*shape, blocks=blocks, heads=2 * heads)
