import pytest

from ssr_neuro.model import config_from_dict, kinds
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.source import SOURCES, sources_of
from ssr_neuro.settings.training import TrainSettings

PRESETS = [(kind, name) for kind in kinds() for name in sources_of(kind)]
# Fields of the data set or of where and how long a run goes are no source's.
NOT_A_SOURCES = {"items", "positions", "device", "seed", "max_steps", "max_minutes", "source"}


@pytest.mark.parametrize(("kind", "source"), PRESETS)
def test_a_preset_sets_fields_of_its_model_and_of_training(kind: str, source: str) -> None:
    preset = sources_of(kind)[source]
    config, training = fields_of(config_type(kind)), fields_of(TrainSettings)
    read = {
        name: (config.get(name) or training[name]).checked(value)
        for name, value in preset.sets.items()
    }
    own = {name: value for name, value in read.items() if name in config}
    shape = config_from_dict(kind, {"items": 50, "positions": 20, **own}).to_dict()
    assert own == {name: shape[name] for name in own}
    TrainSettings.from_dict({name: value for name, value in read.items() if name not in config})
    assert not NOT_A_SOURCES & preset.sets.keys()
    assert preset.about.endswith(".")


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in PRESETS}))
def test_a_kind_has_both_presets_and_they_differ(kind: str) -> None:
    presets = sources_of(kind)
    assert tuple(presets) == SOURCES
    assert presets["paper"].sets != presets["program"].sets


def test_the_rivals_of_the_papers_have_presets() -> None:
    compared = {
        "bert4rec",
        "bsarec",
        "caser",
        "fmlp-rec",
        "gru4rec",
        "lrurec",
        "mamba4rec",
        "narm",
        "sasrec",
    }
    assert compared | {"ssd4rec", "tim4rec", "tisasrec"} <= {kind for kind, _ in PRESETS}
    assert sources_of("popularity") == {}


def test_every_preset_says_what_its_values_were_checked_against() -> None:
    checked = {(kind, name): sources_of(kind)[name].checked for kind, name in PRESETS}
    papers = {kind for (kind, _), said in checked.items() if said == "against the paper"}
    assert papers == {"lrurec", "tim4rec", "ssd4rec"}
    programs = {one for one, said in checked.items() if "against the program itself" in said}
    assert programs == {("lrurec", "program"), ("tim4rec", "program")}
    assert all("against" in said or said.startswith("not yet") for said in checked.values())
