"""A quote in a text table joins what is one cell and nothing else; else the file is refused."""

import csv
import io

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from table_studies import answers, assert_the_same, run, stored

from reports.cli import main
from survey.errors import ExportError
from survey.exports.text_tables import text_cells

CELLS = st.text(alphabet='ab ,;"\n', max_size=8).map(str.strip)


def read(text):
    return text_cells(text.encode(), "a.csv", "utf-8")[0].tolist()


def refused(text):
    with pytest.raises(ExportError) as error:
        read(text)
    return str(error.value)


def written(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def could_be_rows(cell, width):
    """Say whether a cell over several lines has the separators of whole rows, which is refused."""
    lines = [line.count(",") for line in cell.split("\n")]
    return len(lines) > 1 and (max(lines) >= width - 1 or sum(lines) >= (width - 1) * (len(lines) - 1))


@settings(max_examples=300, deadline=None)
@given(st.integers(2, 6).flatmap(lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w), max_size=8)))
@example([[";", "", ",\n,\n;"]])  # its first two lines have the separators of a row, all three have not
@example([["a", 'b"'], ['"', '""'], ['","', '",'], ["x", 'say "so", please']])
@example([["1", 'two\nlines, one "comma"', "", ""], ["2", "\n".join(["c"] * 9), "", ""]])
def test_whatever_a_writer_of_csv_writes_is_read_back_or_refused_by_row(rows):
    header = [f"q{i}" for i in range(len(rows[0]) if rows else 2)]
    assume(all(row[0] and row[-1] for row in rows) or all("\n" not in cell for row in rows for cell in row))
    text = written([header, *rows])
    doubtful = [row for row in rows for cell in row if could_be_rows(cell, len(header))]
    if doubtful:
        place = rows.index(doubtful[0]) + 2
        assert f"a.csv, row {place}: " in refused(text)
    else:
        assert read(text) == [header, *rows]


def test_a_remark_of_two_lines_stays_one_cell():
    text = 'n,town,remark\n1,"North","dear, but\nnear"\r\n2,South,"he said ""no"""\n3,South,5" tall\n'
    rows = [["1", "North", "dear, but\nnear"], ["2", "South", 'he said "no"'], ["3", "South", '5" tall']]
    assert read(text) == [["n", "town", "remark"], *rows]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (['1,North,"dear', "2,South,near", '3,North,"far', "4,South,"], "row 2: has a cell that opens with"),
        (['1,"North,dear', '2,South",near', "3,North,"], "takes in as many separators as whole rows have"),
        (['1,North,"dear" indeed', "2,South,"], "goes on after the quote that closes it"),
        (
            ["1,North,near", '2,South,"far'],
            'row 3: has a cell that opens with a quote (") that is never closed',
        ),
        (["1,North,near", '2, "South",far'], "row 3: has blanks before a quote"),
        (['1,North,"two', 'lines"', '2,"So"uth,far'], "row 3: has a cell"),
    ],
)
def test_a_stray_quote_is_refused_at_the_row_where_it_opens(rows, words):
    said = refused("\n".join(["n,town,remark", *rows, ""]))
    assert words in said
    assert "; " in said
    assert "dear" not in said


def test_a_stray_quote_in_the_header_takes_no_row_in():
    assert "row 1: " in refused('n,"town,remark\n1,North",near\n2,South,far\n')
    assert read('n,"town?\n(one only)",remark\n1,North,x\n')[0] == ["n", "town?\n(one only)", "remark"]


def test_rows_are_counted_as_a_spreadsheet_counts_them_below_blank_lines():
    assert "a.csv, row 4: " in refused('\n\nn,town\n1,"No"rth\n')


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_folder_reads_the_same_rows_as_a_file(tmp_path, separator):
    frame = answers(200)
    frame["note"] = np.resize(['two\nlines, "one" of them', '5" tall', "a;b", 'all ""'], len(frame))
    expected = run(stored(tmp_path, frame, "file"))
    path = stored(tmp_path, frame, "csv")
    for part in (tmp_path / "csv").iterdir():
        rows = list(csv.reader(io.StringIO(part.read_text(encoding="utf-8"), newline="")))
        with part.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=separator).writerows(rows)
    assert_the_same(run(path), expected)


@pytest.mark.parametrize("spoilt", ['"east,', '"ea"st,', ' "east",', 'no,"east",yes,"\nno,'])
def test_a_folder_refuses_what_a_file_refuses_in_the_same_words(tmp_path, capsys, spoilt):
    frame = answers(90)
    said = []
    for form, file in (("file", tmp_path / "one.csv"), ("csv", tmp_path / "csv" / "part-0.csv")):
        path = stored(tmp_path, frame, form)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join([*lines[:9], spoilt + lines[9], *lines[10:]]), encoding="utf-8")
        capsys.readouterr()
        assert main(["check", str(path)]) == 2
        said.append(capsys.readouterr().err.replace(file.name, "FILE"))
    assert said[0] == said[1]
    assert "FILE, row 10: has " in said[0]


def test_parts_with_different_separators_are_refused(tmp_path, capsys):
    path = stored(tmp_path, answers(90), "csv")
    part = tmp_path / "csv" / "part-1.csv"
    part.write_text(part.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert "part-1.csv: is not separated as part-0.csv is; write all files" in capsys.readouterr().err
