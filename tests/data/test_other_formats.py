"""Files as people have them: packed in other ways, of other formats, put together, half filled."""

import bz2
import gzip
import lzma
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ssr_neuro.data import load
from ssr_neuro.errors import BadInput, Note

TABLE = b"user,item,time\nann,x,1500000000\nann,y,1500000060\n"
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "a.csv.gz": gzip.compress,
    "a.csv.bz2": bz2.compress,
    "a.csv.xz": lzma.compress,
}


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("named", [True, False])
def test_packed_files_are_read_whatever_their_name(named: bool, name: str, tmp_path: Path) -> None:
    path = tmp_path / (name if named else "b.csv")
    path.write_bytes(PACKED[name](TABLE))
    dataset = load(path, core="none")
    assert dataset.item_ids == ("x", "y")
    assert dataset.name == ("a" if named else "b")


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_that_are_cut_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(PACKED[name](TABLE)[:-6])
    with pytest.raises(BadInput, match=r"is truncated or damaged .* Fetch it again"):
        load(path, core="none")
    path.write_bytes(PACKED[name](TABLE)[:10] + b"something else altogether")
    with pytest.raises(BadInput, match=r"is truncated or damaged"):
        load(path, core="none")


SECOND = b"bob,x,1500000120\nbob,y,1500000180\n"


@pytest.mark.parametrize("name", PACKED)
def test_a_file_packed_in_two_parts_is_read_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    pack = PACKED[name]
    paddings = [b"", b"\0" * 4, b"\0" * (1 << 17)] if name != "a.csv.bz2" else [b""]
    for padding in paddings:
        path.write_bytes(pack(TABLE) + padding + pack(SECOND) + padding)
        assert load(path, core="none").n_interactions == 4


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("at", [0, 1])
def test_a_damaged_second_part_is_refused(at: int, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    second = bytearray(PACKED[name](SECOND))
    second[at] ^= 1 << 7
    for rest in (second, second[: at + 1], second[:-1]):
        path.write_bytes(PACKED[name](TABLE) + rest)
        with pytest.raises(BadInput, match=rf"{name} is truncated or damaged \(.+\)\. Fetch it ag"):
            load(path, core="none")


@pytest.mark.parametrize(
    ("name", "rest"), [("a.csv.bz2", b"\0" * 4), ("a.csv.bz2", b"\n"), ("a.csv.xz", b"\0" * 5)]
)
def test_bytes_that_no_packer_writes_are_no_padding(name: str, rest: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    for second in (b"", PACKED[name](SECOND)):
        path.write_bytes(PACKED[name](TABLE) + rest + second)
        with pytest.raises(BadInput, match=rf"{name} is truncated or damaged"):
            load(path, core="none")


def test_words_that_begin_like_bzip2_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("BZh9 item other\nBZh8 other item\n")
    assert load(path, core="none").user_ids == ("BZh9", "BZh8")


OTHERS = {
    b"\x28\xb5\x2f\xfd\x00": r"is packed by Zstandard\. Unpack it with: zstd -d .*a\.csv\.",
    b"7z\xbc\xaf\x27\x1c\x00": r"is a 7z archive\. Unpack it",
    b"PAR1\x15\x04": r"is a Parquet file\. Write it as CSV: .*read_parquet\(sys.*a\.csv\.",
    b"\x93NUMPY\x01\x00": r"is a NumPy array",
    b"SQLite format 3\0": r"is an SQLite database",
    b"\x80\x04\x95\x0b": r"is a Python pickle, which is not read",
    "user,item\n".encode("utf-16"): r"is text in UTF-16\. Write it as UTF-8: iconv",
    "user,item\n".encode("utf-32"): r"is text in UTF-32\. Write it as UTF-8: iconv -f UTF-32",
    b"version https://git-lfs.github.com/spec/v1\n": r"is a pointer of Git LFS.*git lfs pull",
    b"<!DOCTYPE html>\n<html>": r"is a page of HTML or XML",
    b"ratings.csv".ljust(257, b"\0") + b"ustar\x0000": r"is a tar archive\. Unpack it with tar -xf",
}


def test_a_remedy_quotes_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "it's mine.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(BadInput) as refused:
        load(path, core="none")
    command = str(refused.value).partition("Write it as CSV: ")[2].removesuffix(".")
    assert shlex.split(command)[-1] == str(path)


@pytest.mark.parametrize(("start", "message"), OTHERS.items(), ids=list(OTHERS.values()))
def test_other_formats_are_refused_by_name(start: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(start)
    with pytest.raises(BadInput, match=message):
        load(path, core="none")
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(start))
    with pytest.raises(BadInput, match=message.partition(r" .*")[0]):
        load(packed, core="none")


def test_a_file_packed_twice_and_a_spreadsheet_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(TABLE)))
    with pytest.raises(BadInput, match=r"\(a\.csv\) is packed twice, by gzip"):
        load(path)
    book = tmp_path / "a.xlsx"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<x/>")
    with pytest.raises(BadInput, match=r"is a spreadsheet or document of Office\. Save it as CSV"):
        load(book)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "user,item\nann,x\nuser,item\n", r"line 3: the header stands here once more"),
        (
            "a.inter",
            "user_id:token\titem_id:token\n1\t2\n3\t4\nuser_id:token\titem_id:token\n",
            r"line 4: the header stands here once more",
        ),
        ("a.inter", "user_id:token\titem_id:token_seq\n1\t2 3\n", r"item_id:token_seq holds a lis"),
        ("a.txt", "# users and items\n1 2 3\n2 3 4\n", r"'# users and items' is a comment"),
        ("a.txt", "% bip unweighted\n1 2\n1 3\n", r"'% bip unweighted' is a comment"),
        (
            "a.txt",
            "visitor clicks\n1 2 3 4\n2 5 6\n",
            r"the first line, 'visitor clicks', reads li",
        ),
        ("a.txt", "ann b\tthe film\nann b\tup\n", r"the users have spaces.*--item-column 2, and"),
        ("a.txt", "a s1 1\na s2 31\nb s1 2\n", r"column 3 holds counts, such as 1: this is a tab"),
        ("a.csv", "user,item\nann,x\rann,y\n", r"line 2: .* has 3 fields and a carriage return"),
        (
            "clicks.dat",
            "1,2014-04-07T10:51:09.277Z,21,0\n",
            r"Of a table, name the columns with --",
        ),
        (
            "a.tsv",
            'user\titem\ttitle\nann\tx\t"Seven\nbob\ty\tUp\ncat\tz\tTwelve"\n',
            r"line 4: a quoted field ends here that began 2 lines before, and holds 'bob\\ty\\tUp'",
        ),
        (
            "a.csv",
            'user_id,item_id,title,timestamp\nann,tea,"Green,1500000000\n'
            'bob,jam,Plum",1500000001\ncat,tea,x,1500000002\n',
            r"line 3: a quoted field ends here that began 1 line before, and holds 'bob,jam,Plum",
        ),
        ("a.json", '{\n "user": 1\n}\n', r"line 1: '\{' is not JSON, .* one each by: jq -c \. OLD"),
        ("a.json", '[ {"user": 1, "item": 2},\n{}]\n', r"is one JSON array\. Give one object a li"),
        (
            "a.json",
            '{"user": "a", "item": 1}\n' * 120 + '{"user": "a", "item": 1, "date": "2017-01-01"}\n',
            r"line 121: 'date' looks like a time, and the first 100 records have none\. Leave out",
        ),
        (
            "a.csv",
            "user_id,item_id,time,features\n" + "1,2,3,0.1,0.2\n" * 3,
            r"line 2: .* 5 fields\. The header names fewer columns than the lines have\. Name the",
        ),
        ("a.json", '{"user": "a", "item": NaN}\n', r"line 1: no text or number under 'item', but"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        load(path, core="none")


LINE_ENDS = {
    "\r": r"end in a carriage return alone, as on old Macs; write it anew with: tr '\\r' '\\n'",
    "\v": r"end in '\\x0b' alone; write a line feed \(\\n\) in place of each",
    "\u2028": r"end in '\\u2028' alone; write a line feed",
}


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("last", ["", "\n"])
def test_other_line_ends_are_named(last: str, end: str, tmp_path: Path) -> None:
    for name, lines in (("a.csv", ["user,item", "ann,x", "ann,y"]), ("a.txt", ["ann x", "bob y"])):
        path = tmp_path / name
        path.write_bytes((end.join(lines) + last).encode())
        with pytest.raises(BadInput, match=rf"{name}: line ends are .* Its lines {LINE_ENDS[end]}"):
            load(path, core="none")


def test_bytes_without_line_ends_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.lzma"
    path.write_bytes(b"]\0\0\r" + bytes(range(128, 255)))
    with pytest.raises(BadInput, match=r"line 1: a zero byte, so this is no UTF-8 text"):
        load(path, core="none")


def test_carriage_returns_in_a_quoted_text_are_no_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'user,item,review\nann,x,"good\rcheap\rsmall\rlight"\n')
    assert load(path, core="none", time_column="none").n_interactions == 1


def test_millions_of_blank_lines_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"user,item\n" + b"\n" * 9_000_000 + b"ann,x,5\n"))
    with pytest.raises(BadInput, match=r"line 9000002: 'ann,x,5' has 3 fields"):
        load(path, core="none")


def test_a_table_of_more_columns_than_are_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item" + ",x" * 9_999 + "\n" + "ann,y" + ",1" * 9_999 + "\n")
    message = r"line 1: has 10,001 columns, at most 10,000 are read\. Leave out those that hold no"
    with pytest.raises(BadInput, match=message):
        load(path, core="none")


def test_columns_that_tell_the_same_or_were_named_are_not_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,asin,parent_asin,time\n1,2,3,1500000000\n")
    assert load(path, core="none").notes == ()
    path.write_text("user,track_id,artist_id,time\n1,2,3,1500000000\n")
    dataset = load(path, core="none", item_column="artist_id")
    assert (dataset.item_ids, dataset.notes) == (("3",), ())


def test_users_may_have_names_like_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ann x y\n#bob y z\ncat x z\n")
    assert load(path, core="none").user_ids == ("ann", "#bob", "cat")


def test_a_header_over_numbers_is_no_interaction_though_columns_are_numbered(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("guest,place\n1,7\n1,8\n")
    dataset = load(path, core="none", user_column="1", item_column="2")
    assert (dataset.user_ids, dataset.item_ids) == (("1",), ("7", "8"))
    path.write_text("ann,park\nbob,zoo\n")
    assert load(path, core="none", user_column="1", item_column="2").user_ids == ("ann", "bob")


@pytest.mark.parametrize("word", ["NULL", "nan", "NA", "#N/A", "NaT", r"\N"])
def test_missing_users_are_named(word: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"user,item\n{word},x\n{word},y\nann,x\n")
    with pytest.warns(Note, match=r"a: 2 interactions have '.*' as their user, as programs write"):
        load(path, core="none")
    path.write_text(f"user,item\nann,x\nann,{word}\n")
    with pytest.warns(Note, match=r"a: 1 interactions have '.*' as their item"):
        load(path, core="none")


def test_interactions_that_are_there_twice_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,time\n" + "ann,x,1500000000\nann,y,1500000060\n" * 2)
    with pytest.warns(Note, match=r"a: 2 of 4 interactions repeat another with the same user, ite"):
        load(path, core="none")
    assert load(path, core="none", duplicates="first").notes == ()


def test_quoted_text_over_several_lines_is_one_field(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('user,item,review,time\nann,x,"good,\n\nshort\nand cheap",1500000000\n')
    assert load(path, core="none").n_interactions == 1


def test_a_clock_time_has_its_time_of_day(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,date,hourmin,time_ms\n1,2,20220408,1200,1649412000000\n")
    assert load(path, core="none").notes == ()


def test_marks_that_nobody_sees_are_no_part_of_an_id(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item\nann,x\n\ufeffann,y\n\u200bann \u2060,z\n", encoding="utf-8")
    assert load(path, core="none").user_ids == ("ann",)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("user,item\n1.23457E+15,x\n", r"1 user ids are numbers with their last digits rounded aw"),
        ("user,item,is_click\nann,x,0\n", r"read as an interaction, whatever its is_click says"),
        (
            "user,track_id,artist_id\n1,2,3\n",
            r"the items are read from track_id, and artist_id is left unread, which .* --item-col",
        ),
        ("User ID,user_id,item\n1,2,3\n", r"the users are read from User ID, and user_id is left"),
        ("visitorid,itemid,event\n1,2,view\n", r"every line is read .* its event says\. Remove"),
        ("user,item,action_type\n1,2,view\n", r"interaction, whatever its action_type says\. Rem"),
        (
            "user,item\n1.0,7\n1,8.0\n1,8\n",
            r"1 user ids come with and .*\. Write them alike\. 1 item ids come with and without",
        ),
        (
            "user,item,Date,hour_min\n1,2,20220408,1200\n",
            r"of the time only Date is read, and hour_min is left unread, which may hold the rest",
        ),
        ("user;itemId;timeframe;eventdate\n1;2;526309;2016-05-09\n", r"only eventdate .* timefr"),
        ("user,item,date,time\n1,2,20220408,2359\n", r"only time is read, and date is left unread"),
    ],
)
def test_what_looks_wrong_is_noted(text: str, note: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.warns(Note, match=note):
        load(path, core="none")
