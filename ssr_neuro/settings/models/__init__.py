"""Shapes of models by kind: one file in this folder is one kind, and its `CONFIG` the shape.

Bundles, costs, reports and the fields of `--set` read them without a network, and so without torch.
The networks stand in `ssr_neuro.model`, by the same file names.
"""

import pkgutil
from importlib import import_module

from ssr_neuro.errors import BadInput
from ssr_neuro.settings.base import Settings


def kinds() -> list[str]:
    """Names of the models there are, without importing one."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))


def config_type(kind: str) -> type[Settings]:
    """The class of a model's config. Raises BadInput that lists the known names."""
    if kind not in kinds():
        raise BadInput(f"no model {kind!r}; known: {', '.join(kinds())}")
    found: type[Settings] = import_module(f"{__name__}.{kind.replace('-', '_')}").CONFIG
    return found
