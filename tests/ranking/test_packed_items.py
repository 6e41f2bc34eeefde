"""Items as bits: every kernel gives the scores and the order of a plain recomputation."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ssr_neuro.errors import BadInput, Mismatch
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.files import output_folder
from ssr_neuro.native import build, compiler, variants
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.ranking import PackedItems, kernel
from ssr_neuro.ranking.layout import LANES

NUMBA = "numba"
NAMES = [v.name for v in variants.runnable()] if compiler.find() else []
CODES = np.array([[[1, 0]], [[1, 1]]], np.uint8)  # two items, T = 1, D = 2


@pytest.fixture(params=[NUMBA, *NAMES], scope="module")
def kernel_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def chosen(kernel_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test on every kernel that this machine can run."""
    library = None
    if kernel_name != NUMBA:
        variant = next(v for v in variants.runnable() if v.name == kernel_name)
        built = build.load("topk", kernel.SOURCE, headers=kernel.HEADERS, variant=variant)
        library = kernel.with_types(built)
    monkeypatch.setattr(kernel, "_library", lambda: library)


def plain_scores(codes: Bits, bias: Ints, readouts: Ints) -> list[list[int]]:
    """In Python's own whole numbers, item by item."""
    flat, sums = codes.reshape(len(codes), -1), []
    for h in readouts.reshape(len(readouts), -1).tolist():
        sums.append(
            [
                int(b) + sum(x for x, bit in zip(h, code, strict=True) if bit)
                for code, b in zip(flat.tolist(), bias.tolist(), strict=True)
            ]
        )
    return sums


def plain_order(scores: list[int], k: int) -> list[int]:
    return sorted(range(len(scores)), key=lambda row: (-scores[row], row))[:k]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Bits, Ints, Ints, int]:
    """Codes, biases, readouts of any size, many of them equal, and k."""
    items = draw(st.integers(1, 3 * LANES + 1))
    steps, features = draw(st.sampled_from([(1, 1), (1, 15), (2, 8), (4, 9), (3, 40)]))
    samples = draw(st.integers(1, 6))
    largest = draw(st.sampled_from([1, 3, 700, 40_000, 9_000_000, 2**29, 2**40]))
    numbers = st.integers(-largest, largest)
    few = st.sampled_from([-largest, 0, 1, largest])
    element = draw(st.sampled_from([numbers, few]))
    codes = draw(arrays.arrays(np.uint8, (items, steps, features), elements=st.integers(0, 1)))
    bias = draw(arrays.arrays(np.int64, items, elements=element))
    readouts = draw(arrays.arrays(np.int64, (samples, steps, features), elements=element))
    return codes, bias, readouts, draw(st.integers(1, items + 3))


@given(case=cases())
def test_scores_and_order_are_those_of_a_plain_recomputation(
    case: tuple[Bits, Ints, Ints, int],
) -> None:
    codes, bias, readouts, k = case
    items, expected = PackedItems.of(codes, bias), plain_scores(codes, bias, readouts)
    np.testing.assert_array_equal(items.scores(readouts), expected)
    found = items.top(readouts, k)
    order = [plain_order(scores, k) for scores in expected]
    np.testing.assert_array_equal(found.rows, order)
    np.testing.assert_array_equal(
        found.scores, [[s[i] for i in o] for s, o in zip(expected, order, strict=True)]
    )
    np.testing.assert_array_equal(items.codes(np.arange(len(codes))), codes)
    np.testing.assert_array_equal(items.bias, bias)


def test_scores_add_the_readout_where_the_code_fires() -> None:
    items = PackedItems.of(CODES, np.array([10, -1]))
    readouts = np.array([[[3, 4]], [[-5, 2]]])
    np.testing.assert_array_equal(items.scores(readouts), [[13, 6], [5, -4]])


def test_items_that_all_score_alike_come_in_their_order() -> None:
    items = PackedItems.of(np.zeros((1_000, 4, 64), np.uint8), np.full(1_000, -7))
    found = items.top(np.full((5, 4, 64), 3), 40)
    np.testing.assert_array_equal(found.rows, np.tile(np.arange(40), (5, 1)))
    assert (found.scores == -7).all()


@pytest.mark.parametrize("largest", [2_184, 6_000, 70_000, 8_000_000])
def test_sums_that_leave_16_bits_on_the_way_are_whole(largest: int) -> None:
    """Readouts of one sign first, then of the other: sums rise far above what is left."""
    rng = np.random.default_rng(largest)
    codes = rng.integers(0, 2, (200, 4, 64), dtype=np.uint8)
    readouts = np.repeat([largest, -largest], 128).reshape(1, 4, 64) + rng.integers(
        0, 3, (5, 4, 64)
    )
    items, bias = PackedItems.of(codes, np.arange(200)), np.arange(200)
    expected = plain_scores(codes, bias, readouts)
    np.testing.assert_array_equal(items.scores(readouts), expected)
    np.testing.assert_array_equal(
        items.top(readouts, 10).rows, [plain_order(s, 10) for s in expected]
    )


def test_a_bundles_bytes_give_the_same_items() -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 2, (LANES * 515, 2, 9), dtype=np.uint8)  # more than one stretch
    packed = np.packbits(codes.reshape(len(codes), -1), axis=1)
    bias = rng.integers(-9, 9, len(codes))
    ours, theirs = PackedItems.of(codes, bias), PackedItems.of_bits(packed, codes.shape, bias)
    np.testing.assert_array_equal(ours.blocks, theirs.blocks)
    rows = np.array([0, LANES * 512 - 1, LANES * 512, len(codes) - 1])
    np.testing.assert_array_equal(theirs.codes(rows), codes[rows])


def test_an_item_of_256_bits_takes_40_bytes() -> None:
    items = PackedItems.of(np.zeros((3_200, 4, 64), np.uint8), np.zeros(3_200, np.int64))
    assert items.bytes_per_item == 40


def test_a_saved_table_is_mapped_and_gives_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    items = PackedItems.of(
        rng.integers(0, 2, (100, 2, 16), dtype=np.uint8), rng.integers(-9, 9, 100)
    )
    folder = items.save(tmp_path / "items")
    mapped, readouts = PackedItems.open(folder), rng.integers(-99, 99, (3, 2, 16))
    assert isinstance(mapped.blocks, np.memmap)
    np.testing.assert_array_equal(mapped.top(readouts).rows, items.top(readouts).rows)
    np.testing.assert_array_equal(mapped.scores(readouts), items.scores(readouts))
    with pytest.raises(BadInput, match=r"items exists; --overwrite replaces it"):
        items.save(folder)
    items.save(folder, overwrite=True)


def test_a_table_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    items = PackedItems.of(np.ones((100, 2, 16), np.uint8), np.zeros(100, np.int64))
    folder = items.save(tmp_path / "items")
    blocks = folder / "blocks.npy"
    blocks.write_bytes(blocks.read_bytes()[:-1])
    with pytest.raises(BadInput, match=r"blocks\.npy.*pack the items again"):
        PackedItems.open(folder)
    with pytest.raises(BadInput, match="gone"):
        PackedItems.open(tmp_path / "gone")


def test_a_description_that_was_changed_is_refused(tmp_path: Path) -> None:
    items = PackedItems.of(np.ones((100, 2, 16), np.uint8), np.zeros(100, np.int64))
    about = items.save(tmp_path / "items") / "items.json"
    about.write_text(about.read_text().replace('"largest_bias": 0', '"largest_bias": 1'))
    with pytest.raises(Mismatch, match=r"items\.json has changed; pack the items again"):
        PackedItems.open(tmp_path / "items")


def test_what_does_not_fit_is_refused() -> None:
    items = PackedItems.of(CODES, np.array([0, 0]))
    with pytest.raises(BadInput, match="the best 0 of 2 items: ask for at least 1"):
        items.top(np.zeros((1, 1, 2), np.int64), 0)
    for k in (2.5, True, "3"):
        with pytest.raises(BadInput, match=f"the best {k!r} of 2 items: ask for at least 1"):
            items.top(np.zeros((1, 1, 2), np.int64), k)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=r"readouts of shape .1, 3. for codes of 1 x 2"):
        items.top(np.zeros((1, 1, 3), np.int64))


NO_TABLES = (
    (CODES, [0.9, -0.9], "biases are float64 of shape .2,.; give 2 whole numbers, one an item"),
    (CODES, [1], "biases are int64 of shape .1,.; give 2 whole numbers"),
    (CODES, [1, 2, 3], "biases are int64 of shape .3,."),
    (CODES, [0, -(2**63)], "biases run from -9,223,372,036,854,775,808 to 0; give less than 2"),
    (CODES, np.array([0, 2**63 + 5], np.uint64), "biases run from 0 to 9,223,372,036,854,775,813"),
    (CODES * 2, [0, 0], "codes hold 0 to 2; give 0 and 1 alone"),
    (CODES.astype(np.int8) * -1, [0, 0], "codes hold -1 to 0; give 0 and 1 alone"),
    (CODES.astype(float), [0, 0], "codes are float64 of shape .2, 1, 2.; give integers 0 and 1"),
    (CODES[:, 0], [0, 0], "codes are uint8 of shape .2, 2."),
)


@pytest.mark.parametrize(("codes", "bias", "message"), NO_TABLES)
def test_what_is_no_table_of_items_is_refused(codes: Any, bias: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        PackedItems.of(codes, bias)


def test_lists_make_a_table_and_are_scored() -> None:
    items = PackedItems.of([[[1, 0]], [[1, 1]]], [10, -1])  # type: ignore[arg-type]
    np.testing.assert_array_equal(items.scores([[[3, 4]]]), [[13, 6]])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("packed", "shape", "message"),
    [
        (np.zeros((3, 1), np.uint8), (4, 1, 2), "4 items of 1 x 2 bits take uint8 .4, 1."),
        (np.zeros((4, 1), np.uint8), (4, 3, 5), "4 items of 3 x 5 bits take uint8 .4, 2."),
        (np.zeros((4, 1), np.int64), (4, 1, 2), "packed codes are int64 of shape .4, 1.; 4 items"),
        (np.zeros((4, 1), np.uint8), (4, 2), "the shape of the codes is .4, 2.; give .items"),
        (np.zeros((4, 1), np.uint8), (4, 1, 2.0), "the shape of the codes is .4, 1, 2.0."),
    ],
)
def test_bytes_that_do_not_fit_their_shape_are_refused(
    packed: Any, shape: Any, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        PackedItems.of_bits(packed, shape, np.zeros(4, np.int64))


def test_readouts_are_whole_numbers_of_the_shape_of_a_code() -> None:
    items = PackedItems.of(np.ones((2, 2, 3), np.uint8), np.array([0, 2**40]))
    for readouts, message in (
        (np.full((1, 2, 3), 0.9), "readouts are float64 of shape .1, 2, 3.; give whole numbers"),
        (np.array(5), "readouts are int64 of shape ..; give whole numbers .samples, 2, 3."),
        (np.ones((1, 3, 2), np.int64), "readouts of shape .3, 2. for codes of 2 x 3"),
        (np.full((1, 2, 3), 2**63, np.uint64), "may add up to 9.22e.18 in size; scores are exact"),
        (np.full((1, 2, 3), 2**60), "may add up to 6.92e.18 in size; scores are exact below 2"),
    ):
        for ask in (items.scores, items.top):
            with pytest.raises(BadInput, match=message):
                ask(readouts)
    one_row = np.arange(6).reshape(1, 2, 1, 3)
    np.testing.assert_array_equal(items.scores(one_row), [[15, 15 + 2**40]])


@pytest.mark.parametrize("bias", [0, 2**40])
def test_no_samples_have_no_scores(bias: int) -> None:
    items = PackedItems.of(CODES, np.array([0, bias]))
    none = np.zeros((0, 1, 2), np.int64)
    assert items.scores(none).shape == (0, 2)
    assert items.top(none, 1).rows.shape == (0, 1)


def test_items_and_rows_of_no_table_are_refused() -> None:
    items = PackedItems.of(CODES, np.array([0, 0]))
    for ask, refused, message in (
        (items.stimulus, [[-1, 0]], "item -1 of a table of 2 items"),
        (items.stimulus, [[0.5]], "items are float64 of shape .1, 1.; give whole numbers"),
        (items.codes, [2], "row 2 of a table of 2 items"),
        (items.codes, [-1], "row -1 of a table of 2 items"),
    ):
        with pytest.raises(BadInput, match=message):
            ask(refused)  # type: ignore[arg-type]


def test_a_folder_of_something_else_holds_no_packed_items(tmp_path: Path) -> None:
    with output_folder.create(tmp_path / "other", {}) as fresh:
        (fresh / "program.json").write_text("{}")
    with pytest.raises(BadInput, match=r"other holds no items\.json: it is no folder of `Packed"):
        PackedItems.open(tmp_path / "other")


@pytest.mark.parametrize(("steps", "features", "positions"), [(1, 3, 4), (2, 8, 7), (4, 33, 20)])
def test_stimulus_is_that_of_the_item_table(steps: int, features: int, positions: int) -> None:
    rng = np.random.default_rng(steps)
    codes = rng.integers(0, 2, (70, steps, features)).astype(np.uint8)
    bias = np.zeros(70, np.int64)
    windows = rng.integers(0, 71, (5, positions))
    expected = ItemTable(codes, bias, tuple(map(str, range(70)))).stimulus(windows)
    items = PackedItems.of(codes, bias)
    np.testing.assert_array_equal(items.stimulus(windows), expected)
    np.testing.assert_array_equal(items.stimulus(windows.astype(np.int32)), expected)
    windows[3, 1] = 71
    with pytest.raises(BadInput, match="item 71 of a table of 70 items"):
        items.stimulus(windows)
