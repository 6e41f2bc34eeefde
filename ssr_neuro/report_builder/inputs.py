"""What a report is made of: bundles, data, other models, measurements."""

from collections.abc import Sequence
from dataclasses import dataclass

from ssr_neuro.chip import Chip
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.report_builder import baselines, gates, measurements
from ssr_neuro.report_builder.baselines import Rival
from ssr_neuro.report_builder.bundle_folders import Bundle, GraphBundle
from ssr_neuro.report_builder.gates import GatesFile
from ssr_neuro.report_builder.measurements import Found
from ssr_neuro.report_builder.sana_fe import SanaFeFile

SAMPLES = 256


@dataclass(frozen=True, eq=False)
class Inputs:
    """datasets: of each recommender, or empty where none was given. chip: to place every program
    on; must_fit: whether a program that does not fit is an error. samples: test sequences to count.
    gpu: whose roofline stands beside the chip. ranks_baselines: on the data sets, once more.
    """

    bundles: Sequence[Bundle | GraphBundle]
    datasets: Sequence[Dataset]
    rivals: Sequence[Rival]
    measured: Sequence[Found]
    chip: Chip
    must_fit: bool
    gpu: Chip
    samples: int = SAMPLES
    ranks_baselines: bool = True
    sana_fe: Sequence[SanaFeFile] = ()
    gates: Sequence[GatesFile] = ()


def recommenders(bundles: Sequence[Bundle | GraphBundle]) -> list[Bundle]:
    """Those with items, which data, other models and measurements can belong to."""
    return [bundle for bundle in bundles if isinstance(bundle, Bundle)]


def check_recommenders(own: Sequence[Bundle], given: Inputs) -> None:
    """Raises BadInput where other models, measurements or SANA-FE's runs belong to no bundle."""
    if not own:
        raise BadInput(
            "the bundles are of graphs, which have no items: leave out --baselines, --measured, "
            "--sana-fe and --gates, or add a bundle of a recommender"
        )
    baselines.check(given.rivals, own)
    known = {r.sha256 for r in given.rivals} | {b.model_sha256 for b in own}
    measurements.check(given.measured, known)
    gates.check(given.gates, known)
