"""What `make demo` prints of exactness, as the record of one run has it."""

from collections.abc import Callable

from number_regions import read_result


def exactness() -> str:
    """The table of stages that must agree, in a code block."""
    heads = ("Stages compared", "spikes", "fired", "readouts", "mismatches")
    rows = [heads] + [
        (f"{row['left']} == {row['right']}", *(f"{row[key]:,}" for key in KEYS))
        for row in read_result("demo")["exactness"]
    ]
    widths = [max(len(row[k]) for row in rows) for k in range(len(heads))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    return "\n".join(["```", *lines, "```"])


KEYS = ("spikes_compared", "spikes_fired", "readouts_compared", "mismatches")
TABLES: dict[str, Callable[[], str]] = {"demo-exactness": exactness}
