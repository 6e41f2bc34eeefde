"""Where a training writes, looked at before any work: what lies there is not replaced unasked."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file
from ssr_neuro.files.json_document import Format


def keep_what_is_there(
    out: Path, resume: bool, overwrite: bool, reads: Iterable[Path] = ()
) -> None:
    """Neither a finished model nor an interrupted run is replaced unasked.

    reads: files that the run reads, which are never replaced. Raises BadInput.
    """
    refuse_what_is_read(out, reads)
    state = checkpoint.state_path(out)
    is_going_on = resume and state.exists()
    output_file.check(out, overwrite=overwrite or is_going_on)
    if state.exists() and not (resume or overwrite):
        raise BadInput(
            f"{state} holds an interrupted run; --resume continues it, --overwrite starts afresh"
        )


def check_found_again(out: Path, reads: Sequence[Path]) -> None:
    """For a model that is found again where it is trained already: that is no fault.

    Raises BadInput where it cannot be written, or would replace what the run reads.
    """
    refuse_what_is_read(out, reads)
    output_file.check(out, overwrite=True)


def check_results(path: Path, form: Format, reads: Sequence[Path], *, overwrite: bool) -> None:
    """For results that stand beside models: those of an earlier run of the same are no fault.

    Raises BadInput where another file lies there, unless it may be replaced.
    """
    output_file.check(path, overwrite=True, inputs=reads)
    if overwrite or not path.exists():
        return
    try:
        form.read(path)
    except BadInput as error:
        raise BadInput(
            f"{path} exists and was not made by {form.maker}; --overwrite replaces it, or name "
            "another model with --out"
        ) from error


def clear(models: Iterable[Path], others: Iterable[Path]) -> None:
    """Remove models with the states of their trainings, and other files, to train all afresh."""
    for path in (*(p for out in models for p in (out, checkpoint.state_path(out))), *others):
        path.unlink(missing_ok=True)


def refuse_what_is_read(out: Path, reads: Iterable[Path]) -> None:
    """Raises BadInput where the model at `out`, or the state of its training, is among `reads`."""
    files = tuple(reads)
    for path in (out, checkpoint.state_path(out)):
        if read := output_file.find_read(path, files):
            raise BadInput(
                f"{read} is read by this run, which would replace it; name another file with --out"
            )
