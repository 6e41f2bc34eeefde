"""What `ssr diff --json` prints: how far two runs agree, as plain data."""

from dataclasses import asdict
from typing import Any

from ssr_neuro.errors import check_type
from ssr_neuro.files.json_document import Format
from ssr_neuro.program.trace import Comparison

FORMAT = Format("ssr-neuro-comparison", 1, "`ssr diff --json`")


def comparison_document(found: Comparison) -> dict[str, Any]:
    """What was compared, how much differs, and where first: null, or the population (`node`), the
    sample, the time step and the neuron, counted from 0, with both values.

    Raises BadInput on anything but a Comparison.
    """
    check_type(found, Comparison, "is no comparison", "what ssr_neuro.compare returns")
    return FORMAT.wrap({"equal": found.equal, **asdict(found)})
