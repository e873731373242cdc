"""Awkward studies are printed without a text outside the page or over another; see `make layout` for all."""

import drawn_studies
import pytest

SHAPES = drawn_studies.shapes()
CHOSEN = [0, 1, *range(2, 60, 12)]


@pytest.mark.parametrize("number", CHOSEN, ids=lambda i: SHAPES[i].name)
def test_no_text_lies_outside_the_page_or_over_another(tmp_path, number):
    for path in drawn_studies.printed(SHAPES[number], tmp_path):
        assert drawn_studies.faults(path) == []


def test_the_check_finds_what_it_is_for():
    box = (10.0, 10.0, 50.0, 20.0)
    assert drawn_studies._overlaps([(box, "a"), ((30.0, 12.0, 70.0, 22.0), "b")]) == [("a", "b")]
    assert drawn_studies._overlaps([(box, "a"), ((50.0, 10.0, 70.0, 20.0), "b")]) == []


def test_what_an_interval_leaves_out_stays_on_page_1_of_the_longest(tmp_path):
    import pypdfium2

    zh, _, en, _ = drawn_studies.printed(SHAPES[0], tmp_path)
    for path, words in ((zh, "怎样理解"), (en, "How to read this")):
        document = pypdfium2.PdfDocument(path)
        assert words in document[0].get_textpage().get_text_range()
        document.close()


def test_sixty_shapes_have_every_extreme():
    assert len(SHAPES) == 60
    assert {s.options for s in SHAPES} >= {2, 30}
    assert {s.groups for s in SHAPES} >= {0, 1, 40}
    assert {s.waves for s in SHAPES} >= {1, 8}
    assert {s.withheld for s in SHAPES} == {"none", "one group", "all groups", "everything"}
