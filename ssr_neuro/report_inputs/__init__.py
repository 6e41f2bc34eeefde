"""What `ssr report` reads: bundles, data sets, trained baselines and measurements."""

from ssr_neuro.report_inputs.baselines import Rival
from ssr_neuro.report_inputs.bundles import Bundle
from ssr_neuro.report_inputs.measured import Found

__all__ = ["Bundle", "Found", "Rival"]
