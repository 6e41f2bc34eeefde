import subprocess
import sys
from pathlib import Path

import pytest

from ssr_neuro import model
from ssr_neuro.errors import BadInput
from ssr_neuro.model import model_type
from ssr_neuro.settings.base import Settings
from ssr_neuro.settings.models import config_type, kinds


@pytest.mark.parametrize("kind", kinds())
def test_every_network_is_built_from_the_shape_of_its_kind(kind: str) -> None:
    assert issubclass(config_type(kind), Settings)
    assert model_type(kind).config_type is config_type(kind)


def test_there_is_a_shape_for_every_network_and_no_other() -> None:
    (folder,) = model.__path__
    files = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    assert {kind.replace("-", "_") for kind in kinds()} == files


def test_shapes_are_read_without_torch() -> None:
    code = (
        "import sys; from ssr_neuro.settings.models import config_type, kinds; "
        "[config_type(kind) for kind in kinds()]; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no model 'sasrek'; known: .*ssr, ssr-ann"):
        config_type("sasrek")
