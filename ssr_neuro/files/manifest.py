"""What a bundle is made of: the SHA-256 of every file, and of the manifest itself.

The manifest is JSON whose last line is the SHA-256 of all bytes before it, so that no bit of it
can change unnoticed either.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.files import gate, json_document
from ssr_neuro.files.hashes import sha256_of_bytes, sha256_of_file
from ssr_neuro.files.limits import DOCUMENT_BYTES
from ssr_neuro.files.versions import versions_of

MANIFEST = "MANIFEST.json"
MADE = "name a folder that ssr-neuro made"
OWN = "sha256_of_the_rest"
SEAL = f',\n "{OWN}": '.encode()
SHOWN = 20  # files that a message names
MADE_WITH = ("nir", "numpy", "scipy", "spikingjelly", "torch")


def write(folder: Path, provenance: dict[str, Any]) -> None:
    """Who made the folder, how, and the hash of every file in it; written last."""
    made = {"made_by": f"ssr-neuro {__version__}", "versions": versions_of(MADE_WITH), **provenance}
    (folder / MANIFEST).write_bytes(seal({**made, "files": hashes(folder)}))


def seal(manifest: dict[str, Any]) -> bytes:
    """The content of MANIFEST.json."""
    rest = json.dumps(manifest, indent=1).removesuffix("\n}").encode()
    return rest + SEAL + _seal_line(rest)


def _seal_line(rest: bytes) -> bytes:
    return f'"{sha256_of_bytes(rest)}"\n}}\n'.encode()


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, by relative path; links are not followed."""
    every = sorted(folder.rglob("*"))
    files = (p for p in every if p.is_file() and not p.is_symlink() and p != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): sha256_of_file(path) for path in files}


def check(folder: Path) -> tuple[int, list[str]]:
    """How many files are as they were made, and files that are not of the bundle.

    Raises Mismatch that names every file which changed or is missing, BadInput where there is no
    manifest that can be read.
    """
    made, found = read(folder)["files"], hashes(folder)
    wrong = [f"{name} {_absence(folder, name)}" for name in made if name not in found]
    wrong += [f"{n} has changed" for n, was in made.items() if n in found and found[n] != was]
    if wrong:
        more = [f"and {len(wrong) - SHOWN:,} more"] if len(wrong) > SHOWN else []
        said = "; ".join([*wrong[:SHOWN], *more])
        raise Mismatch(f"{folder} is not as it was made: {said}; get it again")
    return len(made), sorted(found.keys() - made.keys())


def demand(folder: Path, name: str, made: Mapping[str, str]) -> None:
    """One file of a manifest's `files` is as it was made. Raises Mismatch."""
    path = folder / name
    is_there = path.is_file() and not path.is_symlink()
    if not is_there or sha256_of_file(path) != made.get(name):
        what = "has changed" if is_there else "is a link" if path.is_symlink() else "is missing"
        raise Mismatch(f"{folder} is not as it was made: {name} {what}; get it again")


def _absence(folder: Path, name: str) -> str:
    for part in (PurePosixPath(name), *PurePosixPath(name).parents[:-1]):
        if (folder / part).is_symlink():
            what = "is" if str(part) == name else f"lies in {part},"
            return f"{what} a link, which is not followed (cp -rL copies what it leads to)"
    return "is missing"


def find_foreign(folder: Path) -> list[str]:
    """What lies in `folder` and not in its manifest, or otherwise than there; with the reason.

    What Python compiles of a listed file is not counted. Raises Mismatch or BadInput, as `check`
    does, where the manifest is not one.
    """
    made = read(folder)["files"]
    folders = {str(above) for name in made for above in PurePosixPath(name).parents}
    foreign = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == MANIFEST or _is_bytecode(name, made):
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            foreign.append(f"{name} (a link or a special file)")
        elif path.is_dir():
            foreign += [] if name in folders else [f"{name}/ (not listed)"]
        elif name not in made:
            foreign.append(f"{name} (not listed)")
        elif sha256_of_file(path) != made[name]:
            foreign.append(f"{name} (changed)")
    return foreign


def _is_bytecode(name: str, made: Iterable[str]) -> bool:
    """`a/__pycache__` or a file in it, where `a/x.py`, which it was compiled from, is listed."""
    path = PurePosixPath(name)
    if path.name == "__pycache__":
        return any(PurePosixPath(m).parent == path.parent and m.endswith(".py") for m in made)
    source = path.parents[1] / f"{path.name.partition('.')[0]}.py" if len(path.parts) > 1 else path
    return path.parent.name == "__pycache__" and path.suffix == ".pyc" and str(source) in made


def read(folder: Path) -> dict[str, Any]:
    """The content of the manifest, whose seal is right; `files`: SHA-256 by relative path.

    Raises BadInput where there is none of ours, Mismatch where it has changed.
    """
    path = folder / MANIFEST
    content = gate.read_bytes(path, DOCUMENT_BYTES, "a manifest", MADE)
    rest, _, own = content.partition(SEAL)
    if own != _seal_line(rest):
        if b'"made_by": "ssr-neuro' in content or SEAL in content:
            raise Mismatch(f"{folder} is not as it was made: {MANIFEST} has changed; get it again")
        raise BadInput(f"{path}: no manifest of ssr-neuro; {MADE}")
    found = json_document.parse(rest + b"}", path, "compile again")
    if problem := next(_problems(found), None):
        raise BadInput(f"{path}: no manifest of this release ({problem}); compile again")
    return dict(found)


def _problems(found: Any) -> Iterator[str]:
    """What is wrong with a manifest; names of files lead to no place outside its folder."""
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        yield "it lists no files"
        return
    for name, digest in found["files"].items():
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or not name:
            yield f"the name {name!r} leads out of the folder"
        if not isinstance(digest, str):
            yield f"{name!r} has no SHA-256"
