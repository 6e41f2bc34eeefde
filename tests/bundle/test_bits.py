"""A bundle in which one bit was flipped, anywhere: found, and the file is named, by both ways."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from trained import saved_ssr

from ssr_neuro.bundle.handoff import check as script
from ssr_neuro.errors import Mismatch
from ssr_neuro.files import manifest

BITS = 4  # of each file, by chance; both ends besides


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    out = folder / "out"
    arguments = ("--target", "program", "--samples", "3", "--out", out)
    assert run("ssr-compile", saved_ssr(folder), *arguments) == 0
    return out


def names(bundle: Path) -> list[str]:
    return sorted(p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file())


@contextmanager
def flipped(path: Path, bit: int) -> Iterator[None]:
    content = path.read_bytes()
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(changed)
    yield
    path.write_bytes(content)


def found(bundle: Path, name: str) -> bool:
    """Whether manifest and check.py both name the file, and no other."""
    with pytest.raises(Mismatch, match=f"not as it was made: {name} has changed; get it again$"):
        manifest.check(bundle)
    with pytest.raises(SystemExit, match=f"^FAIL  {name} is not the file that was made: its SHA"):
        script.main(bundle)
    return True


def test_any_bit_of_any_file(bundle: Path) -> None:
    rng = np.random.default_rng(0)
    for name in names(bundle):
        bits = 8 * (bundle / name).stat().st_size
        for bit in {0, bits - 1, *rng.integers(bits, size=BITS).tolist()}:
            with flipped(bundle / name, bit):
                assert found(bundle, name)
    files = {p for p in bundle.rglob("*") if p.is_file()} - {bundle / manifest.MANIFEST}
    assert len(files) > 25
    assert manifest.check(bundle) == (len(files), [])


def test_every_bit_of_the_line_that_seals_the_manifest(bundle: Path) -> None:
    path = bundle / manifest.MANIFEST
    size = path.stat().st_size
    for bit in range(8 * (path.read_bytes().index(manifest.SEAL) - 3), 8 * size, 3):
        with flipped(path, bit):
            assert found(bundle, manifest.MANIFEST)


def test_the_command_says_it_and_ends_with_4(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in names(bundle):
        with flipped(bundle / name, 100):
            assert run("ssr", "verify", bundle) == 4
            assert f"{name} has changed; get it again" in " ".join(capsys.readouterr().err.split())
    assert run("ssr", "verify", bundle) == 0
