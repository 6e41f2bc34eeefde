"""Columns of an evaluation: which items are candidates, and what their figures are called.

Models that know that nobody meets an item twice gain by it where all items are ranked. With the
items of the window left out of the candidates every model has that for nothing, so the two columns
tell what a model knows of the data set from what it recommends. LRURec's authors leave the window
out, the SSR paper ranks all items.
"""

ALL_ITEMS = "all_items"
WINDOW_LEFT_OUT = "window_left_out"
HISTORY_LEFT_OUT = "history_left_out"
# Columns beside that of all items, whose keys have no ending.
LEFT_OUT = (WINDOW_LEFT_OUT, HISTORY_LEFT_OUT)
TITLES = {
    ALL_ITEMS: "all items",
    WINDOW_LEFT_OUT: "window left out",
    HISTORY_LEFT_OUT: "history left out",
}
SHOWN = (ALL_ITEMS, WINDOW_LEFT_OUT)


def metric_key(key: str, column: str) -> str:
    """A metric's key in a column: ndcg@10 -> ndcg@10_window_left_out, its error's at the end."""
    if column == ALL_ITEMS:
        return key
    metric, is_error = key.removesuffix("_error"), key.endswith("_error")
    return f"{metric}_{column}{'_error' if is_error else ''}"


def column_of(key: str) -> tuple[str, str]:
    """Metric and column of a key: ndcg@10_window_left_out -> ndcg@10, window_left_out."""
    for column in LEFT_OUT:
        if key.endswith(f"_{column}"):
            return key.removesuffix(f"_{column}"), column
    return key, ALL_ITEMS


def figure_name(key: str) -> str:
    """What people read: ndcg@10 -> NDCG@10; ndcg@10_window_left_out -> NDCG@10, window left out."""
    metric, column = column_of(key)
    return metric.upper() if column == ALL_ITEMS else f"{metric.upper()}, {TITLES[column]}"
