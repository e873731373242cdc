"""Limits of the input, each tried on either side: the figure at which a rule changes its mind."""

import io
import zipfile

import pytest
from broken_exports import as_xlsx
from people import flagged, person
from tiny_study import tiny_answers

from survey import ExportError, MarginError
from survey.exports.workbooks import SMALL, workbook_cells
from survey.responses.number_cells import read_numbers
from survey.screening.repeats import MOST_EARLIER
from survey.study.questionnaire import Label, Missing, Question
from survey.text import decode
from survey.weighting.margins.categories import collapse
from survey.weighting.margins.margins import agreed_total, margins_from_values


@pytest.mark.parametrize(("off", "sound"), [(9e-7, True), (2e-6, False), (-9e-7, True), (-2e-6, False)])
def test_shares_of_a_margin_add_up_to_1_within_a_millionth(off, sound):
    figures = {"sex": {"f": 0.5, "m": 0.5 + off}}
    if sound:
        assert margins_from_values(figures, where="margins")[0].use == "shares"
    else:
        with pytest.raises(MarginError):
            margins_from_values(figures, where="margins")


def test_one_person_is_a_count_and_less_is_a_share():
    for other in (0.5, 5e-4):
        assert margins_from_values({"sex": {"f": 1.0, "m": other}}, where="margins")[0].use == "counts"


@pytest.mark.parametrize(("second", "sound"), [(1005, True), (1006, False), (995, True), (994, False)])
def test_counts_of_two_margins_differ_by_at_most_half_a_hundredth(second, sound):
    both = margins_from_values(
        {"sex": {"f": 400, "m": 600}, "town": {"a": 500, "b": second - 500}}, where="margins"
    )
    if sound:
        assert agreed_total(list(both)) == 1000
    else:
        with pytest.raises(MarginError, match="different populations: 1,000"):
            agreed_total(list(both))


def test_a_category_of_exactly_the_least_number_is_left_alone():
    assert collapse({"a": 30, "b": 40}, [("a", "b")], minimum=30) == ((("a",), ("b",)), ())
    assert collapse({"a": 29, "b": 40}, [("a", "b")], minimum=30) == ((("a", "b"),), ())
    assert collapse({"a": 30, "b": 40}, "neighbours", minimum=30) == ((("a",), ("b",)), ())
    assert collapse({"a": 29, "b": 40}, "neighbours", minimum=30) == ((("a", "b"),), ())
    assert collapse({"a": 30}, (), minimum=30)[1] == ()
    assert collapse({"a": 29}, (), minimum=30)[1] == ("a",)
    assert collapse({"a": 30}, "neighbours", minimum=30)[1] == ()
    assert collapse({"a": 29}, "neighbours", minimum=30)[1] == ("a",)


@pytest.mark.parametrize(("between", "found"), [(MOST_EARLIER - 1, 1), (MOST_EARLIER, 0)])
def test_a_response_is_compared_with_two_hundred_before_it(tmp_path, between, found):
    assert MOST_EARLIER == 200
    # Different answers, by their digits of base 3: none is like another in nine of ten.
    others = [f"{i:08b}".replace("0", "aa").replace("1", "bb")[:10] for i in range(between)]
    rows = [person("c" * 10, at="09:00:00", ip="203.0.113.1")]
    rows += [person(text, at="09:00:00", ip="203.0.113.1") for text in others]
    rows.append(person("c" * 10, at="09:00:00", ip="203.0.113.1"))
    last = len(rows) - 1
    assert (last in flagged(tmp_path, rows, "duplicate")) == bool(found)


def packed(unpacked, size):
    """A workbook of a sheet that unpacks to so many bytes, in a file of so many."""
    made = io.BytesIO(as_xlsx([["n"], [1]]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/blank.xml", b" " * unpacked)
    missing = size - len(made.getvalue())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as parts:
        parts.writestr("xl/filling.xml", bytes(missing))
    return made.getvalue()


@pytest.mark.parametrize(("times", "sound"), [(90, True), (110, False)])
def test_a_workbook_may_be_packed_into_a_hundredth(times, sound):
    unpacked = SMALL + 2**20
    data = packed(unpacked, unpacked // times)
    if sound:
        assert workbook_cells(data, "a.xlsx", None)
    else:
        with pytest.raises(ExportError, match="would unpack"):
            workbook_cells(data, "a.xlsx", None)


@pytest.mark.parametrize(("text", "western"), [("Größe,§x §x\n", True), ("Größe,§x §x §x\n", False)])
def test_a_text_is_western_from_half_of_its_letters(text, western):
    assert decode(text.encode("cp1252")) == ((text, "windows-1252") if western else None)


@pytest.mark.parametrize(
    ("valid", "read"),
    [((1500, 9000), 1500), ((1501, 9000), None), ((0, 1.5), 1.5), ((0, 1.4), None), ((0, 9000), None)],
)
def test_the_ends_of_the_valid_numbers_are_valid(valid, read):
    question = Question("q", "number", Label((("en", "Fee"),)), None, column="Fee", valid=valid)
    if read is None:
        with pytest.raises(ExportError, match="1500"):
            read_numbers(question, ["1,500"], lambda i: f"row {i + 2}")
    else:
        assert read_numbers(question, ["1,500"], lambda i: f"row {i + 2}")[0] == [read]


def test_a_number_outside_the_valid_ones_is_no_answer(tmp_path):
    tables = '[questions.fee]\nkind = "number"\ncolumn = "fee"\ntext = "Fee"\nvalid = [300, 9000]\n'
    fees = tiny_answers(tmp_path, tables, "fee\n299\n300\n301\n8999\n9000\n9001\n").answers["fee"]
    invalid = fees.missing == Missing.INVALID
    assert invalid.tolist() == [True, False, False, False, False, True]
