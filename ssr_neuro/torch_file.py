"""Files of torch.save from outside: a zip of tensors and plain data, loaded without running code.

The zip's members are checked before torch reads them, the tensors before anything is computed.
"""

import io
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, limits
from ssr_neuro.files.limits import spell_bytes
from ssr_neuro.files.names import is_text

if TYPE_CHECKING:
    import torch

KIND = "a file of tensors and plain data"
REMEDY = "name a model.pt made by ssr train"
ENCRYPTED = 1  # bit of a member's flags
VALUES = 10_000_000  # of plain data: item ids, curves, settings
NUMBERS = (
    "float64",
    "float32",
    "float16",
    "bfloat16",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint8",
    "bool",
)
PLAIN = (str, int, float, bool, type(None))


def read(path: Path) -> dict[Any, Any]:
    """The dictionary in a file. Raises BadInput, which names the file, on anything else."""
    import torch

    content = io.BytesIO(gate.read_bytes(path, limits.array_bytes(), KIND, REMEDY))
    with gate.reading(path, KIND, REMEDY):
        # torch.save writes a zip; on anything else torch tries its old format, whose reader trips
        # over foreign bytes with whatever error comes first.
        with zipfile.ZipFile(content) as archive:
            _check_members(archive.infolist())
        content.seek(0)
        try:
            found = torch.load(content, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise BadInput(
                f"{path}: is damaged, of another program, or holds code, which is never run; "
                f"{REMEDY}"
            ) from error
    if not isinstance(found, dict):
        raise BadInput(f"{path}: holds a {type(found).__name__}, not a checkpoint")
    for problem in _problems(found):
        raise BadInput(f"{path}: {problem}; {REMEDY}")
    return found


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Raises ValueError on what torch.save does not write: members that are packed or encrypted."""
    if len(members) > limits.MEMBERS:
        raise ValueError(f"it holds {len(members):,} members; {limits.MEMBERS:,} are read")
    for member in members:
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & ENCRYPTED:
            raise ValueError(f"{member.filename} in it is packed or encrypted")
    if (size := sum(member.file_size for member in members)) > limits.array_bytes():
        raise ValueError(f"its members take {spell_bytes(size)}")


def _problems(found: dict[Any, Any]) -> Iterator[str]:
    """What no file of ours holds: values neither plain nor tensors, too many, or too deep."""
    import torch

    level: list[tuple[str, Any]] = [("", found)]
    left = VALUES
    for _ in range(limits.DEPTH):
        inner: list[tuple[str, Any]] = []
        for place, value in level:
            if isinstance(value, torch.Tensor):
                yield from (f"{place}: {problem}" for problem in _tensor_problems(value))
            elif isinstance(value, dict | list | tuple):
                left -= len(value)
                if left < 0:
                    yield f"holds more than {VALUES:,} values"
                    return
                inner += _parts(place, value)
            elif isinstance(value, str) and not is_text(value):
                yield f"{place}: {value!r} is no text"
            elif not isinstance(value, PLAIN):
                yield f"{place}: a {type(value).__name__} is neither plain data nor a tensor"
        level = inner
        if not level:
            return
    yield f"is nested deeper than {limits.DEPTH} levels"


def _parts(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a dictionary, list or tuple holds, each with its place."""
    if isinstance(value, dict):
        return ((f"{place}.{key}".lstrip("."), x) for key, x in value.items())
    return ((place, x) for x in value)


def _tensor_problems(tensor: "torch.Tensor") -> Iterator[str]:
    """A tensor of ours is plain: one number after the other, all of them in the file."""
    import torch

    if type(tensor) is not torch.Tensor or tensor.layout != torch.strided or tensor.is_quantized:
        yield f"a {type(tensor).__name__} of layout {tensor.layout} is no plain tensor"
    elif str(tensor.dtype).removeprefix("torch.") not in NUMBERS:
        yield f"a tensor of {tensor.dtype}; read are {', '.join(NUMBERS)}"
    elif tensor.device.type != "cpu":
        yield f"a tensor on {tensor.device}"
    elif tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        yield (
            f"a tensor of {tuple(tensor.shape)} whose storage has "
            f"{tensor.untyped_storage().nbytes():,} bytes"
        )
