"""What is worth knowing about a file that could be read, or None."""

import polars as pl

from ssr_neuro.data.columns import ReadColumns
from ssr_neuro.data.dataset import Dataset

KEPT_SHARE = 0.5  # of the users; a filter that leaves fewer is named


def times_note(columns: ReadColumns | None) -> str | None:
    """No times were read, though there were columns that could be some."""
    if columns is None or columns.time is not None or not columns.unread:
        return None
    return (
        f"no times were read: none of the columns left unread ({', '.join(columns.unread)}) is "
        "known as a time, so the order of the file is taken for that of time. If one is, name it "
        "with --time-column"
    )


def id_note(user_ids: pl.Series, item_ids: pl.Series) -> str | None:
    """Ids such as "1.0" beside "1": one user or item to whoever wrote them, two to a reader."""
    for what, ids in (("user", user_ids), ("item", item_ids)):
        cut = ids.filter(ids.str.contains(r"^-?\d+\.0+$")).str.replace(r"\.0+$", "")
        both = cut.filter(cut.is_in(ids.to_list()))
        if len(both):
            return (
                f"{len(both):,} {what} ids come with and without a decimal point, such as "
                f"'{both[0]}.0' and '{both[0]}', and are read as two {what}s each. Write them alike"
            )
    return None


def filter_note(dataset: Dataset, users: int, core: str) -> str | None:
    """users: how many there were before the filter."""
    if dataset.n_users >= KEPT_SHARE * users:
        return None
    return (
        f"the filter {core} leaves {dataset.n_users:,} of {users:,} users. If that is unexpected, "
        "look at how users and items are written, or take --core none"
    )
