"""Everything that cannot be read ends in one BadInput that says where and what to do."""

import gzip
import lzma
import zipfile
from pathlib import Path

import pytest

from ssr_neuro.data import generate, load
from ssr_neuro.errors import BadInput

INTER = "user_id:token\titem_id:token\ttimestamp:float\n"
LINES = [
    (
        "a.inter",
        "user_id:token\trating:float\n1\t2\n",
        r"line 1: no column of items among 'user_id', 'rating'",
    ),
    (
        "a.inter",
        "user_id:token,item_id:token\n1,2\n",
        r"line 1: no column .* single tabs",
    ),
    ("a.inter", INTER + "1\t2\t3\n1\t2\n", r"line 3: '1\\t2' has 2 fields"),
    ("a.inter", INTER + "1\t2\t3\t4\n", r"line 2: '1\\t2\\t3\\t4' has 4 fields"),
    ("a.inter", INTER + "1\t2\t3\n\n1\t2\tsoon\n", r"line 4: timestamp 'soon' is not a number"),
    ("a.inter", INTER + "1\t2\tnan\n", r"line 2: timestamp 'nan' is not a number"),
    ("a.inter", INTER + "1\t\t3\n", r"line 2: the item is empty\. An \.inter file has"),
    ("a.inter", INTER + "\t1\t3\n", r"line 2: the user is empty"),
    ("a.inter", INTER, r"a\.inter has a header but no interactions\. Give a file with some"),
    ("ratings.dat", "1::2::3::4\n1,2,3,4\n", r"line 2: '1,2,3,4' has 1 field\. A line of rat"),
    ("ratings.dat", "1::2::3::\n", r"line 1: time '' is not a number"),
    (
        "ratings.csv",
        "userId,movieId,rating\n1,2,3\n",
        r"line 1: no column of times .*give --time-column none\. rat",
    ),
    ("Toys.csv", "item,user,rating,timestamp\n", r"has a header but no interactions"),
    ("Toys.csv", "a;b;5;7\n", r"no user and item among the columns 'a;b;5;7'\. Name them with"),
    ("Toys.csv", "B00000000X,a,5,7\n" * 20 + "B00000000X,a,5\n", r"line 21: .* has 3 fields\. A l"),
    ("a.txt", "1 2 3\n\n4\n", r"line 3: '4' names a user but no item\. A line reads 'user it"),
    ("a.txt", "1,2,3\n", r"a\.txt: '1,2,3' has commas, quotes or brackets between its words"),
    ("a.txt", f"1 {'9' * 257}\n", r"line 1: the item id has 257 characters, at most 256 are read"),
    ("a.txt", f"{'9' * 10_000_000} 1\n", r"the user id has 10000000 characters.*'9{37}\.\.\.'"),
    ("a.json", "{'username': 'a'}\n", r"line 1: no column of items among 'username'"),
    ("a.json", "{'username': __import__('os')}\n", r"line 1: .* is not a Python literal"),
    ("a.json", "{'username'\n", r"line 1: .* is not a Python literal"),
    ("a.json", "[" * 100_000 + "\n", r"line 1: .* is not a Python literal"),
    ("a.json", "{'a': [" + "0," * 600_000 + "]}\n", r"line 1: .* has more than 1 MiB, the most"),
    ("a.json", "[1]\n", r"line 1: '\[1\]' is not an object with names and values"),
    ("a.json", "[{}\n]", r"a\.json is one JSON array\. Give one object a line, as made by: jq"),
    (
        "a.json",
        '{"user_id": "a", "asin": "b"}\n{"user_id": "a", "asin": null}\n',
        r"line 2: no text or number under 'asin', but 'None'\. Leave such records out, or name",
    ),
    ("a.json", '{"user_id": "a", "asin": "b", "user_id": "c"}\n', r"line 1: a key stands twice"),
    ("a.json", '{"user_id": "a", "asin": "b"}\n{"user_id"\n', r"line 2: .* is not JSON\. A line"),
    (
        "a.json",
        "{'username': 'a', 'product_id': 'b', 'date': 'Posted May 3'}\n",
        r"line 1: date 'Posted May 3' is not a number, nor .*54\. .* 'date' \('2017-12-31'\)",
    ),
    (
        "combined_data_1.txt",
        "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n",
        r"line 1: '1:' names an item for the lines below it, as the files of the Netflix Prize do",
    ),
    ("a.csv.gz", "user,item\n1,2\n", r"a\.csv\.gz is not packed, whatever its ending \.gz says"),
    ("a.bin", "1 2 3\n", r"a\.bin: neither the name nor the first .* are inter, table, sequ"),
    ("a.txt", "", r"a\.txt is empty\. Give a file with interactions"),
    ("a.txt", "\n \n", r"a\.txt is empty"),
    ("a.txt", "1 2 3\n", r"a: none of 2 interactions is left after the filter 5-core \(dupl"),
    ("a.txt", "1 2 3\n", r"there are 1 users with 2\.0 on average, and 2 items with 1\.0\. Look"),
]


@pytest.mark.parametrize(("name", "text", "message"), LINES)
def test_bad_line_is_named(name: str, text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        load(path)
    assert list(tmp_path.iterdir()) == [path]


def test_bad_line_far_down_a_long_file_keeps_its_number(tmp_path: Path) -> None:
    path = tmp_path / "ratings.dat"
    good = "1234567::1234567::5::978300760\n"
    path.write_text(good * 300_000 + "1::2::3::x\n" + good * 10)
    with pytest.raises(BadInput, match=r"ratings\.dat, line 300001: time 'x' is not a number"):
        load(path)


def test_bytes_that_are_not_text_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"1 2\n3 \xff\n")
    with pytest.raises(BadInput, match=r"a\.txt, line 2: the bytes are not UTF-8 text\. Save"):
        load(path)


def test_an_error_inside_an_archive_names_archive_and_member(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deep/b.txt", "1 2\n3\n")
    with pytest.raises(BadInput, match=r"a\.zip \(b\.txt\), line 2: '3' names a user"):
        load(path)


@pytest.mark.parametrize("keep", [0, 1, 5, 200, -4], ids=str)
def test_cut_gzip_is_refused(keep: int, tmp_path: Path) -> None:
    whole = gzip.compress("".join(f"u{k} a{k} b{k * k}\n" for k in range(5000)).encode())
    path = tmp_path / "a.txt.gz"
    path.write_bytes(whole[:keep])
    message = r"a\.txt\.gz is (truncated or damaged \(.+\)\. Fetch it again|empty)"
    with pytest.raises(BadInput, match=message):
        load(path)


def test_gzip_with_a_wrong_byte_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress("".join(f"u{k} a{k}\n" for k in range(5000)).encode()))
    packed[len(packed) // 2] ^= 0xFF
    path = tmp_path / "a.txt.gz"
    path.write_bytes(packed)
    with pytest.raises(BadInput, match=r"a\.txt\.gz is truncated or damaged"):
        load(path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "not a zip"])
def test_damaged_zip_is_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "ann x y z\n" * 1000)
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut": whole[:-30],
            "flipped": whole.replace(b"x y z", b"x q z", 1),
            "not a zip": b"ann x y\n",
        }[damage]
    )
    with pytest.raises(BadInput, match=r"a\.zip is truncated or damaged \(.+\)\. Fetch it again"):
        load(path, core="none")


def test_ambiguous_zip_lists_its_members(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.txt", "1 2\n")
        archive.writestr("two.txt", "1 2\n")
    message = r"holds 2 files and none stands out as the data: one\.txt, two\.txt\. Unpack it"
    with pytest.raises(BadInput, match=message):
        load(path)


def test_zip_without_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("folder")
    with pytest.raises(BadInput, match=r"a\.zip holds no file\. Give an archive"):
        load(path)


def test_a_member_without_a_name_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "u1 a b c\nu2 a b c\n")
    content = bytearray(path.read_bytes())
    named = content.index(b"PK\x01\x02")  # where the list of files begins
    content[named + 28 : named + 30] = b"\0\0"  # the length of the name
    content[named + 32 : named + 34] = b"\5\0"  # that of the comment, which stands there now
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"a\.zip holds no file\. Give an archive"):
        load(path)


def test_a_dictionary_beyond_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LZMA declares it, up to 4 GiB."""
    path = tmp_path / "a.txt.xz"
    path.write_bytes(lzma.compress(b"u1 a b c\n"))

    class Unpacker:
        eof, needs_input = False, True

        def decompress(self, *_: object) -> bytes:
            raise MemoryError

    monkeypatch.setattr(lzma, "LZMADecompressor", Unpacker)
    with pytest.raises(BadInput, match=r"a\.txt\.xz needs more memory to be unpacked"):
        load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({8: 1}, r"a\.txt is encrypted\. Unpack it"),
        ({10: 99}, r"a\.txt is packed in a way that can"),
        ({6: 255}, r"a\.zip: the list of its files is packed in a way .*version 25\.5"),
        ({9: 8, 46: 255}, r"a\.zip: the list of its files is packed in a way .*byte 0xff"),
    ],
    ids=["encrypted", "unknown packing", "a version to come", "a name that is no text"],
)
def test_zip_members_beyond_us_are_refused(
    changes: dict[int, int], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "1 2\n")
    changed = bytearray(path.read_bytes())
    directory = changed.index(b"PK\x01\x02")
    for offset, value in changes.items():
        changed[directory + offset] = value
    path.write_bytes(changed)
    with pytest.raises(BadInput, match=message):
        load(path)


def test_missing_file_and_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.txt does not exist\. Give the path of a data"):
        load(tmp_path / "gone.txt")
    with pytest.raises(BadInput, match=r"is a directory\. Give the path of one data file in it"):
        load(tmp_path)


def test_other_trouble_of_the_system_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be read: File name too long"):
        load(tmp_path / ("a" * 5000))


def test_unknown_names_list_the_known() -> None:
    with pytest.raises(BadInput, match=r"unknown reader 'pickle'; there are inter, table, seque"):
        load("a.txt", reader="pickle")
    with pytest.raises(BadInput, match=r"unknown filter '9-core'; there are 5-core, 5-once, none"):
        load("a.txt", core="9-core")
    with pytest.raises(BadInput, match=r"unknown treatment of duplicates 'x'; there are keep, fi"):
        load("a.txt", duplicates="x")


def test_generated_data_take_no_reader_and_no_nonsense() -> None:
    with pytest.raises(BadInput, match=r"reader 'inter' needs a file; the generated data have"):
        load(None, reader="inter")
    with pytest.raises(BadInput, match=r"cannot generate 0 users, 200 items, .* at least 1, 10"):
        generate(users=0)
