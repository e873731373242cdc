"""The separator of a text table splits header and rows alike, or is stated in its first line."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_studies import answers, stored

from reports.cli import main
from survey.errors import ExportError
from survey.exports.delimited import LINES, separator_of
from survey.exports.text_tables import text_cells

QUESTION = "What, if anything, holds you back, now?"
ROWS = [["Nr", QUESTION, "Where?"], ["1", "Quality", "South"], ["2", "Price, mostly", ""]]
WORDS = st.text(alphabet="ab 1,;\t", max_size=6).map(str.strip)


def read(text):
    return text_cells(text.encode(), "a.csv", None)[0].tolist()


def refused(text):
    with pytest.raises(ExportError) as error:
        read(text)
    return str(error.value)


def said_of(text):
    """Return the refusal of a file, or "" if it is read."""
    try:
        read(text)
    except ExportError as error:
        return str(error)
    return ""


def joined(separator, rows=ROWS):
    return "".join(separator.join(row) + "\n" for row in rows)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_commas_in_a_header_do_not_make_it_comma_separated(separator):
    assert read(joined(separator)) == ROWS


def test_a_header_with_a_semicolon_stays_comma_separated():
    rows = [["Nr", "Which one; if any; holds you back?"], ["1", "Quality"], ["2", "Price;Far;Other"]]
    assert read(joined(",", rows)) == rows


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n', "\nsep=;\r"])
def test_a_stated_separator_is_no_row(line):
    above = [[""] * 3] if line.startswith("\n") else []
    assert read(line + joined(";")) == [*above, *ROWS]


def test_a_stated_separator_decides_and_rows_are_counted_below_it():
    rows = [["a, b", "c"], ["1,5", "2"], ["2,5", "3"]]
    assert read("sep=;\n" + joined(";", rows)) == rows
    assert "a.csv, row 3: has 2 cells under 3 headers" in refused("sep=|\na|b|c\n1|2|3\n1|2\n")


def test_a_file_that_two_signs_split_alike_is_refused_by_name():
    said = refused("weight, kg;age\n1,5;34\n2,5;40\n")
    assert said.startswith(
        "a.csv: has rows that can be split in 2 ways (by comma into 2, by semicolon into 2 cells)"
    )
    assert "write the separator in a line above the header, such as sep=;" in said


def test_a_row_that_is_cut_off_is_named_whatever_the_header_holds():
    assert "a.csv, row 3: has 2 cells under 3 headers" in refused(
        joined(";", [*ROWS[:2], ["2", "x"], ROWS[2]])
    )


def test_a_sample_that_ends_inside_a_cell_decides_too():
    rows = ["Nr;Why, in a word?\n", *(f"{i};no\n" for i in range(LINES - 2)), '9;"two\n', 'lines"\n']
    assert separator_of(rows, "a.csv") == ";"
    assert separator_of(["only, a header"], "a.csv") == ","
    assert separator_of([], "a.csv") == ","


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([",", ";", "\t"]),
    st.integers(2, 5).flatmap(lambda w: st.lists(st.lists(WORDS, min_size=w, max_size=w), min_size=1)),
)
def test_a_table_with_its_separator_stated_is_read_back(separator, rows):
    rows = [["n", *rows[0][1:]], *rows]
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    assert read(f"sep={separator}\r\n" + stream.getvalue()) == rows
    if "rows that can be split in" not in said_of(stream.getvalue()):
        assert read(stream.getvalue()) == rows


def test_folders_take_the_same_separators(tmp_path, capsys):
    path = stored(
        tmp_path, answers(90).rename(columns={"note": "note, if any, at all, from you, to us, on it"}), "csv"
    )
    path.write_text(
        path.read_text(encoding="utf-8").replace('"note"', '"note, if any, at all, from you, to us, on it"'),
        encoding="utf-8",
    )
    parts = sorted((tmp_path / "csv").iterdir())
    for part in parts:
        rows = [*csv.reader(io.StringIO(part.read_text(encoding="utf-8")))]
        part.write_text(joined(";", rows), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    capsys.readouterr()
    parts[1].write_text("sep=;\n" + parts[1].read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert "part-1.csv: begins with a line that states its separator; remove" in capsys.readouterr().err
