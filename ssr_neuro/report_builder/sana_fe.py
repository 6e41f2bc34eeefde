"""Files that SANA-FE's runs left, each for one bundle; told by the hashes of model and program."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ssr_neuro.errors import BadInput
from ssr_neuro.files.sana_fe_result import SanaFe, read
from ssr_neuro.program import program_file
from ssr_neuro.report_builder.bundle_folders import Bundle

SHOWN = 12  # digits of a hash


@dataclass(frozen=True)
class SanaFeFile:
    """What one file holds."""

    path: Path
    held: SanaFe


def files(paths: Iterable[Path]) -> tuple[SanaFeFile, ...]:
    """Raises BadInput, which names the file and what is wrong in it."""
    return tuple(SanaFeFile(path, read(path)) for path in paths)


def match_results(
    found: Sequence[SanaFeFile], bundles: Sequence[Bundle], chip: str
) -> tuple[SanaFeFile | None, ...]:
    """The file of each bundle. chip: the one that this report places its programs on.

    Raises BadInput where a file is of no bundle, of another chip, or not the only one of a bundle.
    """
    if not found:
        return (None,) * len(bundles)
    programs = [program_file.fingerprint(bundle.program) for bundle in bundles]
    for one in found:
        _check(one, bundles, programs, chip)
    return tuple(_find_only(found, *pair) for pair in zip(bundles, programs, strict=True))


def _check(one: SanaFeFile, bundles: Sequence[Bundle], programs: Sequence[str], chip: str) -> None:
    models = [bundle.model_sha256 for bundle in bundles]
    if (one.held.model_sha256, one.held.program_sha256) not in zip(models, programs, strict=True):
        raise BadInput(_why_foreign(one, bundles, programs))
    if one.held.chip != chip:
        raise BadInput(
            f"{one.path} is of the chip {one.held.chip}, this report of {chip}: give it "
            f"--chip {one.held.chip}, or run ssr-compile --target sana-fe --chip {chip}"
        )


def _why_foreign(one: SanaFeFile, bundles: Sequence[Bundle], programs: Sequence[str]) -> str:
    """Why it belongs to none of them: another model, or another program of the same model."""
    held = one.held
    for bundle, program in zip(bundles, programs, strict=True):
        if bundle.model_sha256 == held.model_sha256:
            return (
                f"{one.path} is of another program of {held.model} than {bundle.folder} (SHA-256 "
                f"{held.program_sha256[:SHOWN]} and {program[:SHOWN]}); compile both with the same "
                "options and the same release"
            )
    own = ", ".join(
        f"{bundle.folder} of {bundle.found.model.name} ({bundle.model_sha256[:SHOWN]})"
        for bundle in bundles
    )
    return (
        f"{one.path} is of the model {held.model} (SHA-256 {held.model_sha256[:SHOWN]}), and no "
        f"bundle is: {own}. Give the bundle of that model, or leave the file out"
    )


def _find_only(found: Sequence[SanaFeFile], bundle: Bundle, program: str) -> SanaFeFile | None:
    wanted = (bundle.model_sha256, program)
    own = [one for one in found if (one.held.model_sha256, one.held.program_sha256) == wanted]
    if len(own) > 1:
        raise BadInput(
            f"{own[0].path} and {own[1].path} are both of {bundle.folder}; give one of them"
        )
    return own[0] if own else None
