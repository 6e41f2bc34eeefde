"""A recipe: a published network from random weights in one command, every stage in one TOML file.

about = "..."                  # shown before the training
data = "..."                   # which data set it is for, in words
protocol = "ratio"
published = "student"          # the stage whose network is the result

[reading]                      # how the data file is read, as --core, --ties and the others say
ties = "file"

[stages.teacher]               # stages are trained in this order
model = "ssr-ann"
features = 128                 # any field that `ssr train --set` takes; none is "none"

[stages.student]
model = "ssr"
teachers = ["teacher"]         # stages whose ranking it learns
seeds = 3                      # 0, 1 and 2
from = "pretrained"            # a stage whose weights it goes on from, of the same seed
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files import toml_document
from ssr_neuro.settings.reading import ReadingOptions, reading_of

FOLDER = Path(__file__).parent / "recipes"
MOST_SEEDS = 100
KEYS = {
    "about": str,
    "data": str,
    "protocol": str,
    "published": str,
    "reading": dict,
    "stages": dict,
}
OWN_KEYS = ("model", "from", "teachers", "seeds")  # of a stage; all else is a setting


@dataclass(frozen=True)
class RecipeStage:
    """One training, or one for each of several seeds.

    model: the kind, None where `start` has it. start: the stage whose weights it goes on from.
    teachers: stages whose networks, of all their seeds, teach together. settings: any field of the
    model's config or of training.
    """

    name: str
    model: str | None
    start: str | None = None
    teachers: tuple[str, ...] = ()
    seeds: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """path: of the file. name: without its ending. text: the file itself, which results keep."""

    path: Path
    name: str
    text: str
    about: str
    data: str
    protocol: str
    published: str
    reading: ReadingOptions
    stages: tuple[RecipeStage, ...]

    def stage(self, name: str) -> RecipeStage:
        return next(stage for stage in self.stages if stage.name == name)


def recipe_names() -> list[str]:
    """The recipes that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_recipe(name: str | Path) -> Recipe:
    """A recipe of the package by its name, or one's own by the path of a .toml file.

    Raises BadInput where there is none, or it is none, naming the file, the stage and the key.
    """
    path = Path(name) if str(name).endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        known = recipe_names()
        near = get_close_matches(str(name), known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise BadInput(
            f"no recipe {name}; there are {', '.join(known)}, or name a .toml file of your own"
            f"{hint}"
        )
    text, document = toml_document.read_with_text(path)
    return _recipe(path, text, document)


def _recipe(path: Path, text: str, document: Mapping[str, Any]) -> Recipe:
    for key, kind in KEYS.items():
        if not isinstance(document.get(key, kind()), kind) or key not in (*document, "reading"):
            raise BadInput(f"{path}: {key} is missing, or no {_words(kind)}; a recipe needs it")
    if unknown := [key for key in document if key not in KEYS]:
        raise BadInput(
            f"{path}: {', '.join(unknown)} is no key of a recipe; it has {', '.join(KEYS)}"
        )
    stages = tuple(_stage(path, name, held) for name, held in document["stages"].items())
    _check_order(path, stages, document["published"])
    try:
        reading_of(**document.get("reading", {}))
    except BadInput as error:
        raise BadInput(f"{path}: [reading] has {error}") from None
    return Recipe(
        path,
        path.stem,
        text,
        document["about"],
        document["data"],
        document["protocol"],
        document["published"],
        document.get("reading", {}),
        stages,
    )


def _stage(path: Path, name: str, held: Any) -> RecipeStage:
    where = f"{path}: [stages.{name}]"
    if not isinstance(held, dict):
        raise BadInput(f"{where} must be a table of settings")
    if not name.replace("-", "").replace("_", "").isalnum():
        raise BadInput(f"{where}: the name goes into file names; use letters, digits, - and _")
    model, start = held.get("model"), held.get("from")
    if (model is None) == (start is None) or not isinstance(model or start, str):
        raise BadInput(f'{where} needs either model = "KIND" or from = "STAGE"')
    teachers, seeds = held.get("teachers", []), held.get("seeds", 1)
    if not isinstance(teachers, list) or not all(isinstance(one, str) for one in teachers):
        raise BadInput(
            f'{where}: teachers is {teachers!r}; write names of stages, as in ["teacher"]'
        )
    if type(seeds) is not int or not 1 <= seeds <= MOST_SEEDS:
        raise BadInput(f"{where}: seeds is {seeds!r}; it must be a whole number, 1 to {MOST_SEEDS}")
    settings = {key: value for key, value in held.items() if key not in OWN_KEYS}
    if "seed" in settings:
        raise BadInput(f"{where}: write seeds = 3 for the seeds 0, 1 and 2, instead of seed")
    return RecipeStage(name, model, start, tuple(teachers), seeds, settings)


def _check_order(path: Path, stages: tuple[RecipeStage, ...], published: str) -> None:
    """Raises BadInput where a stage names one that does not stand before it."""
    before: dict[str, RecipeStage] = {}
    for stage in stages:
        for named in (*stage.teachers, *([stage.start] if stage.start else [])):
            if named not in before:
                raise BadInput(
                    f"{path}: [stages.{stage.name}] needs {named}, and no stage before it is "
                    "called that; write the stages in the order in which they are trained"
                )
        if stage.start and before[stage.start].seeds not in (1, stage.seeds):
            raise BadInput(
                f"{path}: [stages.{stage.name}] has {stage.seeds} seeds and goes on from "
                f"{stage.start}, which has {before[stage.start].seeds}; give both as many, or "
                f"{stage.start} one"
            )
        before[stage.name] = stage
    if published not in before:
        raise BadInput(f"{path}: published is {published!r}; stages are {', '.join(before)}")


def _words(kind: type[Any]) -> str:
    return "text" if kind is str else "table"
