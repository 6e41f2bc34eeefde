"""Files by names that tell them apart, with no more of their folders than that takes."""

from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path, PurePath

from ssr_neuro.errors import BadInput


def refuse_twice(paths: Sequence[Path]) -> None:
    """Raises BadInput, which names the model, where a file is given more than once."""
    twice = [path for path, times in Counter(p.resolve() for p in paths).items() if times > 1]
    if twice:
        raise BadInput(f"{twice[0].name} is given twice; name each model once")


def distinct_files(paths: Sequence[Path]) -> list[str]:
    """File names, with as many of their folders as tell all apart. Raises as `refuse_twice`."""
    refuse_twice(paths)
    for parts in count(1):
        names = ["/".join(path.resolve().parts[-parts:]) for path in paths]
        if len(set(names)) == len(names):
            break
    return names


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """The same without endings, but where only these differ. Raises as `refuse_twice`."""
    files = distinct_files(paths)
    names = [PurePath(file).with_suffix("").as_posix() for file in files]
    return names if len(set(names)) == len(names) else files
