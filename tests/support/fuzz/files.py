"""Trees written in the form of each file, and changes that only that form has."""

import io
import json
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from fuzz import trees

NUMBER = re.compile(r"\d+(\.\d+)?")
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)


def write_hdf5(rng: random.Random, path: Path, tree: Any) -> None:
    """Groups and arrays; now and then a link, a loop, or an array that holds nothing."""
    with h5py.File(path, "w") as file:
        _group(file, tree if isinstance(tree, dict) else {"x": tree})
        if rng.random() < 0.2:
            rng.choice(ODD_HDF5)(rng, file)


def _group(group: Any, tree: Any) -> None:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in inner:
        name = str(key) or "empty"
        try:
            if isinstance(value, dict | list):
                _group(group.create_group(name), value)
            else:
                group[name] = _storable(value)
        except (TypeError, ValueError, OverflowError, KeyError, OSError):
            continue  # what HDF5 cannot hold, or a name that stands there already


def _storable(value: Any) -> Any:
    array = np.asarray(0.0 if value is None else value)
    if array.dtype.kind == "U":
        return value if isinstance(value, str) else np.char.encode(array, "utf-8")
    return array


def _some_group(rng: random.Random, file: Any) -> Any:
    groups = [file]
    file.visititems(
        lambda _, found: groups.append(found) if isinstance(found, h5py.Group) else None
    )
    return rng.choice(groups)


def _soft(rng: random.Random, file: Any) -> None:
    _some_group(rng, file)["soft"] = h5py.SoftLink(rng.choice(("/", "/node", "/nowhere")))


def _outside(rng: random.Random, file: Any) -> None:
    _some_group(rng, file)["outside"] = h5py.ExternalLink("/etc/passwd", "/x")


def _loop(rng: random.Random, file: Any) -> None:
    _some_group(rng, file)["loop"] = _some_group(rng, file)


def _absent(rng: random.Random, file: Any) -> None:
    group = _some_group(rng, file)
    arrays = [name for name in group if isinstance(group[name], h5py.Dataset)] or ["x"]
    name = rng.choice(arrays)
    if name in group:
        del group[name]
    size = rng.choice((10**6, 4 * 10**8, 10**12))
    group.create_dataset(name, (size,), "f4", chunks=(min(size, 10**7),))


def _packed(rng: random.Random, file: Any) -> None:
    """Many zeros in few bytes."""
    group = _some_group(rng, file)
    arrays = [name for name in group if isinstance(group[name], h5py.Dataset)] or ["x"]
    name = rng.choice(arrays)
    if name in group:
        del group[name]
    shape = rng.choice(((10**7,), (2000, 3000), (10**4, 1), (1, 2, 3, 10**5)))
    group.create_dataset(name, data=np.zeros(shape, "u1"), compression="gzip")


def _external(rng: random.Random, file: Any) -> None:
    _some_group(rng, file).create_dataset("e", (4,), "u1", external=[("/etc/passwd", 0, 4)])


def _deep(rng: random.Random, file: Any) -> None:
    _some_group(rng, file).create_group("/".join(["d"] * rng.choice((60, 70, 1500))))


def change_hdf5(rng: random.Random, path: Path) -> None:
    """One attribute or array of a file is another; now and then a link or an empty array."""
    with h5py.File(path, "r+") as file:
        places: list[tuple[Any, str]] = []

        def note(_: str, found: Any) -> None:
            places.extend((found.attrs, key) for key in found.attrs)
            if isinstance(found, h5py.Dataset):
                places.append((found.parent, found.name.rpartition("/")[2]))

        file.visititems(note)
        for _ in range(rng.choice((1, 1, 2))):
            holder, key = rng.choice(places)
            if key in holder:
                _change_entry(rng, holder, key)
        if rng.random() < 0.2:
            rng.choice(ODD_HDF5)(rng, file)


def _change_entry(rng: random.Random, holder: Any, key: str) -> None:
    tree = {key: holder[key][()] if isinstance(holder, h5py.Group) else holder[key]}
    changed = trees.mutate(rng, tree, 1)
    del holder[key]
    for name, value in changed.items():
        try:
            holder[str(name) or "empty"] = _storable(value)
        except (TypeError, ValueError, OverflowError, KeyError, OSError):
            continue  # what HDF5 cannot hold


ODD_HDF5 = (_soft, _outside, _loop, _absent, _packed, _external, _deep)


def write_npz(rng: random.Random, path: Path, arrays: dict[str, Any]) -> None:
    """As numpy.savez writes, now and then in another packing or with a member of another kind."""
    packing = rng.choice(PACKINGS) if rng.random() < 0.1 else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, value in arrays.items():
            member = io.BytesIO()
            try:
                # Objects are written here on purpose: a reader must refuse them unread.
                np.lib.format.write_array(member, np.asarray(value), allow_pickle=True)
            except (ValueError, TypeError, OverflowError):
                member.write(repr(value).encode())
            content = member.getvalue()
            if rng.random() < 0.05:
                content = trees.flip_bytes(rng, content)
            ending = rng.choice((".txt", "", ".npy.npy")) if rng.random() < 0.03 else ".npy"
            archive.writestr(f"{name}{ending}" or "x", content)


def write_json(rng: random.Random, path: Path, tree: Any) -> None:
    text = json.dumps(tree, default=str)
    if rng.random() < 0.05:
        deep = rng.choice((70, 2_000, 100_000))
        text = text.replace("1", "[" * deep + "]" * deep, 1)
    if rng.random() < 0.05:
        text = text.replace("1", "1" + "0" * rng.choice((20, 400, 5_000)), 1)
    path.write_text(text)


def mutate_text(rng: random.Random, text: str, odd: tuple[str, ...]) -> str:
    """Lines and words deleted, doubled, swapped, or replaced by odd ones."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(lines))
        how = rng.randrange(9)
        words = lines[at].split(" ") if " " in lines[at] else lines[at].split("\t")
        if how == 0:
            del lines[at]
        elif how == 1:
            lines.insert(at, lines[at])
        elif how == 2:
            lines[at] = rng.choice(odd)
        elif how == 3:
            words[rng.randrange(len(words))] = rng.choice(odd)
            lines[at] = (" " if " " in lines[at] else "\t").join(words)
        elif how == 4:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif how == 5:
            lines[at] = lines[at] * rng.choice((2, 50))
        else:  # another number where there is one
            number = rng.choice(("0", "1", "3", "99", "1e-9", "1e300", "-2", "0.5", "inf"))
            lines[at] = NUMBER.sub(number, lines[at], count=1)
        lines = lines or [""]
    return "\n".join(lines)
