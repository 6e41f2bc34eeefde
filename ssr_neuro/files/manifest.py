"""What a bundle is made of: the SHA-256 of every file, and of the manifest itself.

The manifest is JSON whose last line is the SHA-256 of all bytes before it, so that no bit of it
can change unnoticed either.
"""

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from ssr_neuro import __version__
from ssr_neuro.errors import BadInput, Mismatch

MANIFEST = "MANIFEST.json"
OWN = "sha256_of_the_rest"
SEAL = f',\n "{OWN}": '.encode()
MADE_WITH = ("nir", "numpy", "scipy", "spikingjelly", "torch")


def write(folder: Path, provenance: dict[str, Any]) -> None:
    """Who made the folder, how, and the hash of every file in it; written last."""
    made = {"made_by": f"ssr-neuro {__version__}", "versions": versions(), **provenance}
    (folder / MANIFEST).write_bytes(sealed({**made, "files": hashes(folder)}))


def versions() -> dict[str, str]:
    """Python, and the packages whose numbers or formats a bundle holds."""
    return {"python": platform.python_version(), **{n: metadata.version(n) for n in MADE_WITH}}


def sealed(manifest: dict[str, Any]) -> bytes:
    """The content of MANIFEST.json."""
    rest = json.dumps(manifest, indent=1).removesuffix("\n}").encode()
    return rest + SEAL + _ending(rest)


def _ending(rest: bytes) -> bytes:
    return f'"{_sha256(rest)}"\n}}\n'.encode()


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, by relative path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): _sha256(path.read_bytes()) for path in files}


def check(folder: Path) -> tuple[int, list[str]]:
    """How many files are as they were made, and files that are not of the bundle.

    Raises Mismatch that names every file which changed or is missing, BadInput where there is no
    manifest that can be read.
    """
    listed, found = _listed(folder), hashes(folder)
    wrong = [f"{name} is missing" for name in listed if name not in found]
    wrong += [f"{n} has changed" for n, was in listed.items() if n in found and found[n] != was]
    if wrong:
        raise Mismatch(f"{folder} is not as it was made: {'; '.join(wrong)}; get it again")
    return len(listed), sorted(found.keys() - listed.keys())


def _listed(folder: Path) -> dict[str, str]:
    """Hashes by file, as the manifest has them."""
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error}); name a folder of ssr-compile") from error
    rest, _, own = content.partition(SEAL)
    if own != _ending(rest):
        if b'"made_by": "ssr-neuro' in content or SEAL in content:
            raise Mismatch(f"{folder} is not as it was made: {MANIFEST} has changed; get it again")
        raise BadInput(f"{path}: no manifest of ssr-compile; name a folder that it made")
    try:
        return dict(json.loads(rest + b"}")["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path}: no manifest of this release ({error!r}); compile again") from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
