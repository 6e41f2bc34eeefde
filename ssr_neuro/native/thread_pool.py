"""The threads that kernels share: started once, as starting takes as long as many samples."""

import os
from concurrent.futures import ThreadPoolExecutor

_pools: dict[tuple[int, int], ThreadPoolExecutor] = {}  # of a process, and of so many threads


def thread_pool(count: int) -> ThreadPoolExecutor:
    """So many threads of this process, the same at every call."""
    key = (os.getpid(), count)
    if key not in _pools:
        _pools[key] = ThreadPoolExecutor(count, "ssr-kernel")
    return _pools[key]


def close_thread_pools() -> None:
    """End this process's threads, after what they are at."""
    for key in [key for key in _pools if key[0] == os.getpid()]:
        _pools.pop(key).shutdown()
