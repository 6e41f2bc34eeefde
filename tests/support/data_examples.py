"""A few lines of every kind of data file that is read."""

TIMES = range(1_000_000_000, 1_000_000_012)
ROWS = [(f"u{i % 3}", f"i{i % 5}", 1 + i % 5, t) for i, t in enumerate(TIMES)]
NUMBERED = [(i % 3 + 1, i % 5 + 1, stars, t) for i, (_, _, stars, t) in enumerate(ROWS)]


def _lines(rows: list[tuple[object, ...]], separator: str, header: str = "") -> str:
    text = "\n".join(separator.join(map(str, row)) for row in rows) + "\n"
    return f"{header}\n{text}" if header else text


DATA_EXAMPLES = {
    "x.inter": _lines(ROWS, "\t", "user_id:token\titem_id:token\trating:float\ttimestamp:float"),
    "ratings.dat": _lines(NUMBERED, "::"),
    "ratings.csv": _lines(NUMBERED, ",", "userId,movieId,rating,timestamp"),
    "u.data": _lines(NUMBERED, "\t"),
    "table.csv": _lines(ROWS, ",", "user_id,item_id,stars,timestamp"),
    "quoted.csv": _lines(
        [(f'"{u}"', f'"{i}, x"', s, t) for u, i, s, t in ROWS],
        ",",
        "user_id,item_id,stars,timestamp",
    ),
    "x.txt": "u1 i1 i2 i3\nu2 i2 i3\nu3 i1 i4 i5 i1\n",
    "x.jsonl": "\n".join(
        f'{{"user_id": "{u}", "parent_asin": "{i}", "timestamp": {t}}}' for u, i, _, t in ROWS
    ),
    "steam.json": "\n".join(
        f"{{'username': '{u}', 'product_id': '{i}', 'date': '2017-12-{d:02}'}}"
        for d, (u, i, _, _) in enumerate(ROWS, 1)
    ),
}
