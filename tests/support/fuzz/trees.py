"""Mutations of what a file holds: dictionaries, lists, arrays and single values."""

import copy
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

NUMBERS = (0, 1, -1, 2, 7, 62, 63, 127, 128, 255, 4096, -4097, 1 << 17, 1 << 31, -(1 << 31))
LARGE = ((1 << 63) - 1, -(1 << 63), 1 << 64, 10**25, 1e25, 1e308, -1e308, 1e-320, 0.5)
ODD = (math.nan, math.inf, -math.inf, None, True, False, "", "x", "=1+1", "\x1b[31m", "a/b", "é")
NESTED: tuple[Any, ...] = ([], {}, [[]], [1, "x"], {"kind": "dense"}, ["x"] * 3)
KINDS = ("i1", "u1", "i8", "u8", "f2", "f4", "f8", "c16", "?", "S3", "U3", ">f8", ">i4")

Path = tuple[Any, ...]


def places(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a tree, from the top."""
    yield path
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in inner:
        if isinstance(value, dict | list | tuple):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


def mutate(rng: random.Random, tree: Any, times: int) -> Any:
    """A copy of the tree with so many changes."""
    tree = copy.deepcopy(_lists(tree))
    for _ in range(times):
        path = rng.choice([p for p in places(tree) if p])
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        rng.choice(CHANGES)(rng, tree, holder, path[-1])
        if not any(p for p in places(tree) if p):
            break
    return tree


def _lists(tree: Any) -> Any:
    """Tuples as lists, so that every place can be changed."""
    if isinstance(tree, dict):
        return {key: _lists(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_lists(value) for value in tree]
    return tree


def _delete(rng: random.Random, tree: Any, holder: Any, key: Any) -> None:
    del holder[key]


def _replace(rng: random.Random, tree: Any, holder: Any, key: Any) -> None:
    holder[key] = rng.choice(
        (rng.choice(NUMBERS), rng.choice(LARGE), rng.choice(ODD), copy.deepcopy(rng.choice(NESTED)))
    )


def _nudge(rng: random.Random, tree: Any, holder: Any, key: Any) -> None:
    """Another value of the same kind: what no check of types would notice."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int | float):
        holder[key] = rng.choice(
            (-value, value + 1, value - 1, value * 1000, value // 2 if value else 3)
        )
    elif isinstance(value, str):
        holder[key] = rng.choice((value + "x", value[:-1], value.upper(), value * 3))
    elif isinstance(value, np.ndarray):
        holder[key] = array(rng, value)
    else:
        _replace(rng, tree, holder, key)


def _swap(rng: random.Random, tree: Any, holder: Any, key: Any) -> None:
    """The value of another place."""
    other = rng.choice([p for p in places(tree) if p])
    value = tree
    for step in other:
        value = value[step]
    holder[key] = copy.deepcopy(value)


def _add(rng: random.Random, tree: Any, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[rng.choice(("more", "", "a/b", "0", f"{key}x"))] = copy.deepcopy(holder[key])
    else:
        holder.append(copy.deepcopy(holder[key]))


def _rename(rng: random.Random, tree: Any, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[rng.choice((f"{key}x", "x", "a.b", "=1", "\x1b[2J", "é" * 3))] = holder.pop(key)
    else:
        holder.reverse()


CHANGES: tuple[Callable[..., None], ...] = (
    _delete,
    _replace,
    _nudge,
    _nudge,
    _nudge,
    _swap,
    _add,
    _rename,
)


def array(rng: random.Random, values: Any) -> Any:
    """The array with another shape, kind, or other numbers in it."""
    values = np.asarray(values)
    changed = rng.randrange(7)
    if changed == 0:
        return values.reshape(-1)
    if changed == 1:
        return values[None]
    if changed == 2:
        return values.T.copy() if values.ndim > 1 else np.append(values, values)
    if changed == 3:
        return values[:0] if values.ndim else values.reshape(1)
    if changed == 4:
        with np.errstate(all="ignore"):
            return _as(values, rng.choice(KINDS))
    if changed == 5:
        return np.full(rng.choice((values.shape, (1,), (), (2, 2, 2))), rng.choice(NUMBERS))
    return _with_one(rng, values)


def _as(values: Any, kind: str) -> Any:
    try:
        return values.astype(kind)
    except (TypeError, ValueError):
        return np.zeros(values.shape, kind)


def _with_one(rng: random.Random, values: Any) -> Any:
    """One number in it is another."""
    found = values.copy()
    if not found.size or found.dtype.kind not in "iufb":
        return found
    value = rng.choice((*NUMBERS, *(x for x in LARGE if isinstance(x, float)), math.nan, math.inf))
    if found.dtype.kind in "iub":
        value = int(np.clip(value, -100, 100)) if math.isfinite(value) else 3
        found = found.astype(np.int64)
    found.reshape(-1)[rng.randrange(found.size)] = value
    return found


def flip_bytes(rng: random.Random, content: bytes) -> bytes:
    """The bytes with a few of them changed, cut off, doubled, or moved."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if not data:
            break
        at = rng.randrange(len(data))
        how = rng.randrange(5)
        if how == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            data[at : at + rng.choice((1, 2, 4, 8))] = rng.randbytes(rng.choice((0, 1, 4, 8)))
        elif how == 2:
            del data[at : at + rng.choice((1, 16, len(data)))]
        elif how == 3:
            data[at:at] = data[at : at + rng.choice((4, 64))]
        else:
            data[at : at + 8] = rng.choice((b"\xff" * 8, b"\0" * 8, b"\x7f" + b"\xff" * 7))
    return bytes(data)
