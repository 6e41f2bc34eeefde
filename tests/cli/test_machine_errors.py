"""What a machine refuses is said with the file, the reason and the remedy; other faults are not."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from ssr_neuro.cli import machine_errors
from ssr_neuro.cli.machine_errors import describe


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "No space left on device; free some space, or name another place"),
        (errno.EMFILE, "Too many open files; raise `ulimit -n`"),
        (errno.EROFS, "Read-only file system; name a place that can be written to"),
    ],
)
def test_an_error_of_the_machine_has_a_remedy(number: int, remedy: str) -> None:
    assert describe(OSError(number, os.strerror(number), "a/b")) == f"a/b: {remedy}"


def test_no_memory_is_said_and_other_errors_are_not() -> None:
    assert str(describe(MemoryError())).startswith("There is not enough memory; give fewer samples")
    torch = RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")
    assert str(describe(torch)).startswith("There is not enough memory")
    device = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total")
    assert str(describe(device)).startswith("There is not enough memory")
    loader = ImportError("libtorch_cpu.so: failed to map segment from shared object")
    assert str(describe(loader)).startswith("There is not enough memory")
    lost = SystemError("error return without exception set")  # of a MemoryError, by Python
    assert str(describe(lost)).startswith("There is not enough memory")
    assert describe(SystemError("a fault of an extension")) is None
    assert describe(RuntimeError("a fault of this program")) is None
    assert describe(ImportError("No module named 'x'")) is None


def test_a_file_that_may_not_grow_is_named_and_not_left_half(tmp_path: Path) -> None:
    """A limit of file sizes, as a full disk or a quota: RLIMIT_FSIZE."""
    code = (
        "import sys; from ssr_neuro.cli import main; sys.argv = ['ssr', 'show', sys.argv[1], "
        "'--out', sys.argv[2]]; main()"
    )
    import handed_over

    bundle = handed_over.hand_over(handed_over.compiled("CubaLIF"), tmp_path / "bundle")

    def limited() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    out = tmp_path / "x.svg"
    ended = subprocess.run(
        [sys.executable, "-B", "-c", code, str(bundle), str(out)],
        capture_output=True,
        text=True,
        preexec_fn=limited,
    )
    assert ended.returncode == 2, ended.stderr
    assert "x.svg cannot be written (File too large); free some space" in ended.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bundle"]


def test_it_is_said_also_where_no_memory_is_left_to_lay_it_out(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(machine_errors.errors, "print", fail)
    machine_errors.say("There is not enough memory")
    assert capfd.readouterr().err == "There is not enough memory\n"


def test_a_graph_that_does_not_fit_the_disk_is_refused_and_the_process_goes_on(
    tmp_path: Path,
) -> None:
    """HDF5 ends a process whose file cannot grow, so that it gets none of its own to write."""
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "import handed_over; from converters.nir import write_graph\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: write_graph.write(Path(sys.argv[1]), handed_over.GRAPHS['delay'])\n"
        "except OSError as error: print(error.strerror)"
    )
    support = Path(__file__).parents[1] / "support"
    ended = subprocess.run(
        [sys.executable, "-B", "-c", code, str(tmp_path / "x.nir")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(support)},
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "File too large\n", "")
