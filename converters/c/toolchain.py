"""Compilers that a folder is built with, here and for 32-bit ARM, and running what they make."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from converters.c.elf import read_only_bytes
from ssr_neuro.errors import BackendFailed, Mismatch
from ssr_neuro.native import compiler

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic")
SANITIZE = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
RUN_TIMEOUT_S = 3600
ARM_COMPILERS = ("arm-linux-gnueabihf-gcc", "arm-linux-gnueabi-gcc")
ARM_RUNNERS = ("qemu-arm", "qemu-arm-static")
ARM_REMEDY = "Debian: apt install gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-user"
TESTED = ("test.c", "golden.c", "runtime.c", "model.c")


@dataclass(frozen=True)
class Toolchain:
    """command: of the compiler. runner: what starts its programs; none where they run here."""

    title: str
    command: tuple[str, ...]
    runner: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def check(self, folder: Path, *options: str, tested: Sequence[str] = TESTED) -> str:
        """Build the test with these options and run it: its line of PASS.

        Raises BackendFailed where it cannot be built or breaks off, Mismatch where it says FAIL.
        """
        with TemporaryDirectory() as place:
            program = Path(place) / "test"
            sources = [folder / name for name in tested]
            arguments: list[str | Path] = [*STRICT, *options, *self.flags, *sources, "-o", program]
            compiler.compile(self.command, arguments)
            return self._run(program)

    def _run(self, program: Path) -> str:
        words = [*self.runner, str(program)]
        # Leaks are looked for by a tracer, which some containers forbid; there is no heap here.
        settings = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        try:
            done = subprocess.run(
                words,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=RUN_TIMEOUT_S,
                env=settings,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BackendFailed(f"{self.title}: the test could not be run ({error})") from error
        said = done.stdout.strip()
        if said.startswith("FAIL"):
            raise Mismatch(f"{self.title}: {said.removeprefix('FAIL: ')}")
        if done.returncode or not said.startswith("PASS"):
            more = "\n".join(done.stderr.strip().splitlines()[:12])
            raise BackendFailed(f"{self.title}: the test ended with {done.returncode}\n{more}")
        return said

    def can_sanitize(self) -> bool:
        """Whether the compiler has both sanitizers and its programs start with them."""
        with TemporaryDirectory() as place:
            probe = Path(place) / "probe.c"
            probe.write_text(
                '#include <stdio.h>\nint main(void) { puts("PASS"); return 0; }\n', encoding="utf-8"
            )
            try:
                self.check(Path(place), *SANITIZE, tested=("probe.c",))
            except BackendFailed:
                return False
        return True

    def measure(self, folder: Path) -> "RuntimeSize":
        """Compile runtime.c as for a device."""
        with TemporaryDirectory() as place:
            made = Path(place) / "runtime.o"
            device: list[str | Path] = [
                *STRICT,
                "-Os",
                "-ffreestanding",
                *self.flags,
                "-c",
                folder / "runtime.c",
            ]
            try:
                compiler.compile(self.command, [*device, "-fstack-usage", "-o", made])
            except BackendFailed:
                compiler.compile(self.command, [*device, "-o", made])
            usage = made.with_suffix(".su")
            used = usage.read_text(encoding="utf-8").splitlines() if usage.exists() else []
            return RuntimeSize(read_only_bytes(made), [int(line.split("\t")[1]) for line in used])


@dataclass(frozen=True)
class RuntimeSize:
    """code_bytes: of runtime.c at -Os. frames: bytes of stack of each function in it."""

    code_bytes: int
    frames: list[int] = field(default_factory=list)

    @property
    def stack_bytes(self) -> int | None:
        """Never more than this: every function at once, as none calls itself. None if unknown."""
        return sum(self.frames) if self.frames else None


def here() -> Toolchain | None:
    """The system's compiler, if there is one."""
    command = compiler.find()
    return None if command is None else Toolchain("this machine", command)


def arm() -> Toolchain | None:
    """A compiler for 32-bit ARM, and qemu-user to run what it makes, if both are there."""
    command = next((found for name in ARM_COMPILERS if (found := shutil.which(name))), None)
    runner = next((found for name in ARM_RUNNERS if (found := shutil.which(name))), None)
    if command is None or runner is None:
        return None
    return Toolchain("32-bit ARM", (command,), (runner,), ("-static",))
