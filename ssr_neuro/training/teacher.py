"""Trained models whose ranking another learns (Hinton et al. 2015, arXiv:1503.02531, T = 1).

What comes next is open: of many items that fit, a sequence shows one. A student that is told the
teacher's probabilities of all items learns from less noise than one that is told the item alone.
Several teachers rank better together than each alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.model import model_type
from ssr_neuro.model.parts.recommender import RecommenderModel, reads_users
from ssr_neuro.model.parts.taught_loss import hide_window
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.start import fingerprint, learns_windows_by_all_scores


@dataclass(frozen=True, eq=False)
class Teacher:
    """Checkpoints that `teacher_of` found to fit."""

    saved: tuple[Checkpoint, ...]

    @property
    def knows_validation(self) -> bool | None:
        """Whether one of them knows the validation sequences; None where that was not recorded."""
        return checkpoint.any_knows_validation(saved.knows_validation for saved in self.saved)

    def about(self) -> list[dict[str, Any]]:
        """What tells each from another teacher, and the steps of its last run.

        continued: whether these came on top of those of trained weights.
        """
        return [
            {
                "kind": saved.kind,
                "weights": fingerprint(saved.state),
                "steps": saved.training.get("steps"),
                "continued": saved.training.get("start") is not None,
                "targets": "every position" if _windows(saved) == "apart" else "last position",
            }
            for saved in self.saved
        ]


def teacher_of(
    paths: Sequence[Path],
    dataset: Dataset,
    kind: str,
    config: Any,
    *,
    protocol: str,
    refit: bool = False,
) -> Teacher:
    """The models at `paths` as one teacher of a model of this kind and config.

    Raises BadInput where one reads other sequences than the student, or was trained on others: it
    could have seen what the student is judged by.
    """
    return Teacher(
        tuple(_check_fitting(path, dataset, kind, config, protocol, refit) for path in paths)
    )


def _check_fitting(
    path: Path, dataset: Dataset, kind: str, config: Any, protocol: str, refit: bool
) -> Checkpoint:
    saved = checkpoint.load(path)
    checkpoint.check_data(saved, dataset, path)
    before = saved.training["protocol"]
    if before != protocol:
        raise BadInput(
            f"{path} was trained by the protocol {before!r}, and may know the test items of "
            f"{protocol!r}; choose a teacher of the same protocol"
        )
    checkpoint.check_refit(saved, path, refit=refit)
    if model_type(saved.kind).needs_times != model_type(kind).needs_times:
        raise BadInput(
            f"{path}: of a {saved.kind} and a {kind} only one reads the time of every item; "
            "choose a teacher that reads what the student reads"
        )
    if reads_users(saved.config) != reads_users(config):
        raise BadInput(
            f"{path}: of it and the model to train only one has a vector of each user; choose a "
            "teacher that reads what the student reads"
        )
    if saved.config.positions != config.positions:
        raise BadInput(
            f"{path} reads {saved.config.positions} positions, the model to train "
            f"{config.positions}; train with --positions {saved.config.positions}"
        )
    return saved


class Lesson:
    """What a student is trained on instead of the next item, made anew for every batch."""

    def __init__(self, teacher: Teacher, settings: TrainSettings, device: torch.device) -> None:
        self.models = [saved.model().to(device).requires_grad_(False) for saved in teacher.saved]
        self.share, self.hides = settings.teacher_share, settings.teacher_hides

    @torch.no_grad()
    def __call__(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """items (B, N), targets (B,) -> probabilities (B, V) of items 1..V as the next.

        Of several teachers, the softmax of their mean scores: the geometric mean of what each says.
        """
        scores = torch.stack([model(items).float() for model in self.models]).mean(0)
        if self.hides == "window":
            scores = hide_window(scores, items, -torch.inf)
        taught = scores[:, 1:].softmax(1)
        seen = nn.functional.one_hot(targets - 1, taught.shape[1])
        wanted: torch.Tensor = self.share * taught + (1 - self.share) * seen
        return wanted


def check_student(
    model: RecommenderModel, settings: TrainSettings, teacher: Teacher | None
) -> None:
    """Raises BadInput where the student's own loss is not one of the scores of all items."""
    if teacher is None:
        for name, plain in (
            ("teacher_share", 1),
            ("teacher_hides", None),
            ("student_hides", None),
            ("teacher_loss", "forward"),
        ):
            if (given := getattr(settings, name)) != plain:
                raise BadInput(
                    f"{name} is {given}, and there is no teacher; give one, or leave it out"
                )
        return
    for name, plain in (("horizon", 1), ("negatives", None)):
        if getattr(settings, name) != plain:
            raise BadInput(
                f"{name} is {getattr(settings, name)}, and a teacher rates all items as the next; "
                "leave one of the two out"
            )
    if settings.teacher_hides and model.config.items <= model.config.positions:
        raise BadInput(
            f"teacher_hides is {settings.teacher_hides}, and a window of {model.config.positions} "
            f"positions can hold all {model.config.items} items; leave it out"
        )
    if settings.student_hides and not settings.teacher_hides:
        raise BadInput(
            f"student_hides is {settings.student_hides}, and the teacher gives the items of the "
            "window a probability; set teacher_hides to window as well, or leave student_hides out"
        )
    if not learns_windows_by_all_scores(model):
        raise BadInput(
            "a teacher is for models that learn one window at a time by the scores of all items, "
            f"and {type(model).__name__} does not (where the model has it, "
            "--set all_positions=false)"
        )


def _windows(saved: Checkpoint) -> str:
    return str(saved.training.get("windows", "every"))
