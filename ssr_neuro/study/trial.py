"""One training of a study: done once, gone on with after an interruption, found again when done."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_from_dict
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import Teacher, record, train
from ssr_neuro.training.run import Parts

PARTS = ("kind", "config", "settings", "data", "protocol", "start", "teacher")


@dataclass(frozen=True, eq=False)
class Trial:
    """What is trained, and the file that it leaves. start: a model to go on from.

    scores_test: whether it ranks the test sequences at its end. afresh: whether the command was
    told to remove what lay there (--overwrite), and would do so again.
    """

    path: Path
    dataset: Dataset
    parts: Parts
    kind: str
    config: Any
    settings: TrainSettings
    start: Checkpoint | None = None
    teacher: Teacher | None = None
    scores_test: bool = True
    afresh: bool = False

    @property
    def state_path(self) -> Path:
        """Where the trainer keeps what it needs to go on."""
        return checkpoint.state_path(self.path)

    def run(self, *, progress: bool = False) -> Checkpoint:
        """The trained model, from its file where it is finished.

        Raises BadInput where the file, or the state of an interrupted training, is of other
        settings; KeyboardInterrupt that says how to go on.
        """
        state = None if self.start is None else self.start.state
        known = None if self.start is None else self.start.knows_validation
        identity = record.identity(
            self.dataset, self.parts, self.kind, self.config, self.settings, state, self.teacher
        )
        if self.path.exists():
            saved = checkpoint.load(self.path)
            _refuse_other(self.path, _identity_of(saved), identity)
            self._check_scored(saved)
            return saved
        resume = self.state_path.exists()
        if resume:
            before = checkpoint.read(self.state_path).get("identity")
            _refuse_other(self.state_path, before if isinstance(before, dict) else {}, identity)
        try:
            train(
                self.dataset,
                self.parts,
                self.kind,
                self.config,
                self.settings,
                self.path,
                start=state,
                start_knows_validation=known,
                teacher=self.teacher,
                resume=resume,
                progress=progress,
                scores_test=self.scores_test,
            )
        except KeyboardInterrupt as stop:
            same = "the same command without --overwrite" if self.afresh else "the same command"
            raise KeyboardInterrupt(
                f"stopped while training {self.path.name}; {same} resumes it"
            ) from stop
        return checkpoint.load(self.path)

    def _check_scored(self, saved: Checkpoint) -> None:
        if self.scores_test and not saved.training.get("test"):
            raise BadInput(
                f"{self.path} was trained as a stage that does not rank the test sequences; "
                "remove it, or name another --out"
            )


def _identity_of(saved: Checkpoint) -> dict[str, Any]:
    kept = {key: saved.training.get(key) for key in PARTS if key not in ("kind", "config")}
    return {"kind": saved.kind, "config": saved.config.to_dict(), **kept}


def _refuse_other(path: Path, before: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """Raises BadInput that lists what differs between a training and the one asked for."""
    before = _add_defaults(before, identity)
    # Training for a chip's integers folds the normalisations into the weights, and so the config.
    rounded = identity["settings"]["weight_bits"] is not None
    parts = [key for key in PARTS if not (rounded and key == "config")]
    if differing := record.list_differing(before, identity, parts):
        raise BadInput(
            f"{path} is of another training: {'; '.join(differing)}. Give the same options as "
            "then, or another --out"
        )


def _add_defaults(before: Mapping[str, Any], identity: Mapping[str, Any]) -> Mapping[str, Any]:
    """A setting that an older release did not know has its default; what it did not know of the
    data is not compared."""
    if not isinstance(before.get("settings"), Mapping):
        return before
    settings = TrainSettings.from_dict(before["settings"]).to_dict()
    config = config_from_dict(str(before.get("kind")), before.get("config") or {}).to_dict()
    data = record.fill_data(before.get("data"), identity["data"])
    return {**before, "settings": settings, "config": config, "data": data}
