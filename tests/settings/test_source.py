import pytest

from ssr_neuro.model import config_from_dict, kinds, model_type
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.settings import TrainSettings
from ssr_neuro.settings.source import SOURCES, sources_of

PRESETS = [(kind, name) for kind in kinds() for name in sources_of(kind)]
# Fields of the data set or of where and how long a run goes are no source's.
NOT_A_SOURCES = {"items", "positions", "device", "seed", "max_steps", "max_minutes", "source"}


@pytest.mark.parametrize(("kind", "name"), PRESETS)
def test_a_preset_sets_fields_of_its_model_and_of_training(kind: str, name: str) -> None:
    preset = sources_of(kind)[name]
    config, training = fields_of(model_type(kind).config_type), fields_of(TrainSettings)
    for field, value in preset.sets.items():
        assert (config.get(field) or training[field]).checked(value) == value
    own = {field: value for field, value in preset.sets.items() if field in config}
    assert config_from_dict(kind, {"items": 50, "positions": 20, **own}).to_dict().items() >= set(
        own.items()
    )
    TrainSettings.from_dict({f: v for f, v in preset.sets.items() if f not in config})
    assert not NOT_A_SOURCES & preset.sets.keys()
    assert preset.about.endswith(".")


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in PRESETS}))
def test_a_kind_has_both_presets_and_they_differ(kind: str) -> None:
    presets = sources_of(kind)
    assert tuple(presets) == SOURCES
    assert presets["paper"].sets != presets["program"].sets


def test_the_rivals_of_the_papers_have_presets() -> None:
    assert {"sasrec"} <= {kind for kind, _ in PRESETS}
    assert sources_of("popularity") == {}
