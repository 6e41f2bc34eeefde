"""What a bundle is made of: the SHA-256 of every file, and of the manifest itself."""

import hashlib
import json
from pathlib import Path
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.errors import BadInput, Mismatch

MANIFEST = "MANIFEST.json"
OWN = "sha256_of_the_rest"


def write(folder: Path, provenance: dict[str, Any]) -> None:
    """Who made the folder, how, and the hash of every file in it; written last."""
    manifest = {"made_by": f"ssr-neuro {__version__}", **provenance, "files": hashes(folder)}
    text = json.dumps({**manifest, OWN: _digest(manifest)}, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, by relative path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): _sha256(path.read_bytes()) for path in files}


def check(folder: Path) -> tuple[int, list[str]]:
    """How many files are as they were made, and files that are not of the bundle.

    Raises Mismatch that names every file which changed or is missing, BadInput where there is no
    manifest that can be read.
    """
    manifest = _read(folder / MANIFEST)
    listed, found = manifest["files"], hashes(folder)
    wrong = [f"{name} is missing" for name in listed if name not in found]
    wrong += [f"{n} has changed" for n, was in listed.items() if n in found and found[n] != was]
    if manifest.pop(OWN) != _digest(manifest):
        wrong.append(f"{MANIFEST} has changed")
    if wrong:
        raise Mismatch(f"{folder} is not as it was made: {'; '.join(wrong)}; get it again")
    return len(listed), sorted(found.keys() - listed.keys())


def _read(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(manifest["files"], dict) and isinstance(manifest[OWN], str)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error}); name a folder of ssr-compile") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path}: no manifest of this release ({error!r}); compile again") from error
    if not whole:
        raise BadInput(f"{path}: no manifest of this release; compile again")
    return dict(manifest)


def _digest(manifest: dict[str, Any]) -> str:
    return _sha256(json.dumps(manifest, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
