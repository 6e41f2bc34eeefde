"""Tables of serving: the best ten of a catalogue, and a history to its top ten."""

from collections.abc import Callable

from number_regions import read_result

RIVALS = ("torch", "faiss", "onnxruntime", "usearch")


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, ("---", *("---:" for _ in heads[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def milliseconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def top_k() -> str:
    """Milliseconds by size of the catalogue and batch, the ratio to the best rival, the limit."""
    ratios = ("best rival / packed", "packed / one reading")
    heads = ("items, users at once", "packed bits", *RIVALS, *ratios)
    rows = []
    for row in read_result("top-k")["rows"]:
        taken = [
            milliseconds(row[name]["ms"]) if name in row else "" for name in ("packed", *RIVALS)
        ]
        ratio = f"{row['times_faster']:.1f}" if "times_faster" in row else ""
        name = f"{row['items']:,}, {row['batch']}" + (", mapped" if row.get("mapped") else "")
        rows.append((name, *taken, ratio, f"{row['times_one_reading']:.1f}"))
    return table(heads, rows)


def serve_latency() -> str:
    """p50 and p99 of a history to its top ten, in microseconds of CPU time."""
    found = read_result("serve-latency")["systems"]
    rows: list[tuple[str, ...]] = [
        (name, f"{row['p50_us']:,.0f}", f"{row['p99_us']:,.0f}") for name, row in found.items()
    ]
    return table(("model", "p50", "p99"), rows)


TABLES: dict[str, Callable[[], str]] = {"serve-latency": serve_latency, "top-k": top_k}
