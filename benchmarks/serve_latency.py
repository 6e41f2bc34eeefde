"""History to top ten of one user on one core: SSR's integers beside rivals in onnxruntime, one run.

    ssr-compile ssr.pt --target program --out build/ssr     # for each SSR
    ssr-compile sasrec.pt --target onnx --out build/sasrec  # for each rival
    python benchmarks/serve_latency.py build/ssr build/sasrec build/lrurec --out FILE

All answer through the same `Recommender`: ids of a history in, ids and scores of ten items out, for
the golden sequences of the first bundle. SSR-ANN and SASRec read the window by `model.onnx` and
`model.int8.onnx`, whose scores `ssr-compile` held against torch; LRURec reads one item more by
`step.onnx` and `step.int8.onnx`, its state kept. Of a bundle the ten items must first be its golden
ones. CPU time of the process, one thread; in each round the systems take turns, and each answers
all histories as it would in a service of its own; p50 and p99 over all rounds but the first.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import ssr_neuro as sn
from ssr_neuro.files.versions import versions_of
from ssr_neuro.measure.device import cpu_name
from ssr_neuro.ranking import kernel
from ssr_neuro.serving.recommender import Recommender

K = 10
History = Sequence[str]


def onnx_recommenders(folder: Path) -> Iterator[tuple[str, Recommender]]:
    """One for each kind of file, float and int8, named by the file that serves one user."""
    serving = "step" if (folder / "step.onnx").exists() else "model"
    for path in sorted(folder.glob("model*.onnx")):
        name = path.name.replace("model", serving)
        yield f"{folder.name}, {name}", sn.recommender(path)


def checked_bundle(folder: Path, histories: list[History]) -> Recommender:
    """A bundle that gives its golden top ten. Raises SystemExit where it does not."""
    own, golden = sn.recommender(folder), np.load(folder / "golden" / "top10.npy")
    sequences = np.load(folder / "golden" / "sequences.npy")
    for window, rows in zip(sequences, golden, strict=True):
        found = own.recommend([own.item_ids[number - 1] for number in window if number], K)
        if [one.item for one in found] != [own.item_ids[row] for row in rows]:
            raise SystemExit(f"{folder} does not give its golden top ten")
    if not histories:
        histories += [[own.item_ids[n - 1] for n in window if n] for window in sequences]
    return own


def answerer(own: Recommender) -> Callable[[History], Any]:
    """What is timed: a whole history, or the newest item where a state is kept."""
    if own.ranker.steps() is None:
        return lambda history: own.recommend(history, K)
    session = own.session(own.item_ids[:5])

    def one_more(history: History) -> Any:
        session.add(history[-1])
        return session.recommend(K)

    return one_more


def measure(
    systems: dict[str, Callable[[History], Any]], histories: list[History], rounds: int
) -> dict[str, list[float]]:
    """CPU microseconds of every answer, by system."""
    taken: dict[str, list[float]] = {name: [] for name in systems}
    for turn in range(rounds + 1):
        for name, answer in systems.items():
            for history in histories:
                start = time.process_time_ns()
                answer(history)
                if turn:
                    taken[name].append((time.process_time_ns() - start) / 1e3)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", help="bundles and ONNX folders")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    histories: list[History] = []
    found: dict[str, Recommender] = {}
    for folder in given.folders:
        if (folder / "numbers.json").exists():
            found |= onnx_recommenders(folder)
        else:
            found[f"{folder.name}, integers"] = checked_bundle(folder, histories)
    taken = measure({n: answerer(own) for n, own in found.items()}, histories, given.rounds)
    rows: dict[str, dict[str, Any]] = {
        name: {
            "kind": found[name].kind,
            "answers": len(values),
            **{f"p{q}_us": round(float(np.percentile(values, q)), 1) for q in (50, 99)},
        }
        for name, values in taken.items()
    }
    rivals = [row["p50_us"] for row in rows.values() if row["kind"] != "ssr"]
    for row in rows.values():
        if row["kind"] == "ssr" and rivals:
            row["p50_over_fastest_rival"] = round(row["p50_us"] / min(rivals), 2)
    document = {
        "machine": cpu_name(),
        "threads": 1,
        "kernel": kernel.name(),
        "versions": versions_of(("numpy", "onnxruntime")),
        "systems": rows,
    }
    text = json.dumps(document, indent=1) + "\n"
    print(text, end="")
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
