"""How data are read: options without data are refused by name."""

from pathlib import Path

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.library.measuring import measure_models
from ssr_neuro.library.reporting import build_report
from ssr_neuro.library.searching import search_settings
from ssr_neuro.library.training import train
from ssr_neuro.settings.reading import refuse_without_data


def test_options_of_reading_need_data() -> None:
    refuse_without_data(core=None, ties=None)  # nothing is given
    with pytest.raises(BadInput, match=r"^--core has no meaning without --data; .* leave it out$"):
        refuse_without_data(core="none")
    with pytest.raises(BadInput, match=r"--core, --user-column have no .* leave them out"):
        refuse_without_data(core="none", user_column="1", ties=None)


def test_measuring_and_reporting_refuse_them_before_they_read_anything(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--ties has no meaning without --data"):
        measure_models(tmp_path / "absent.pt", device="cpu", ties="item")
    with pytest.raises(BadInput, match="--core has no meaning without --data"):
        build_report(tmp_path / "absent", core="none")


def test_columns_can_be_named_to_a_training_and_to_a_search(tmp_path: Path) -> None:
    message = r"^columns can be named of a file; the generated data have none"
    for name in ("user_column", "item_column", "time_column"):
        with pytest.raises(BadInput, match=message):
            train("generated", out=tmp_path / "m.pt", max_steps=1, **{name: "1"})
        with pytest.raises(BadInput, match=message):
            search_settings("ssr", "generated", storage=str(tmp_path / "s.db"), **{name: "1"})
