from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ssr_neuro.report_builder.baselines import Rival, source_notes


def rival(**settings: Any) -> Rival:
    saved: Any = SimpleNamespace(kind="sasrec", training={"settings": settings})
    return Rival(Path("sasrec.pt"), saved, "", (), "sasrec.pt", "sasrec")


def test_a_rival_trained_by_a_source_says_whose_values_it_has() -> None:
    (note,) = source_notes(rival(source="program"))
    assert note.startswith(
        "Shape and training are those of its program (--set source=program). Rec"
    )
    assert source_notes(rival(source=None)) == source_notes(rival()) == ()
