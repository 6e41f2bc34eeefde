"""Every numeric field is bounded, and what is refused is named as a user types it."""

from typing import Any

import pytest
import typer

from ssr_neuro.cli import app
from ssr_neuro.errors import BadInput
from ssr_neuro.library.chosen_fields import KEYS
from ssr_neuro.model import config_from_dict, kinds
from ssr_neuro.settings.fields import Field, fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.options import OWN_OPTIONS, option_of
from ssr_neuro.settings.training import TrainSettings

CONFIGS = [
    (kind, name, field.type)
    for kind in kinds()
    for name, field in fields_of(config_type(kind)).items()
    if field.type in (int, float)
]
TRAINING = [(n, f.type) for n, f in fields_of(TrainSettings).items() if f.type in (int, float)]


def huge(kind: type[Any]) -> Any:
    return 10**30 if kind is int else 1e30


@pytest.mark.parametrize(("kind", "name", "of"), CONFIGS)
def test_every_number_of_a_config_has_a_largest_value(kind: str, name: str, of: type[Any]) -> None:
    with pytest.raises(BadInput, match=f"^{option_of(name)} is 1"):
        config_from_dict(kind, {"items": 9, "positions": 20, name: huge(of)})


@pytest.mark.parametrize(("name", "of"), TRAINING)
def test_every_number_of_training_has_a_largest_value(name: str, of: type[Any]) -> None:
    with pytest.raises(BadInput, match=f"^{option_of(name)} is 1"):
        TrainSettings(**{name: huge(of)})


def test_the_limit_is_said() -> None:
    with pytest.raises(BadInput, match=r"^--set threshold is 1e\+30; it must be at most 1,000$"):
        SsrConfig(items=3, threshold=1e30)
    with pytest.raises(BadInput, match=r"^--positions is 65540; it must be at most 65,536$"):
        SsrConfig(items=3, positions=65_540)


def test_options_are_those_of_the_command() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    typed = {KEYS.get(p.name or "", p.name) for p in group.commands["train"].params}
    names: dict[str, Field] = fields_of(TrainSettings)
    for kind in kinds():
        names = names | fields_of(config_type(kind))
    assert typed & names.keys() == OWN_OPTIONS
    assert [option_of(name) for name in ("steps", "max_steps", "threshold", "items")] == [
        "--time-steps",
        "--max-steps",
        "--set threshold",
        "items",
    ]
