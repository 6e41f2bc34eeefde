"""The threads that kernels share: started once, as starting takes as long as many samples."""

import os
from concurrent.futures import ThreadPoolExecutor

_pools: dict[tuple[int, int], ThreadPoolExecutor] = {}  # of a process, and of so many threads


def thread_pool(count: int) -> ThreadPoolExecutor:
    """So many threads of this process, the same at every call."""
    key = (os.getpid(), count)
    # setdefault: of two threads that ask first, both get the same.
    return _pools.get(key) or _pools.setdefault(key, ThreadPoolExecutor(count, "ssr-kernel"))


def close_thread_pools() -> None:
    """End this process's threads, after what they are at."""
    for key in [key for key in _pools if key[0] == os.getpid()]:
        _pools.pop(key).shutdown()
