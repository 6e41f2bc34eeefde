"""The tables of docs/reference/reliability.md: of results/same-bytes.json and coverage.json."""

from collections.abc import Callable

from number_regions import read_result


def same_bytes_table() -> str:
    """Files compared and files that differ, by setting and by Python."""
    found = read_result("same-bytes")
    rows = (
        f"| {row['setting']} | {row['files']} | {len(row['differ'])} |"
        for row in (*found["settings"], *found["pythons"])
    )
    return "\n".join(("| setting | files | differ |", "|---|---:|---:|", *rows))


def coverage_table() -> str:
    """Lines and branches that the tests run, by part."""
    rows = (
        f"| {row['part']} | {row['lines']:,} | {row['lines_run'] / row['lines']:.1%} "
        f"| {row['branches']:,} | {row['branches_run'] / row['branches']:.1%} |"
        for row in read_result("coverage")["parts"]
    )
    heads = "| part | lines | run | branches | taken |"
    return "\n".join((heads, "|---|---:|---:|---:|---:|", *rows))


TABLES: dict[str, Callable[[], str]] = {
    "same-bytes": same_bytes_table,
    "coverage": coverage_table,
}
