"""The driver in C: on the pins of the core's serial line, and against registers that misbehave."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rtl_bench import needs_verilator
from rtl_programs import random_program

from converters.rtl import verilator
from converters.rtl.folder import write_network, write_sources
from converters.rtl.golden import golden_words
from converters.rtl.tables import tables
from simulators.fast import Fast

DRIVER = Path(verilator.__file__).parent / "driver"
OK, LINE, NO_CORE, REFUSED, TIMEOUT = range(5)
BUSY, REFUSAL = 1, 2
SEED = 2  # of a program with loops, readouts and neurons of their own
needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("core")
    program, inputs = random_program(SEED)
    made = tables(program, 4)
    write_sources(place)
    write_network(place, made, golden_words(made, Fast().run(program, inputs)))
    return place


@needs_verilator
@needs_cc
def test_the_driver_runs_golden_samples_over_the_pins(folder: Path) -> None:
    env = {**os.environ, "VERILATOR": verilator.command(), "BUILD": str(folder / "build")}
    command = ["sh", str(folder / "fpga" / "simulate.sh")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "samples 3\nPASS\n"
    # Another golden value is told, and so is a core that has another number of lanes.
    built = [str(folder / "build" / "Vserial_core"), "."]
    for name, line, told in (
        ("golden/readouts.hex", 1, "FAIL: sample 0, readout 4: the core has"),
        ("golden/counters.hex", 11, "FAIL: sample 1, counter 5: the core has"),
    ):
        path = folder / name
        text = path.read_text()
        words = text.splitlines()
        words[line] = f"{int(words[line], 16) ^ 1:0{len(words[line])}x}"
        path.write_text("\n".join(words) + "\n")
        found = subprocess.run(built, cwd=folder, capture_output=True, text=True, check=False)
        path.write_text(text)
        assert found.returncode == 4
        assert told in found.stdout


class Line(ctypes.Structure):
    """`struct ssr_line`."""

    _fields_ = (
        (
            "write",
            ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t),
        ),
        ("read", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)),
        ("line", ctypes.c_void_p),
    )


class Core(ctypes.Structure):
    """`struct ssr_core`."""

    _fields_ = (("line", Line), ("lanes", ctypes.c_uint))


class Registers:
    """What `fpga/registers.v` answers, in Python. values: register -> what is read there."""

    def __init__(self, **values: int) -> None:
        self.values = {0: 0x53535231, 1: 0x104, 3: 0} | {int(k[1:]): v for k, v in values.items()}
        self.written: list[tuple[int, int]] = []
        self.asked: list[int] = []
        self.broken = False

    def write(self, _line: int, data: int, n: int) -> int:
        message = ctypes.string_at(data, n)
        if n == 5:
            self.written.append((message[0] & 127, int.from_bytes(message[1:], "little")))
        else:
            self.asked.append(message[0])
        return int(self.broken)

    def read(self, _line: int, data: int, n: int) -> int:
        value = self.values.get(self.asked[-1], 0)
        ctypes.memmove(data, value.to_bytes(n, "little"), n)
        return int(self.broken)

    def line(self) -> Line:
        kinds = dict(Line._fields_)
        # Kept: C holds the addresses of these alone.
        self.calls = kinds["write"](self.write), kinds["read"](self.read)
        return Line(*self.calls, None)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., int]:
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    built = tmp_path_factory.mktemp("driver") / "ssr_core.so"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, str(DRIVER / "ssr_core.c"), "-o", str(built)], check=True)
    library = ctypes.CDLL(str(built))

    def call(name: str, *arguments: object) -> int:
        found: int = getattr(library, name)(*arguments)
        return found

    return call


def opened(driver: Callable[..., int], registers: Registers) -> Core:
    core = Core()
    assert driver("ssr_open", ctypes.byref(core), registers.line()) == OK
    return core


def test_it_opens_the_core_that_it_knows_alone(driver: Callable[..., int]) -> None:
    registers = Registers()
    assert opened(driver, registers).lanes == 4
    assert registers.written == [(2, 6)]  # reset, and earlier refusals forgotten
    for other in (Registers(r0=1), Registers(r1=0x204)):
        assert driver("ssr_open", ctypes.byref(Core()), other.line()) == NO_CORE
    other.broken = True
    assert driver("ssr_open", ctypes.byref(Core()), other.line()) == LINE


def test_a_wide_word_is_pushed_highest_first(driver: Callable[..., int]) -> None:
    registers = Registers()
    core = opened(driver, registers)
    words = (ctypes.c_uint32 * 6)(1, 2, 3, 4, 5, 6)
    size = ctypes.c_size_t
    assert driver("ssr_load", ctypes.byref(core), 4, 9, words, size(3), size(2)) == OK
    assert registers.written[1:] == [(4, 4), (5, 9), (6, 3), (6, 2), (7, 1), (6, 6), (6, 5), (7, 4)]


def test_what_a_busy_core_refuses_is_told(driver: Callable[..., int]) -> None:
    registers = Registers(r3=BUSY | REFUSAL)
    core = opened(driver, registers)
    words, size = (ctypes.c_uint32 * 1)(1), ctypes.c_size_t
    assert driver("ssr_load", ctypes.byref(core), 0, 0, words, size(1), size(1)) == REFUSED
    assert registers.written[-1] == (2, 4)
    assert driver("ssr_run", ctypes.byref(core), 3) == TIMEOUT
    assert registers.asked[-3:] == [3, 3, 3]
    registers.values[3] = 0
    assert driver("ssr_run", ctypes.byref(core), 3) == OK
