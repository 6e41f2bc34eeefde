"""A model or a compiled program with the sequences that judge it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ssr_neuro import checkpoint as checkpoints
from ssr_neuro.data import Dataset
from ssr_neuro.data.sequences import Sequences
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import ScoreBatch, mean_scores, model_scores
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.models import Model
from ssr_neuro.model import model_type
from ssr_neuro.training import parts_of

if TYPE_CHECKING:
    import torch

TOGETHER = "together"


@dataclass(frozen=True, eq=False)
class JudgedModel:
    """A model with the sequences, left out by its training protocol, that judge it."""

    name: str
    kind: str
    protocol: str
    config: Any
    sequences: Sequences
    scores: ScoreBatch
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reads(self) -> tuple[str, ...]:
        """What its sequences follow from, on one data set."""
        timed = "with times" if model_type(self.kind).needs_times else "without times"
        return self.protocol, f"N = {self.config.positions}", timed


def open_judged(
    model: Model | Compiled, dataset: Dataset, part: str, place: "torch.device"
) -> JudgedModel:
    """The model, and its sequences of the part. Raises BadInput where that cannot judge it."""
    if isinstance(model, Compiled):
        return _open_compiled(model, dataset, part)
    saved, name = model.checkpoint, str(model.path)
    checkpoints.check_data(saved, dataset, model.path)
    if part == "validation" and saved.knows_validation:
        raise BadInput(
            f"{name} {checkpoints.why_known(saved)} and knows the validation items; judge it by "
            "the test set, or leave it out"
        )
    protocol = str(saved.training["protocol"])
    sequences = _sequences(dataset, saved.kind, protocol, saved.config, part)
    scores = model_scores(saved.model().to(place))
    return JudgedModel(name, saved.kind, protocol, saved.config, sequences, scores, saved.training)


def _open_compiled(compiled: Compiled, dataset: Dataset, part: str) -> JudgedModel:
    """The integer program; a model's refit is known to its model.pt alone, so test only."""
    from ssr_neuro.compiler.ssr import integer_scores

    own = compiled.recommender
    bits = compiled.program.notes.weight_bits
    name = str(compiled.folder or f"{compiled.name}, {bits}-bit integers")
    if own is None:
        raise BadInput(f"{name} is a graph without items, so it ranks nothing; leave it out")
    if part != "test":
        raise BadInput(f"{name} is a compiled program; choose by its model.pt, and test this")
    if own.data["fingerprint"] != dataset.fingerprint:
        raise BadInput(
            f"{name} was trained on {own.data['source']}; {dataset.source} holds other "
            "interactions. Give the same data set, --core, --duplicates and --ties"
        )
    sequences = _sequences(dataset, "ssr", own.protocol, own.config, part)
    scores = integer_scores(compiled.program, own.items)
    return JudgedModel(name, "ssr", own.protocol, own.config, sequences, scores)


def _sequences(dataset: Dataset, kind: str, protocol: str, config: Any, part: str) -> Sequences:
    parts = parts_of(dataset, kind, protocol, config)
    return parts.test if part == "test" else parts.valid


def rank_together(entries: Sequence[JudgedModel]) -> JudgedModel:
    """All models as one. Raises BadInput where they read other sequences, or one is alone."""
    if len(entries) < 2:
        raise BadInput(f"--together needs two models or more; {entries[0].name} is alone")
    first = entries[0]
    for other in entries[1:]:
        if other.reads != first.reads:
            raise BadInput(
                f"--together needs models that read the same sequences: {first.name} reads "
                f"{', '.join(first.reads)}; {other.name} reads {', '.join(other.reads)}"
            )
    scores = mean_scores([entry.scores for entry in entries])
    kinds = " and ".join(entry.kind for entry in entries)
    return JudgedModel(TOGETHER, kinds, first.protocol, first.config, first.sequences, scores)
