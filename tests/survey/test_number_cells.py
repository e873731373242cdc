"""Numbers in the formats of people and spreadsheets: read exactly, or refused with both readings."""

import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_study import tiny_answers

from reports.cli import main
from survey.errors import ExportError, StudyError
from survey.responses.number_cells import CELL, FORMATS, SLIP, is_number, read_numbers
from survey.study.questionnaire import Label, Question
from survey.text import normalised


def question(*, unit=None, **declared):
    if unit is not None:
        declared["unit"] = Label((("en", unit),))
    return Question("q", "number", Label((("en", "Fee"),)), None, column="Fee", **declared)


def read(*cells, **declared):
    return read_numbers(question(**declared), cells, lambda i: f"row {i + 2}")[0]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [(("1.200,50", "3"), [1200.5, 3]), (("1,200.50", "1,500"), [1200.5, 1500]),
     (("12,5", "950"), [12.5, 950]),
     (("0,500", "1,250"), [0.5, 1.25]), (("1 200", "950"), [1200, 950]), (("1'200", "950"), [1200, 950]),
     (("0.5", "1.250"), [0.5, 1.25]), (("1.200.000", "3.500"), [1200000, 3500]),
     (("２０００", "5"), [2000, 5]),
     (("950元", "1200", "¥800", "1,500块"), [950, 1200, 800, 1500]), (("50%", "12%", "0"), [50, 12, 0]),
     (("-1.5", "2"), [-1.5, 2]), (("-3",), [-3]), (("约500", "5"), [None, 5])],
)  # fmt: skip
def test_a_column_is_read_in_the_one_format_that_fits_it(cells, numbers):
    assert read(*cells) == numbers


@pytest.mark.parametrize(
    ("cells", "message"),
    [(("950", "1.200"), 'row 3: "1.200" can be read as 1200 or 1.2; write thousands = "." or decimal = "."'),
     (("950", "1,200"), 'row 3: "1,200" can be read as 1200 or 1.2; write thousands = "," or decimal = ","'),
     (("1.5", "1,5"), 'row 3: "1,5" (1.5) is in another format than "1.5" (1.5)'),
     (("100", "100,200,300"), 'row 3: "100,200,300" can be one number or several (100, 200, 300)'),
     (("50%", "0.5"), 'row 3: "0.5" has no unit beside "50%"'), (("2岁", "24"), 'row 3: "24" has no unit'),
     (("2岁", "24个月"), 'row 3: "24个月" is in another unit than "2岁"'),
     (("5", "-99"), 'row 3: "-99" looks like a code for no answer')],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(cells, message):
    with pytest.raises(ExportError) as caught:
        read(*cells)
    assert message in str(caught.value)


def test_what_is_declared_is_read_exactly_so():
    assert read("1.200", "950", thousands=".") == [1200, 950]
    assert read("1.200", "950", decimal=".") == [1.2, 950]
    assert read("1,200", "1.200", decimal=",") == [1.2, None]
    assert read("1,200", "950", valid=(100, 9000)) == [1200, 950]
    assert read("2岁", "24", unit="岁") == [2, 24]
    assert read("9€", "10", unit="€") == [9, 10]
    assert read("-99", "5", valid=(0, 10)) == [-99, 5]
    with pytest.raises(ExportError, match='row 3: "2岁" is not in 个月, the unit declared'):
        read("24", "2岁", unit="个月")


@given(
    st.lists(st.decimals(0, 9_999_999, places=3), min_size=1, max_size=8),
    st.sampled_from(FORMATS), st.integers(0, 3), st.sampled_from(["", "元", "%", "岁", "¥"]), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_known_numbers_in_a_random_format_are_read_exactly_or_refused(
    numbers, form, places, unit, everywhere, told
):
    """Whatever the format, no number is read as another; as declared, each is read."""
    thousands, decimal = form
    numbers = [round(number, min(places, 2) if unit in ("元", "¥") else places) for number in numbers]
    cells = []
    for i, number in enumerate(numbers):
        text = f"{number:,f}".replace(",", "T").replace(".", "D")
        text = text.replace("T", thousands).replace("D", decimal)
        named = unit if everywhere or i == 0 else ""
        cells.append(f"{named}{text}" if unit == "¥" else f"{text}{named}")
    right = [float(number) for number in numbers]
    if told:
        declared = {"decimal": decimal, "thousands": thousands or None}
        assert read(*cells, **declared, unit={"¥": "元", "": None}.get(unit, unit)) == right
    else:
        with suppress(ExportError):
            # Unless its format is declared, 1000,000 is a slip of the keyboard and stays without a number.
            assert read(*cells) == [
                None if SLIP.search(cell) else n for cell, n in zip(cells, right, strict=True)
            ]


TABLE = '[questions.fee]\nkind = "number"\ntext = "Fee"\ncolumn = "Fee"\n'


def test_a_point_between_thousands_is_declared_in_the_study_file(tmp_path):
    rows = "n;Fee\n1;950\n2;1.200\n3;2.500\n"
    with pytest.raises(ExportError, match=r'row 3, question fee: "1.200" can be read as 1200 or 1.2'):
        tiny_answers(tmp_path, TABLE, rows)
    found = tiny_answers(tmp_path, TABLE + 'thousands = "."\n', rows)
    assert list(found["fee"].values) == [950, 1200, 2500]
    found = tiny_answers(tmp_path, TABLE, "n;Fee\n1;950\n2;1.200,50\n")
    assert found.notes == ('question fee: numbers such as "1.200,50" are read as 1200.5',)


@pytest.mark.parametrize(
    ("key", "message"),
    [('thousands = "_"', 'expected one of ",", ".", " "'), ('decimal = ";"', 'expected one of ".", ","'),
     ('decimal = ","\nthousands = ","', "expected another mark than decimal")],
)  # fmt: skip
def test_marks_that_are_none_are_refused(tmp_path, key, message):
    with pytest.raises(StudyError, match=message):
        tiny_answers(tmp_path, TABLE + key + "\n", "Fee\n1\n")


def test_init_declares_the_comma_that_it_sees(tmp_path):
    fees = "".join(f'{i},"{fee}"\n' for i, fee in enumerate(["1,800", "4000", "950", "2,500"] * 5))
    (tmp_path / "a.csv").write_text("n,Fee\n" + fees, encoding="utf-8")
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    drafted = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert 'thousands = ","' in drafted
    assert "# a comma is taken to group thousands, as in 1,800" in drafted


def test_a_text_that_begins_with_a_letter_is_passed_over_since_none_is_a_number():
    letters = [letter for code in range(sys.maxunicode + 1) if (letter := chr(code)).isalpha()]
    assert not any(CELL.fullmatch(normalised(f"{letter}12")) for letter in letters)
    assert not is_number("a12")
    assert is_number("\u200b\uff11\uff12")
