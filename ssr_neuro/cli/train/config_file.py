"""`ssr train --config run.toml`: a run in one file, and `--write-config`, which makes such a file.

Keys are the options of `ssr train` without their dashes, and every field that `--set` takes.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING
from difflib import get_close_matches
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer

from ssr_neuro.cli.input_paths import TOML
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file, toml_document
from ssr_neuro.settings.fields import Field, to_option_text

if TYPE_CHECKING:
    from ssr_neuro.library.training import PreparedRun

FIELDS = "fields_of_config"  # where the context keeps what is no option
# Options of the command that are not of the run: they are typed.
TYPED = (
    "config",
    "write_config",
    "recipe",
    "set",
    "resume",
    "overwrite",
    "dry_run",
    "json",
    "debug",
    "help",
)
OPTIONS_OF_FIELDS = {"steps": "time_steps"}


def read_config(context: typer.Context, path: Path | None) -> Path | None:
    """A callback of typer: what the file says holds where no option is typed.

    Raises BadInput on a file that is no TOML, a setting that it has under two names, or a value
    that an option does not take.
    """
    if path is None:
        return None
    TOML.check(path)
    known, types, fields, given = _options(context), _types(context), {}, {}
    for name, (key, value) in _read_once(path).items():
        if name in TYPED:
            raise BadInput(
                f"{path}: {key} is not of a run; type --{key.replace('_', '-')}"
                if name != "set"
                else f"{path}: write a field of --set by its own name, as in lr = 0.01"
            )
        if name in known:
            given[known[name].name] = _check_value(path, key, value, types[known[name].name])
        else:
            fields[name] = value
    context.default_map = {**(context.default_map or {}), **given}
    context.meta[FIELDS] = fields
    return path


def _read_once(path: Path) -> dict[str, tuple[str, Any]]:
    """Name of an option or a field -> its key in the file, and the value. Raises BadInput."""
    found: dict[str, tuple[str, Any]] = {}
    for key, value in toml_document.read(path).items():
        name = key.replace("-", "_")
        name = OPTIONS_OF_FIELDS.get(name, name)
        if name in found:
            raise BadInput(f"{path}: {found[name][0]} and {key} are the same; keep one of the two")
        found[name] = key, value
    return found


def assignments_of(
    context: typer.Context,
    path: Path | None,
    kind_of: Callable[[], str],
    typed_ones: Iterable[str] | None,
) -> list[str]:
    """KEY=VALUE of the file's fields that are not typed, then those that are.

    kind_of: the kind of model, asked where it matters. Raises BadInput where neither it nor
    training knows a field, with the nearest name.
    """
    from ssr_neuro.settings.fields import fields_of
    from ssr_neuro.settings.models import config_type
    from ssr_neuro.settings.training import TrainSettings

    own = list(typed_ones or ())
    names = {text.partition("=")[0] for text in own}
    stated: Mapping[str, Any] = context.meta.get(FIELDS, {})
    if not stated:
        return own
    kind, found = kind_of(), []
    known = fields_of(TrainSettings) | fields_of(config_type(kind))
    for name, value in stated.items():
        if name not in known:
            raise BadInput(
                f"{path}: {name} is {_refuse_unknown(name, kind, [*known, *_options(context)])}"
            )
        try:
            checked = known[name].checked(value)
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from None
        if name not in names:
            found.append(f"{name}={to_option_text(checked)}")
    return [*found, *own]


def write_config(
    context: typer.Context,
    prepared: "PreparedRun",
    path: Path,
    reads: Iterable[Path],
    *,
    overwrite: bool,
) -> None:
    """Every setting of a run, as `read_config` reads it; an option that was not given is left out.

    A field that is None stands as "none": its default, or what a source sets, may be another.
    reads: files of the run, which are never replaced.
    Raises BadInput where the file must not or cannot be written.
    """
    known = _options(context)
    settings = prepared.settings.to_dict()
    settings["patience"] = settings["patience"] or 0
    fields = {**prepared.begin.full_shape(), **settings}
    stated = {OPTIONS_OF_FIELDS.get(name, name): value for name, value in fields.items()}
    begin = {"model": prepared.begin.kind, "protocol": prepared.begin.protocol}
    others = {
        name: context.params[option.name]
        for name, option in known.items()
        if name not in {*TYPED, *begin, *stated}
    }
    every = begin | others | stated
    options = {
        name.replace("_", "-"): every[name]
        for name in every
        if name in known and every[name] not in (None, [], ())
    }
    own = {
        name: to_option_text(None) if value is None else value
        for name, value in stated.items()
        if name not in known
    }
    text = toml_document.to_text(options | own)
    output_file.write(path, text, overwrite=overwrite, inputs=reads, option="--write-config")


def _options(context: typer.Context) -> dict[str, Any]:
    """Name without dashes -> option of the command, such as time_steps."""
    return {
        name.removeprefix("--").replace("-", "_"): option
        for option in context.command.params
        for name in option.opts
    }


def _types(context: typer.Context) -> dict[str, type[Any]]:
    """Parameter of the command -> bool, int, float, list, or str for whatever else."""
    parameters = inspect.signature(context.command.callback or read_config).parameters
    return {name: _plain_type(parameter.annotation) for name, parameter in parameters.items()}


def _plain_type(hint: Any) -> type[Any]:
    """`Annotated[int | None, ...]` -> int."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    kinds = [kind for kind in get_args(bare) if kind is not NoneType] or [bare]
    if list in (get_origin(bare), get_origin(kinds[0])):
        return list
    return kinds[0] if kinds[0] in (bool, int, float) else str


def _check_value(path: Path, key: str, value: Any, kind: type[Any]) -> Any:
    """A value as the option takes it. Raises BadInput that names file and key."""
    field = Field(key, str if kind is list else kind, optional=False, default=MISSING)
    try:
        if kind is list:
            return [field.checked(one) for one in (value if isinstance(value, list) else [value])]
        return field.checked(value)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None


def _refuse_unknown(name: str, kind: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else f"; `ssr models {kind}` lists the fields"
    return f"no option of `ssr train` and no field of {kind} or of training{hint}"
