"""Users and items over the workers of a Dask cluster: the same answers however they are divided.

A partition of users is one task. With several shards a task reads the network for its users, one
more for each shard finds the best of its items, and the last joins them. Every worker opens the
bundle or model for itself, at the same path.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro import extras
from ssr_neuro.errors import BackendFailed, BadInput, check_whole
from ssr_neuro.library.recommending import recommender
from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking import Top
from ssr_neuro.serving.place import Place, mark_of
from ssr_neuro.serving.ranker import IntegerRanker
from ssr_neuro.serving.recommender import Recommender, without
from ssr_neuro.serving.users import AT_ONCE, Answer, Histories
from ssr_neuro.serving.windows import windows_of

AHEAD = 2  # partitions in flight for each worker: bounds the memory
WAIT_S = 30


@dataclass(frozen=True)
class DaskOptions:
    """scheduler: address of a cluster; None starts `workers` processes here. shards: of items."""

    workers: int = 2
    scheduler: str | None = None
    shards: int = 1

    def check(self) -> None:
        """Raises BadInput on a number below 1, BackendFailed where Dask is not installed."""
        for name in ("workers", "shards"):
            check_whole(f"--{name}", getattr(self, name), 1)
        extras.require("--engine dask", "distributed")


@contextmanager
def connect(options: DaskOptions) -> Iterator[Any]:
    """A client of the cluster asked for. Raises BackendFailed where none answers or starts."""
    options.check()
    distributed: Any = import_module("distributed")
    if options.scheduler is not None:
        try:
            client = distributed.Client(options.scheduler, timeout=WAIT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise BackendFailed(
                f"no Dask scheduler answers at {options.scheduler} ({error}); start one with `dask "
                "scheduler`, or leave --scheduler out"
            ) from error
        with client:
            yield client
        return
    with _local_cluster(distributed, options) as cluster:
        with distributed.Client(cluster, set_as_default=False) as client:
            yield client


def _local_cluster(distributed: Any, options: DaskOptions) -> Any:
    try:
        return distributed.LocalCluster(
            n_workers=options.workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
        )
    except RuntimeError as error:
        raise BackendFailed(
            f"Dask's workers did not start ({error}); a script that starts them does so below `if "
            '__name__ == "__main__":`, as each worker reads it again'
        ) from error


def rank_users(
    client: Any,
    place: Place,
    found: Histories,
    top: int,
    *,
    hide_seen: bool = False,
    shards: int = 1,
) -> Iterator[Answer]:
    """As `serving.users.rank_users`: an answer for each user, in their order."""
    waiting: deque[tuple[int, Any]] = deque()
    most = AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    for start in range(0, len(found.user_ids), AT_ONCE):
        waiting.append((start, _submit(client, place, found, start, top, hide_seen, shards)))
        if len(waiting) >= most:
            yield from _answers(found, *waiting.popleft())
    while waiting:
        yield from _answers(found, *waiting.popleft())


def _submit(
    client: Any, place: Place, found: Histories, start: int, top: int, hide_seen: bool, shards: int
) -> Any:
    histories, times = found.of(start, min(start + AT_ONCE, len(found.user_ids)))
    if shards == 1:
        return client.submit(_rank, place, histories, times, top, hide_seen, pure=False)
    seen = [np.unique(history) - 1 if hide_seen else None for history in histories]
    k = top + max((len(own) for own in seen if own is not None), default=0)
    readouts = client.submit(_read, place, histories, pure=False)
    parts = [
        client.submit(_best_of_shard, place, readouts, k, shard, shards, pure=False)
        for shard in range(shards)
    ]
    return client.submit(_join, parts, seen, top, pure=False)


def _answers(found: Histories, start: int, future: Any) -> Iterator[Answer]:
    for number, (rows, scores) in enumerate(future.result(), start):
        yield Answer(found.user_ids[number], rows, scores)


def _rank(
    place: Place, histories: list[Ints], times: list[Ints] | None, top: int, hide_seen: bool
) -> Any:
    return _open(place).rank(histories, top, times, hide_seen=hide_seen)


def _read(place: Place, histories: list[Ints]) -> Any:
    own = _integers(place)
    return own.readouts(windows_of(histories, own.positions))


def _best_of_shard(place: Place, readouts: Any, k: int, shard: int, shards: int) -> Top:
    part, before = _integers(place).items.shard(shard, shards)
    found = part.top(readouts, k)
    return Top(found.rows + before, found.scores)


def _join(parts: Sequence[Top], seen: list[Ints | None], top: int) -> Any:
    """The best of all shards, whose rows rise from one to the next; of equal scores the lower."""
    joined = []
    for sample, own in enumerate(seen):
        rows = np.concatenate([part.rows[sample] for part in parts])
        scores = np.concatenate([part.scores[sample] for part in parts])
        order = np.lexsort((rows, ~scores))  # ~x falls as x rises
        joined.append(without(rows[order], scores[order], own, top))
    return joined


def _integers(place: Place) -> IntegerRanker:
    ranker = _open(place).ranker
    if not isinstance(ranker, IntegerRanker):
        raise BadInput(f"{place.path} is no bundle, and --shards divides the items of one alone")
    return ranker


@lru_cache(maxsize=2)
def _open(place: Place) -> Recommender:
    """Once in every worker. Raises BadInput where it finds another file there."""
    path = Path(place.path)
    if not path.exists() or mark_of(path) != place.mark:
        raise BadInput(f"a worker finds no {path}, or another one; give all workers the same files")
    return recommender(path, simulator=place.simulator, items=place.items)
