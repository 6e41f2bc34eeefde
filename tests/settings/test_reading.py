"""How data are read: options without data are refused by name."""

from pathlib import Path

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.library.measuring import measure_models
from ssr_neuro.library.reporting import build_report
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
