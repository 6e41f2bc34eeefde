"""Trained models to set beside an SSR: read, matched with its data set, counted, evaluated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.costs import Cost, costs
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.files.distinct_names import distinct_files, distinct_names, refuse_twice
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.report_builder.bundle_folders import Bundle
from ssr_neuro.settings.source import sources_of
from ssr_neuro.training import parts_of


@dataclass(frozen=True, eq=False)
class Rival:
    """One baseline. costs: of one inference, in every form that is counted. file, name: of the
    path, with and without its ending, as the report shows it."""

    path: Path
    saved: Checkpoint
    sha256: str
    costs: tuple[Cost, ...]
    file: str
    name: str

    @property
    def parameters(self) -> int:
        """All numbers trained, a complex one as one."""
        return sum(parameter.numel() for parameter in self.saved.model().parameters())


def read(path: Path) -> Rival:
    """Raises BadInput, which names the file, on what is no model.pt or is not counted."""
    saved = checkpoint.load(path)
    if saved.kind == "ssr":
        raise BadInput(
            f"{path} is an SSR, whose cost depends on its spikes; compile it with ssr-compile and "
            "give the folder beside the others, before --baselines"
        )
    try:
        found = costs(saved.kind, saved.config)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    return Rival(path, saved, sha256_of_file(path), found, path.name, path.stem)


def bundle_baselines(rivals: Iterable[Rival], bundle: Bundle) -> tuple[Rival, ...]:
    """Those of the bundle's data set, with a name of their own for each model and bill."""
    mine = [r for r in rivals if _fingerprint(r) == bundle.data["fingerprint"]]
    paths, kinds = [rival.path for rival in mine], [rival.saved.kind for rival in mine]
    named = [
        replace(rival, file=file, name=name)
        for rival, file, name in zip(
            mine, distinct_files(paths), distinct_names(paths), strict=True
        )
    ]
    return tuple(
        rival if kinds.count(rival.saved.kind) == 1 else _rename_twins(rival) for rival in named
    )


def check(rivals: Sequence[Rival], bundles: Sequence[Bundle]) -> None:
    """Raises BadInput where a baseline is given twice, learnt other data, or was tested by another
    protocol."""
    refuse_twice([rival.path for rival in rivals])
    for rival in rivals:
        alike = [b for b in bundles if b.data["fingerprint"] == _fingerprint(rival)]
        if not alike:
            sources = "; ".join(dict.fromkeys(str(b.data["source"]) for b in bundles))
            raise BadInput(
                f"{rival.path} was trained on {rival.saved.training['data']['source']}; the "
                f"bundles are of models trained on {sources}. Leave it out, or add a bundle of its "
                "data set"
            )
        protocol = str(rival.saved.training["protocol"])
        for bundle in alike:
            if protocol != bundle.protocol:
                raise BadInput(
                    f"{rival.path} was trained and tested by the protocol {protocol}, "
                    f"{bundle.folder} by {bundle.protocol}: their test sets differ. Train one "
                    "with the --protocol of the other"
                )


def metrics(rival: Rival, dataset: Dataset, *, progress: bool) -> Mapping[str, float]:
    """HR, NDCG and MRR of the float model on the test set of its protocol.

    Raises BadInput where the model reads times, and was trained on others.
    """
    saved = rival.saved
    checkpoint.check_data(saved, dataset, rival.path)
    test = parts_of(dataset, saved.kind, saved.training["protocol"], saved.config).test
    found: Mapping[str, float] = evaluate(
        model_scores(saved.model()), test, progress=progress
    ).to_dict()
    return found


def source_notes(rival: Rival) -> tuple[str, ...]:
    """Whose values the model and its training have, where it was trained by a source."""
    source = rival.saved.training.get("settings", {}).get("source")
    if source is None:
        return ()
    about = sources_of(rival.saved.kind)[source].about
    return (f"Shape and training are those of its {source} (--set source={source}). {about}",)


def _rename_twins(rival: Rival) -> Rival:
    """Two models of one kind are told apart by their files."""
    kind = f"{rival.saved.kind} {rival.name}"
    return replace(rival, costs=tuple(replace(cost, kind=kind) for cost in rival.costs))


def _fingerprint(rival: Rival) -> str:
    return str(rival.saved.training["data"]["fingerprint"])
