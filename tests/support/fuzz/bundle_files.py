"""Bundles: changed as they are, which must be seen; and sealed again, which both checks judge."""

import contextlib
import importlib.util
import io
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import handed_over
import nir
import numpy as np
from command_line import run
from trained import saved_ssr

from fuzz import files, trees
from fuzz.forked import OtherMeaning
from fuzz.reader import Reader
from ssr_neuro.bundle import handoff
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import manifest, npz
from ssr_neuro.library.bundles import verify

UNSEALED = 0.3  # share of inputs that are not sealed again
Made = dict[str, bytes]


def _make(folder: Path) -> list[Made]:
    """Every file by name: of a recommender, and of graphs with other parts."""
    how = ("--target", "program", "--samples", "2", "--quiet")
    made = folder / "made"
    with contextlib.redirect_stdout(io.StringIO()):
        assert run("ssr-compile", saved_ssr(folder), *how, "--out", made / "ssr") == 0
        for name in ("recurrent", "CubaLIF", "integrator"):
            graph = handed_over.GRAPHS[name]
            nir.write(folder / f"{name}.nir", graph)
            shape = tuple(graph.nodes["x"].input_type["input"])
            spikes = np.random.default_rng(0).integers(0, 2, (2, 5, *shape), np.uint8)
            np.savez(folder / "in.npz", inputs=spikes)
            given = ("--inputs", folder / "in.npz", "--target", "program", "--quiet")
            out = ("--out", made / name)
            assert run("ssr-compile", folder / f"{name}.nir", *given, *out) == 0
    return [
        {p.relative_to(top).as_posix(): p.read_bytes() for p in top.rglob("*") if p.is_file()}
        for top in sorted(made.iterdir())
    ]


def _script() -> ModuleType:
    """check.py as a module."""
    path = Path(handoff.__file__).with_name("check.py")
    spec = importlib.util.spec_from_file_location("check", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
KEPT = ("check.py", "run_lava.py", "README.md", "lava_worker")


def _attempt(rng: random.Random, good: Any, folder: Path) -> None:
    made: Made = rng.choice(good)
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    others = [p for p in folder.rglob("*") if p.is_file()]
    for path in others:
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()
    sealed = rng.random() > UNSEALED
    name = rng.choice([n for n in made if not (sealed and n.startswith(KEPT))])
    _change(rng, folder / name, sealed)
    changed = not (folder / name).exists() or (folder / name).read_bytes() != made[name]
    if sealed and name != manifest.MANIFEST:
        before = json.loads(made[manifest.MANIFEST])
        del before[manifest.OWN]
        again = {**before, "files": manifest.hashes(folder)}
        (folder / manifest.MANIFEST).write_bytes(manifest.seal(again))
    _judge(folder, name, changed and not sealed)


def _change(rng: random.Random, path: Path, sealed: bool) -> None:
    if not sealed or rng.random() < 0.1:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    elif path.suffix == ".json":
        document = json.loads(path.read_text())
        files.write_json(rng, path, trees.mutate(rng, document, rng.choice((1, 1, 2))))
    elif path.suffix == ".npz":
        arrays = trees.mutate(rng, npz.read(path), rng.choice((1, 1, 2)))
        files.write_npz(rng, path, arrays)
    elif path.suffix == ".npy":
        np.save(path, trees.array(rng, npz.read_array(path)), allow_pickle=False)
    else:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))


def _judge(folder: Path, name: str, must_see: bool) -> None:
    """Both checks say the same; raises the refusal where both refuse.

    The form of what no chip reads, such as notes, and what other inputs than the golden ones could
    do are for `ssr verify` alone.
    """
    said = _checked(folder)
    try:
        verify(folder)
    except Mismatch as error:
        if said is None:
            raise OtherMeaning(f"check.py passes {name}; ssr verify: {error}") from error
        raise BadInput(str(error)) from error  # the refusal that is wanted, no disagreement
    if said is not None:
        raise OtherMeaning(f"ssr verify passes {name}; check.py: {said}")
    if must_see:
        raise OtherMeaning(f"both pass {name}, whose bytes are others than the sealed ones")


def _checked(folder: Path) -> str | None:
    """What check.py has against a folder; None where it passes."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            SCRIPT.check(folder)
        except SystemExit as ended:
            return str(ended.code)
    return None


READERS = (Reader("bundle", _make, _attempt),)
