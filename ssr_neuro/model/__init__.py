"""Networks by name: one file in this folder is one model, and its `MODEL` is found by file name.

The shape of each stands in `ssr_neuro.settings.models`, in a file of the same name.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput
from ssr_neuro.settings.models import config_type, kinds

if TYPE_CHECKING:
    from ssr_neuro.model.parts.recommender import RecommenderModel

__all__ = ["build", "config_for", "config_from_dict", "kinds", "model_type"]


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
    if not isinstance(config, config_type(kind)):
        raise BadInput(
            f"model {kind!r} needs {config_type(kind).__name__}, given {type(config).__name__}"
        )
    return model_type(kind)(config)


def config_from_dict(kind: str, given: Mapping[str, Any]) -> Any:
    """The frozen config of a model from plain data. Raises BadInput on a bad key or value."""
    return config_type(kind).from_dict(given)


def config_for(kind: str, shape: Mapping[str, Any], *, items: int, users: int) -> Any:
    """The config of that shape for data of so many items and users. Raises BadInput.

    Most models have nothing of their own for a user; those that have count them.
    """
    counts = {"items": items, "users": users}
    known = {
        name: n for name, n in counts.items() if name in config_type(kind).__dataclass_fields__
    }
    return config_from_dict(kind, {**known, **shape})
