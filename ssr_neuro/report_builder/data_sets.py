"""The data sets of --data, and the test sequences of each bundle among them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ssr_neuro.data import Dataset, Split
from ssr_neuro.errors import BadInput
from ssr_neuro.report_builder.bundle_folders import Bundle
from ssr_neuro.training import parts_of


def match_data_sets(bundles: Sequence[Bundle], datasets: Sequence[Dataset]) -> list[Dataset]:
    """The data set of each bundle, none at all without `datasets`.

    Raises BadInput, which names both, where a bundle's is missing, and where a data set belongs
    to no bundle.
    """
    if not datasets:
        return []
    if not bundles:
        raise BadInput("the bundles are of graphs, which no data set belongs to; leave out --data")
    by_fingerprint = {dataset.fingerprint: dataset for dataset in datasets}
    sources = "; ".join(dataset.source for dataset in datasets)
    for bundle in bundles:
        if bundle.data["fingerprint"] not in by_fingerprint:
            raise BadInput(
                f"{bundle.folder} was compiled from a model trained on {bundle.data['source']}; "
                f"--data holds {sources}. Give the same data set, --core and --duplicates"
            )
    used = {bundle.data["fingerprint"] for bundle in bundles}
    for dataset in datasets:
        if dataset.fingerprint not in used:
            raise BadInput(
                f"--data {dataset.source} belongs to none of the bundles, which are of models "
                f"trained on {_fingerprint_learnt(bundles)}; leave it out, or add its bundle"
            )
    return [by_fingerprint[bundle.data["fingerprint"]] for bundle in bundles]


def test_split(bundle: Bundle, dataset: Dataset) -> Split:
    """As the bundle's model was tested."""
    return parts_of(dataset, "ssr", bundle.protocol, bundle.config)


def choose_sequences(split: Split, samples: int) -> Any:
    """Evenly spaced test sequences, int64 (samples, N); fewer where there are fewer."""
    rows = np.linspace(0, len(split.test) - 1, min(samples, len(split.test)))
    return split.test.batch(np.unique(rows.astype(np.int64)))[0]


def _fingerprint_learnt(bundles: Sequence[Bundle]) -> str:
    return "; ".join(dict.fromkeys(str(bundle.data["source"]) for bundle in bundles))
