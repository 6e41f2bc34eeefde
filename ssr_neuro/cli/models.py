"""`ssr models`: the kinds of model there are, and what can be set of one."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.cli.completion import complete_kind
from ssr_neuro.cli.options import Json
from ssr_neuro.cli.output import console, print_json, table
from ssr_neuro.evaluation.columns import (
    ALL_ITEMS,
    SHOWN,
    TITLES,
    column_of,
    figure_name,
    metric_key,
)
from ssr_neuro.model import __path__ as folder
from ssr_neuro.model import kinds

if TYPE_CHECKING:
    from ssr_neuro.settings.source import SettingsSource


def models(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="one kind, for the fields of its config and of training; or a trained model.pt",
            autocompletion=complete_kind,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the models; of one, all that `ssr train --set` can set and what `ssr search` varies.

    Of a trained model: its kind, source, shape, training and accuracy, and LRURec's mean |lambda|.
    """
    if name is not None and name.endswith(".pt"):
        _show_trained(Path(name), json)
        return
    if name is not None:
        _show_kind(name, json)
        return
    found = {kind: description(kind) for kind in kinds()}
    if json:
        print_json(found)
    else:
        _align_left(("model", "what it is"), found.items())
        console.print("ssr models NAME lists what can be set of one", markup=False)


def description(kind: str) -> str:
    """What a model is, in one line, from its file; nothing is imported."""
    path = Path(folder[0]) / f"{kind.replace('-', '_')}.py"
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(said.partition("\n\n")[0].split())


def _show_kind(kind: str, json: bool) -> None:
    from ssr_neuro.settings.fields import fields_of
    from ssr_neuro.settings.models import config_type
    from ssr_neuro.settings.source import sources_of
    from ssr_neuro.settings.training import TrainSettings

    both = {
        "config": _describe_fields(kind, fields_of(config_type(kind))),
        "training": _describe_fields(kind, fields_of(TrainSettings)),
    }
    sources = sources_of(kind)
    if json:
        presets = {name: asdict(source) for name, source in sources.items()}
        about = {"model": kind, "description": description(kind)}
        print_json({**about, **both, "sources": presets})
        return
    console.print(f"{kind}: {description(kind)}", soft_wrap=True, markup=False)
    console.print(f"{_describe(config_type(kind))}\n", soft_wrap=True, markup=False)
    for title, fields in both.items():
        rows = [(f["name"], f["type"], f["default"], f["searched"]) for f in fields]
        _align_left((title, "type", "default", "ssr search"), rows)
    _show_sources(kind, sources)
    console.print(f"ssr train --model {kind} --set NAME=VALUE sets any of them", markup=False)


def _show_trained(path: Path, json: bool) -> None:
    from ssr_neuro.library.models import load
    from ssr_neuro.settings.fields import to_option_text

    about = load(path).describe()
    if json:
        print_json(about)
        return
    config, training, test = (about.pop(name) for name in ("config", "training", "test"))
    radii = about.pop("mean |lambda|", None)
    rows = [(name, to_option_text(value)) for name, value in about.items()]
    if radii is not None:
        rows.append(("mean |lambda|", ", ".join(f"{radius:.4f}" for radius in radii)))
    _align_left((str(path), ""), rows)
    for title, values in (("config", config), ("training", training)):
        _align_left((title, ""), [(name, to_option_text(value)) for name, value in values.items()])
    heads = ("test", *(TITLES[column] for column in SHOWN))
    if test:
        table("", heads, [("sequences", f"{test['sequences']:,}", ""), *_accuracy(test)])


def _accuracy(test: Mapping[str, float]) -> list[tuple[str, ...]]:
    """A row for each metric: its name, and its figure in each column with the standard error."""
    metrics = [name for name in test if "@" in name and not name.endswith("_error")]
    names = [name for name in metrics if column_of(name)[1] == ALL_ITEMS]
    return [
        (figure_name(name), *(_with_error(test, metric_key(name, column)) for column in SHOWN))
        for name in names
    ]


def _with_error(test: Mapping[str, float], key: str) -> str:
    if key not in test:
        return UNKNOWN
    error = test.get(metric_key(f"{column_of(key)[0]}_error", column_of(key)[1]))
    return f"{test[key]:.4f}" + ("" if error is None else f" ± {error:.4f}")


def _show_sources(kind: str, sources: Mapping[str, "SettingsSource"]) -> None:
    """What each preset of the kind sets, and whose values they are."""
    from ssr_neuro.settings.fields import to_option_text

    for name, source in sources.items():
        values = ", ".join(
            f"{field}={to_option_text(value)}" for field, value in source.sets.items()
        )
        console.print(f"--set source={name}: {source.about}", soft_wrap=True, markup=False)
        console.print(f"  checked: {source.checked}", soft_wrap=True, markup=False)
        console.print(f"  {values}\n", soft_wrap=True, markup=False)
    if not sources:
        console.print(f"no --set source: the paper and the programs of {kind} agree\n")


def _align_left(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table of words, all to the left."""
    words = tuple(heads)
    table("", words, rows, left=range(len(words)))


def _describe_fields(kind: str, fields: dict[str, Any]) -> list[dict[str, str]]:
    from ssr_neuro.search.defaults import default_space, default_values
    from ssr_neuro.settings.fields import to_option_text
    from ssr_neuro.settings.options import OF_DATA

    values, space = default_values(kind), default_space(kind)
    return [
        {
            "name": name,
            "type": str(field),
            "default": to_option_text(values[name]),
            "searched": str(space.get(name, "")),
        }
        for name, field in fields.items()
        if name not in OF_DATA
    ]


def _describe(config: type[Any]) -> str:
    return " ".join((config.__doc__ or "").split())
