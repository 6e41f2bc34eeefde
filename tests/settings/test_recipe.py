"""Recipes: what is read, what is refused with file, stage and remedy."""

from pathlib import Path

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.recipe import RecipeStage, load_recipe, recipe_names
from ssr_neuro.settings.training import TrainSettings

HEAD = 'about = "a"\ndata = "d"\nprotocol = "ratio"\npublished = "two"\n'
STAGES = """
[stages.one]
model = "ssr-ann"
features = 8

[stages.two]
model = "ssr"
teachers = ["one"]
seeds = 3
"""


def recipe(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


def test_stages_are_read_in_their_order(tmp_path: Path) -> None:
    found = load_recipe(recipe(tmp_path, f'{HEAD}[reading]\nties = "item"\n{STAGES}'))
    assert found.stages == (
        RecipeStage("one", "ssr-ann", settings={"features": 8}),
        RecipeStage("two", "ssr", teachers=("one",), seeds=3),
    )
    assert (found.name, found.published, found.reading) == ("mine", "two", {"ties": "item"})


def test_stages_of_the_package_set_what_their_models_have() -> None:
    assert recipe_names()
    for name in recipe_names():
        found = load_recipe(name)
        for stage in found.stages:
            known = fields_of(TrainSettings)
            if stage.model is not None:
                known |= fields_of(config_type(stage.model))
            values = {key: known[key].checked(value) for key, value in stage.settings.items()}
            # Steps are the same everywhere; a rival that teaches has the minutes of its own plan.
            assert (values.get("max_steps") or 0) > 0 or stage.model in ("sasrec", "lrurec")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("about = ", "mine.toml: cannot be read as TOML"),
        (STAGES, "mine.toml: about is missing, or no text"),
        (f"{HEAD}stages = 3\n", "stages is missing, or no table"),
        (f"{HEAD}epochs = 3\n{STAGES}", "epochs is no key of a recipe; it has about, data"),
        (f"{HEAD}{STAGES}seed = 1\n", r"\[stages.two\]: write seeds = 3 for the seeds 0, 1 and 2"),
        (
            f"{HEAD}{STAGES}".replace("= 3", "= 0"),
            "seeds is 0; it must be a whole number",
        ),
        (f"{HEAD}{STAGES}".replace('["one"]', '"one"'), "teachers is 'one'; write names of stages"),
        (f"{HEAD}{STAGES}".replace('["one"]', '["on"]'), r"\[stages.two\] needs on, and no stage"),
        (f'{HEAD}{STAGES}from = "one"\n', 'needs either model = "KIND" or from = "STAGE"'),
        (f"{HEAD}{STAGES}".replace('"two"', '"to"'), "published is 'to'; stages are one, two"),
        (f'{HEAD}[reading]\ncore = "5-core"\ncoer = "x"\n{STAGES}', "no option coer; there are"),
        (f'{HEAD}[stages."../x"]\nmodel = "ssr"\n', "the name goes into file names; use letters"),
        (
            f'{HEAD}{STAGES}[stages.three]\nfrom = "two"\nseeds = 2\n',
            "has 2 seeds and goes on from two, which has 3; give both as many",
        ),
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        load_recipe(recipe(tmp_path, text))


def test_an_unknown_name_is_said_with_the_nearest() -> None:
    with pytest.raises(BadInput, match=r"no recipe ml1m; there are .*; did you mean ml-1m\?"):
        load_recipe("ml1m")
