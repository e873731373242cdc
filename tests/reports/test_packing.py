"""Blocks packed into pages: in order, within the page, none nearly empty, headings with what they head."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.page.packing import GAP, LEAST, Brick, Row, height_of, left_out, packed, rows_of

ROOM = 264.0
BRICKS = st.lists(
    st.builds(
        Brick,
        st.sampled_from("abcdefgh"),
        st.floats(5, ROOM - 40),
        wide=st.booleans(),
    ),
    max_size=14,
)


def places(pages):
    return [place for page in pages for row in page.rows for place in (*row.left, *row.right)]


@given(BRICKS)
def test_every_block_stands_once_in_its_order_and_within_the_page(bricks):
    pages = packed(bricks, ROOM)
    assert places(pages) == list(range(len(bricks)))
    for page in pages:
        assert height_of(page.rows, bricks) <= ROOM + 1e-9
        assert page.filled == pytest.approx(height_of(page.rows, bricks) / ROOM)
        drawn = height_of(page.rows, bricks) + (page.gap - GAP) * (len(page.rows) - 1)
        assert drawn <= ROOM + 1e-9


@given(BRICKS)
def test_what_is_kept_after_some_is_printed_elsewhere_fills_its_pages(bricks):
    away = left_out(bricks, ROOM)
    kept = [brick for brick in bricks if brick.section not in away]
    assert all(page.filled >= LEAST for page in packed(kept, ROOM))
    assert len(away) == len(set(away))


@given(BRICKS)
def test_no_fewer_pages_would_hold_the_blocks(bricks):
    pages = packed(bricks, ROOM)
    one_after_another, start = 0, 0
    while start < len(bricks):  # each page as full as it gets
        end = start + 1
        while end < len(bricks) and height_of(rows_of(bricks[start : end + 1], start), bricks) <= ROOM:
            end += 1
        one_after_another, start = one_after_another + 1, end
    assert len(pages) <= one_after_another


def test_a_heading_stands_on_the_page_of_the_block_after_it():
    bricks = [Brick("a", 200), Brick("b", 20, keeps=True), Brick("b", 60)]
    first, second = packed(bricks, ROOM)
    assert (places([first]), places([second])) == ([0], [1, 2])


def test_pages_are_about_equally_full_by_hand():
    # Three of 120 fit two and one, or one and two; four of 100 need two pages of two, not three and one.
    pages = packed([Brick("a", 80) for _ in range(4)], ROOM)
    assert [len(page.rows) for page in pages] == [2, 2]


def test_neighbours_of_half_a_width_stand_in_two_columns_of_about_equal_height():
    halves = [Brick("a", height, wide=False) for height in (30, 30, 70)]
    assert rows_of(halves) == [Row((0, 1), (2,))]
    assert height_of(rows_of(halves), halves) == 70
    assert rows_of([*halves, Brick("b", 9)], 0)[1] == Row((3,))


def test_a_block_taller_than_a_page_has_one_of_its_own():
    pages = packed([Brick("a", 30), Brick("b", 400), Brick("c", 120)], ROOM)
    assert [places([page]) for page in pages] == [[0], [1], [2]]
    assert pages[1].filled == 1.0
    assert pages[1].gap == GAP
