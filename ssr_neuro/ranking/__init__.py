"""Exact scores of binary item codes, and the best k of a catalogue of any size."""

from ssr_neuro.ranking.packed_items import PackedItems, Top

__all__ = ["PackedItems", "Top"]
