"""The date of a page, which two builds of the same sources share."""

import os
from datetime import UTC, date, datetime

from ssr_neuro.errors import BadInput

VARIABLE = "SOURCE_DATE_EPOCH"


def page_date() -> date:
    """Today in UTC, or the day that SOURCE_DATE_EPOCH names in seconds since 1970.

    The variable is that of reproducible-builds.org. Raises BadInput where it is no such number.
    """
    given = os.environ.get(VARIABLE)
    if not given:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(given), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(
            f"{VARIABLE} is {given!r}, which is no number of seconds since 1970; set it to one, "
            "such as 1767225600, or unset it"
        ) from error
