"""What `ssr report` reads: bundles, data sets, trained baselines, measurements, SANA-FE's runs."""

from ssr_neuro.report_inputs.baselines import Rival
from ssr_neuro.report_inputs.bundles import Bundle
from ssr_neuro.report_inputs.measured import Found
from ssr_neuro.report_inputs.sana_fe import SanaFeFile

__all__ = ["Bundle", "Found", "Rival", "SanaFeFile"]
