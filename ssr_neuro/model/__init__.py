"""Models by name: one file in this folder is one model, and its `MODEL` is found by file name."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.model.parts.recommender import RecommenderModel


def kinds() -> list[str]:
    """Names of the models there are, without importing one."""
    modules = pkgutil.iter_modules(__path__)
    return sorted(module.name.replace("_", "-") for module in modules if not module.ispkg)


def model_type(kind: str) -> "type[RecommenderModel]":
    """The class of a model. Raises BadInput that lists the known names."""
    if kind not in kinds():
        raise BadInput(f"no model {kind!r}; known: {', '.join(kinds())}")
    found: type[RecommenderModel] = import_module(f"{__name__}.{kind.replace('-', '_')}").MODEL
    return found


def build(kind: str, config: Any) -> "RecommenderModel":
    """A freshly initialised model; its weights follow torch's random seed.

    Raises BadInput on an unknown kind or a config of another kind of model.
    """
    model = model_type(kind)
    if not isinstance(config, model.config_type):
        raise BadInput(
            f"model {kind!r} needs {model.config_type.__name__}, given {type(config).__name__}"
        )
    return model(config)


def config_from_dict(kind: str, given: Mapping[str, Any]) -> Any:
    """The frozen config of a model from plain data. Raises BadInput on a bad key or value."""
    return model_type(kind).config_type.from_dict(given)
