"""Every command of `ssr`, and its parameters as typer reads them."""

import inspect
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from typer.main import get_command
from typer.models import ParameterInfo

from ssr_neuro.cli import app

# Texts that name a place: Optuna's file or URL, and the form of a log beside the model.
PLACES_IN_WORDS = ("storage", "log")


def _commands() -> dict[str, Any]:
    """Name -> function."""
    found: dict[str, Any] = {}

    def walk(command: Any, name: str) -> None:
        for key, child in getattr(command, "commands", {}).items():
            walk(child, f"{name} {key}")
        if not hasattr(command, "commands"):
            found[name] = command.callback

    walk(get_command(app), "ssr")
    return found


COMMANDS = _commands()


def parameters(command: str) -> dict[str, Any]:
    """Name -> annotation."""
    function = COMMANDS[command]
    hints = get_type_hints(function, include_extras=True)
    return {
        name: hints.get(name, parameter.annotation)
        for name, parameter in inspect.signature(function).parameters.items()
    }


def checks_input(hint: Any) -> bool:
    """Whether the parameter has a callback, as all that are read have."""
    if get_origin(hint) is not Annotated:
        return False
    infos = [part for part in get_args(hint) if isinstance(part, ParameterInfo)]
    return any(info.callback is not None for info in infos)


def names_path(hint: Any) -> bool:
    """Whether the parameter is a path, or several."""
    return "Path" in str(get_args(hint)[:1] or hint)


def writes(command: str) -> list[str]:
    """Parameters that name what a command writes."""
    return [
        name
        for name, hint in parameters(command).items()
        if (names_path(hint) and not checks_input(hint)) or name in PLACES_IN_WORDS
    ]
