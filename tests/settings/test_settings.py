from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.settings.training import TrainSettings


def test_defaults_are_the_paper_s() -> None:
    config = SsrConfig(items=3416)
    assert (config.positions, config.features, config.steps, config.blocks) == (20, 64, 4, 2)
    assert (config.ffn_ratio, config.tau_steps, config.threshold) == (4, 2.0, 0.5)


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        SsrConfig(items=3).items = 4  # type: ignore[misc]


@pytest.mark.parametrize("settings", [SsrConfig(3), SsrAnnConfig(4), TrainSettings(lr=0.1)])
def test_settings_survive_the_way_to_plain_data_and_back(settings: Any) -> None:
    assert type(settings).from_dict(settings.to_dict()) == settings


def test_an_unknown_key_is_refused_and_the_known_ones_listed() -> None:
    with pytest.raises(BadInput, match="SsrConfig has no layers, width; it knows items, positions"):
        SsrConfig.from_dict({"items": 3, "width": 64, "layers": 2})


@pytest.mark.parametrize(("given", "named"), [([], "a list"), (None, "None"), ("x", "a str")])
def test_what_holds_no_keys_is_refused(given: Any, named: str) -> None:
    said = f"^{named} is no SsrConfig; give a value for each of its keys$"
    with pytest.raises(BadInput, match=said):
        SsrConfig.from_dict(given)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(BadInput, match=r"SsrConfig cannot be built: .*'items'"):
        SsrConfig.from_dict({})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"items": 0}, "items is 0; it must be a whole number of at least 1"),
        ({"features": 6.5}, "--features is 6.5; it must be a whole number of at least 1"),
        ({"blocks": True}, "--blocks is True; it must be a whole number of at least 0"),
        ({"positions": 22}, r"--positions is 22; it must be divisible by --time-steps \(4\)"),
        ({"tau_steps": 1.0}, r"--set tau_steps is 1.0; it must be above 1; 2.0 is the paper's"),
        ({"threshold": float("nan")}, "--set threshold is nan; it must be a finite number above 0"),
        ({"threshold": "1"}, "--set threshold is '1'; it must be a finite number above 0"),
        ({"spectrum": "third"}, r"--spectrum is 'third'; it must be one of \('full', 'half'\)"),
        ({"normalised": 1}, "--set normalised is 1; it must be True or False"),
    ],
)
def test_impossible_shapes_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        SsrConfig(**{"items": 3, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 1}, "--batch-size is 1; it must be a whole number of at least 2"),
        ({"max_steps": 0}, "--max-steps is 0; it must be a whole number of at least 1"),
        ({"max_minutes": 0.0}, "--max-minutes is 0.0; it must be a finite number above 0"),
        ({"lr": -1.0}, "--lr is -1.0; it must be a finite number above 0"),
        ({"final_lr": 2}, "--final-lr is 2; it must be between 0 and 1"),
        ({"mixed_precision": "int8"}, r"--mixed-precision is 'int8'; it must be one of \('no'"),
        ({"rate_penalty": -1}, "--rate-penalty is -1; it must be a finite number of at least 0"),
        ({"weight_bits": 9}, "--weight-bits is 9; it must be 2 to 8, or None"),
        ({"negatives": 0}, "--set negatives is 0; it must be a whole number of at least 1"),
        ({"negatives": 0.5}, "--set negatives is 0.5; it must be a whole number of at least 1"),
        ({"device": "tpu"}, "--device is 'tpu'; it must be 'auto' or 'cpu'"),
    ],
)
def test_impossible_training_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        TrainSettings(**change)


def test_numbers_of_numpy_are_numbers() -> None:
    made = TrainSettings.from_dict({"max_steps": np.int64(6), "lr": np.float64(0.5)})
    assert (made.max_steps, type(made.max_steps)) == (6, int)
    assert (made.lr, type(made.lr)) == (0.5, float)
    known = fields_of(SsrConfig)
    found = known["positions"].checked(np.uint8(6)), known["threshold"].checked(np.float32(0.5))
    assert (found, [type(one) for one in found]) == ((6, 0.5), [int, float])
    with pytest.raises(BadInput, match=r"positions is 6\.5; it must be a whole number"):
        known["positions"].checked(np.float64(6.5))
