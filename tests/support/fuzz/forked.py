"""Inputs tried in forked processes of bounded memory and time; how each ended is counted."""

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from types import FrameType
from typing import BinaryIO

import psutil

from ssr_neuro.errors import SsrError

MEMORY_BYTES = 2 << 30
LIMIT_S = 20
BATCH = 500  # inputs of one process
ENDS = ("user error", "accepted", "traceback", "memory", "hang", "crash", "other meaning")


class Hang(BaseException):
    """The time of an input is over."""


class OtherMeaning(BaseException):
    """Two readers of one file disagree."""


@dataclass(frozen=True)
class Outcome:
    """How one input ended. said: its error, in one line or as a traceback."""

    number: int
    end: str
    said: str


def run(attempt: Callable[[int], None], numbers: range) -> Iterator[Outcome]:
    """`attempt` of every number, a process for each BATCH of them.

    What runs out of memory after others in its process is tried again in one of its own.
    """
    left = list(numbers)
    while left:
        batch, left = left[:BATCH], left[BATCH:]
        for place, outcome in enumerate(_batch(attempt, batch)):
            if place and outcome.end == "memory":
                break
            yield outcome
            done = place + 1
        left = batch[done:] + left


def _batch(attempt: Callable[[int], None], numbers: list[int]) -> Iterator[Outcome]:
    """Until all are through, or one of them ended the process."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reader)
        _work(attempt, numbers, writer)
    os.close(writer)
    done = 0
    try:
        with os.fdopen(reader, "rb", buffering=0) as stream:
            while done < len(numbers):
                if not select.select([stream], [], [], LIMIT_S + 10)[0]:
                    yield Outcome(numbers[done], "hang", "no answer")
                    break
                if (outcome := _next(stream)) is None:
                    yield Outcome(numbers[done], "crash", "the process ended")
                    break
                yield outcome
                done += 1
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _next(stream: BinaryIO) -> Outcome | None:
    size = stream.read(4)
    if len(size) < 4:
        return None
    content = b""
    while len(content) < int.from_bytes(size):
        content += stream.read(int.from_bytes(size) - len(content))
    return Outcome(*json.loads(content))


def _work(attempt: Callable[[int], None], numbers: list[int], writer: int) -> None:
    most = psutil.Process().memory_info().vms + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    signal.signal(signal.SIGALRM, _over)
    for number in numbers:
        content = json.dumps(astuple(_outcome(attempt, number))).encode()
        os.write(writer, len(content).to_bytes(4) + content)
    os._exit(0)


def _outcome(attempt: Callable[[int], None], number: int) -> Outcome:
    end, said = "accepted", ""
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    began = time.monotonic()
    try:
        attempt(number)
    except SsrError as error:
        end, said = "user error", str(error)
    except MemoryError:
        end, said = "memory", _last(traceback.format_exc())
    except Hang:
        end, said = "hang", _last(traceback.format_exc())
    except OtherMeaning as error:
        end, said = "other meaning", str(error)
    except (Exception, SystemExit):  # whatever a reader lets out is the finding
        end, said = "traceback", _last(traceback.format_exc())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if time.monotonic() - began > LIMIT_S:
        end = "hang"
    return Outcome(number, end, said)


def _last(text: str) -> str:
    return text[-3000:]


def _over(number: int, frame: FrameType | None) -> None:
    raise Hang
