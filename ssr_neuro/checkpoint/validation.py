"""Whether a model knows the validation sequences, which then cannot judge it."""

from collections.abc import Iterable
from pathlib import Path

from ssr_neuro.checkpoint.contents import Checkpoint
from ssr_neuro.errors import BadInput


def check_refit(checkpoint: Checkpoint, path: Path, *, refit: bool) -> None:
    """Raises BadInput where a run that starts or learns from it is judged by what it has seen.

    refit: whether that run trains on the validation sequences itself, and is not judged by them.
    """
    if checkpoint.knows_validation and not refit:
        raise BadInput(
            f"{path} {why_known(checkpoint)} and knows the validation items; choose another "
            "model, or --refit this run as well"
        )


def why_known(checkpoint: Checkpoint) -> str:
    """How a model came to know the validation sequences."""
    if checkpoint.refit:
        return "was trained with --refit"
    return "started or learnt from a model that was trained with --refit"


def any_knows_validation(known: Iterable[bool | None]) -> bool | None:
    """Whether one of several models knows the validation sequences; None where none is known to."""
    answers = list(known)
    if any(answers):
        return True
    return None if None in answers else False
