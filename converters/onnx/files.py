"""What stands beside the graphs: a page for the receiver, the items' names, all numbers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.onnx.graph import OPSET
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.model import model_type

_README = """# {kind} in ONNX

`model.onnx` scores all {items:,} items as the next one of a user's history.{int8}
Opset {opset}, operators of ONNX alone, weights inside. `numbers.json` holds what was
checked and measured, `items.json` the items' own names.

## Inputs and outputs
{inputs}
- `scores`, float32 (batch, {columns}): column v is item v. Column 0 is the pad and always -inf.

Any batch size. Item v, from 1 to {items}, has the name `items.json[v - 1]`.

## Run it
```python
import numpy, onnxruntime
session = onnxruntime.InferenceSession("model.onnx")
history = [1, 2, 3]  # oldest first
{example}
print(numpy.argsort(-scores[0])[:10])
```
"""
_INT8 = """ `model.int8.onnx` does
so with weights and their products in int8."""
_ITEMS = """- `items`, int64 (batch, {positions}): a user's last {positions} items, the newest in
  the last column; 0, the pad, fills the columns before the first item."""
_TIMES = """- `times`, int64 (batch, {positions}): when each was had, in seconds; a pad has the
  time of the oldest item."""
_EXAMPLE = """items = numpy.array([[0] * ({positions} - len(history)) + history[-{positions}:]])
scores, = session.run(None, {{"items": items}})"""
_TIMED = """items = numpy.array([[0] * ({positions} - len(history)) + history[-{positions}:]])
times = 86400 * numpy.arange({positions})[None]
scores, = session.run(None, {{"items": items, "times": times}})"""
_STEP = """
## Item by item
`step.onnx` and `step.int8.onnx` take one item of each user and the state before it, and give the
scores and the state after it: the same as a window of all items so far, at a cost that does not
grow with their number. `state_real` and `state_imaginary`, float32 {state}, are zero
before the first item; hand `next_state_real` and `next_state_imaginary` back with the next one.
```python
session = onnxruntime.InferenceSession("step.onnx")
real = imaginary = numpy.zeros({start}, numpy.float32)
for item in history:
    given = {{"items": numpy.array([item]), "state_real": real, "state_imaginary": imaginary}}
    scores, real, imaginary = session.run(None, given)
print(numpy.argsort(-scores[0])[:10])
```
"""


def write(folder: Path, saved: Checkpoint, numbers: Mapping[str, Any]) -> None:
    """README.md, items.json and numbers.json."""
    (folder / "README.md").write_text(
        readme(saved, small="model.int8.onnx" in numbers["files"]), encoding="utf-8"
    )
    for name, content in (("items", list(saved.item_ids)), ("numbers", numbers)):
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def readme(saved: Checkpoint, *, small: bool) -> str:
    """The receiver's page of one model. small: it has an int8 file."""
    config, timed = saved.config, model_type(saved.kind).needs_times
    shape = {"positions": config.positions, "items": config.items}
    inputs = "\n".join([_ITEMS, *([_TIMES] if timed else [])]).format(**shape)
    page = _README.format(
        int8=_INT8 if small else "",
        kind=saved.kind,
        opset=OPSET,
        columns=config.items + 1,
        inputs=inputs,
        example=(_TIMED if timed else _EXAMPLE).format(**shape),
        **shape,
    )
    if saved.kind != "lrurec":
        return page
    blocks, states = config.blocks, config.state_ratio * config.features
    return page + _STEP.format(
        state=f"({blocks}, batch, {states})", start=f"({blocks}, 1, {states})"
    )


def flat(numbers: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested numbers as one level, names joined by blanks."""
    found: dict[str, Any] = {}
    for name, value in numbers.items():
        here = f"{above} {name}".strip()
        found |= flat(value, here) if isinstance(value, Mapping) else {here: value}
    return found
