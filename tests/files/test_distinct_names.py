"""Names of files that tell them apart."""

from pathlib import Path

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files.distinct_names import distinct_files, distinct_names


@pytest.mark.parametrize(
    ("paths", "files", "names"),
    [
        ([], [], []),
        (["x/a.pt", "y/b.pt"], ["a.pt", "b.pt"], ["a", "b"]),
        (["x/a.pt", "y/a.pt"], ["x/a.pt", "y/a.pt"], ["x/a", "y/a"]),
        (["x/m/a.pt", "y/m/a.pt"], ["x/m/a.pt", "y/m/a.pt"], ["x/m/a", "y/m/a"]),
        (["x/a.pt", "x/a.pth"], ["a.pt", "a.pth"], ["a.pt", "a.pth"]),
    ],
)
def test_files_have_as_many_folders_as_tell_them_apart(
    paths: list[str], files: list[str], names: list[str]
) -> None:
    given = [Path(path) for path in paths]
    assert (distinct_files(given), distinct_names(given)) == (files, names)


def test_one_file_by_two_paths_is_given_twice() -> None:
    with pytest.raises(BadInput, match=r"^a\.pt is given twice; name each model once$"):
        distinct_names([Path("a.pt"), Path("x/../a.pt")])
