"""Where a training writes, checked before any work."""

from collections.abc import Sequence
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files.training_log import LogForm, check_log, log_place


def check_places(
    out: Path,
    seeds: Sequence[int],
    reads: Sequence[Path],
    log: LogForm | None,
    *,
    resume: bool,
    overwrite: bool,
) -> None:
    """Raises BadInput where a model, a state or a log must not or cannot be written.

    seeds: of --seeds, empty without it. reads: files that the run reads, which are
    never replaced.
    """
    from ssr_neuro.cli.train.seeds import check_seeds
    from ssr_neuro.library.training_places import keep_what_is_there

    if seeds and log is not None:
        raise BadInput("--log is of one run; leave it out, or train each of --seeds by --seed")
    if seeds:
        return check_seeds(out, seeds, reads, resume=resume, overwrite=overwrite)
    keep_what_is_there(out, resume, overwrite, reads)
    if log is not None:
        check_log(out, log, reads, resume=resume, overwrite=overwrite)


def outputs(out: Path, seeds: Sequence[int], log: LogForm | None) -> list[Path]:
    """What the command writes: OUT and its log, or the files of several seeds."""
    from ssr_neuro.library.seeds import model_path, results_path

    if seeds:
        return [*(model_path(out, seed) for seed in seeds), results_path(out)]
    return [out] if log is None else [out, log_place(out, log)]
