"""Titles from tables of anybody."""

from pathlib import Path

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.serving.titles import read_titles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('id,title\n1,"Heat, the film"\n2,Se7en\n', {"1": "Heat, the film", "2": "Se7en"}),
        ("movieId,genres,title\n1,x,Heat\n", {"1": "Heat"}),
        ("item_id:token\tmovie_title:token_seq\n1\tHeat, the film\n", {"1": "Heat, the film"}),
        ("title;asin\nHeat;B00\n\nHeat 2;B00\n", {"B00": "Heat"}),
        ("\ufeffid,name\r\n1,Caf\u00e9\r\n", {"1": "Caf\u00e9"}),
        ('id,title\n1,"two\nlines"\n', {"1": "two lines"}),
        ("id,title\n", {}),
        ('"id", "title"\n1, "Heat, the film"\n', {"1": "Heat, the film"}),
        ('id\ttitle\n1\t"Great" Cats\n2\t"Heat"\n', {"1": '"Great" Cats', "2": "Heat"}),
        (
            'id\ttitle\n1\t"""Heroes"" live"\n2\tThe "best"\n',
            {"1": '"Heroes" live', "2": 'The "best"'},
        ),
        (
            'item_id:token\tmovie_title:token_seq\n1\t"Great" Cats\n2\t"Heat\n3\tAlien\n',
            {"1": '"Great" Cats', "2": '"Heat', "3": "Alien"},
        ),
    ],
)
def test_titles_are_found_by_the_header(text: str, found: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8", newline="")
    assert read_titles(tmp_path / "t.csv") == found


def test_what_steers_a_terminal_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,title\n1,a\x1b[31mred\x07\u202e\n", encoding="utf-8")
    assert read_titles(tmp_path / "t.csv") == {"1": "a\ufffd[31mred\ufffd\ufffd"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,Heat\n", r"no column of ids in the header '1', 'Heat'; call one id"),
        (b"id,year\n1,2\n", r"no column of titles in the header 'id', 'year'; call one title"),
        (b"id,title\n1\n", r"t\.csv, line 2: 1 fields, and the header has 2"),
        (b"id,title\n1,\xe9\n", r"\(not UTF-8: .* at byte .*iconv"),
        (b"", r"no column of ids in the header"),
        (b"id," + b"x" * 200_000 + b"\n1,Heat\n", r"t\.csv, line 1: field larger than .*write `id"),
        (b"id,title\n1," + b"x" * 200_000, r"t\.csv, line 2: field larger than .*write `id,title"),
        (
            b'id\ttitle\n1\t"Heroes\n2\tAlien\n3\tBrazil\n',
            r"t\.csv, line 2: unexpected end of data; write `id,title` .*\. A quote that opens a "
            "field must close it; where it is part of the text, write two",
        ),
        (
            b'id\ttitle\n0\tHeat\n1\t"Heroes\n2\tAlien\n3\tBrazil"\n',
            r"t\.csv, line 5: a quoted field ends here that began 2 lines before, and holds "
            r"'2\\tAlien', which reads like a line of its own\. Close the quote",
        ),
        (
            b'id,title\n1,"Heat\n2,Alien"\n',
            r"t\.csv, line 3: a quoted field ends here that began 1 line before, and holds '2,Ali",
        ),
        (b'id,title\n1,"Great" Cats\n', r"""t\.csv, line 2: ',' expected after '"'; write `id,"""),
        (b"id\r,title\n1,Heat\n", r"t\.csv, line 1: new-line character .*write `id,title`"),
    ],
)
def test_other_tables_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(BadInput, match=message):
        read_titles(tmp_path / "t.csv")
