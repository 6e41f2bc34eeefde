"""What `ssr report` reads: bundles, data sets, trained baselines, measurements, SANA-FE, gates."""

from ssr_neuro.report_builder.baselines import Rival
from ssr_neuro.report_builder.bundle_folders import Bundle, GraphBundle
from ssr_neuro.report_builder.gates import GatesFile
from ssr_neuro.report_builder.measurements import Found
from ssr_neuro.report_builder.sana_fe import SanaFeFile

__all__ = ["Bundle", "Found", "GatesFile", "GraphBundle", "Rival", "SanaFeFile"]
