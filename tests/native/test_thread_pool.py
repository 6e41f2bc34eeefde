"""Threads that kernels share: kept from call to call, ended on demand."""

import os
import threading

from ssr_neuro.native.thread_pool import close_thread_pools, thread_pool


def test_threads_are_kept_and_closed() -> None:
    pool = thread_pool(2)
    assert thread_pool(2) is pool
    assert thread_pool(3) is not pool
    assert list(pool.map(str, range(3))) == ["0", "1", "2"]
    close_thread_pools()
    assert not [one for one in threading.enumerate() if one.name.startswith("ssr-kernel")]
    assert thread_pool(2) is not pool


def test_a_forked_process_has_threads_of_its_own() -> None:
    """Those of its parent do not live in it: work would wait for ever."""
    thread_pool(2).submit(int).result()
    if (child := os.fork()) == 0:
        os._exit(thread_pool(2).submit(lambda: 7).result())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
