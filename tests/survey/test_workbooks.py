"""Workbooks: which sheet holds the answers, what a cell of an error or a formula is, and bounds."""

import io
import resource
import zipfile

import pytest
import xlsxwriter
from tiny_study import tiny_answers

import survey
from survey.errors import ExportError
from survey.exports.text_tables import text_cells
from survey.exports.workbooks import workbook_cells

WJX = ["序号", "提交答卷时间", "1、您住在哪个区？"]
PIVOT = [["区", "人数"], ["城东", 2], ["城西", 1]]
ANSWERS = [WJX, [1, "2024/9/1 10:00", "城东"], [2, "2024/9/1 10:01", "城西"], [3, "2024/9/1 10:02", "城东"]]


def workbook(**sheets):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name.removeprefix("hidden_"))
            if name.startswith("hidden_"):
                sheet.hide()
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return made.getvalue()


def test_the_only_sheet_with_a_platforms_marks_is_read(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(Pivot=PIVOT, Answers=ANSWERS))
    export = survey.read_export(tmp_path / "a.xlsx")
    assert (export.platform, len(export)) == ("wjx", 3)
    assert 'read sheet "Answers" and not Pivot' in export.notes
    assert len(survey.read_export(tmp_path / "a.xlsx", sheet="Pivot")) == 2


def test_two_sheets_alike_are_refused_with_both_names(tmp_path):
    for data in (workbook(A=ANSWERS, B=ANSWERS), workbook(A=PIVOT, B=PIVOT)):
        (tmp_path / "a.xlsx").write_bytes(data)
        with pytest.raises(ExportError, match=r'2 sheets with data \(A, B\); add sheet = "A"'):
            survey.read_export(tmp_path / "a.xlsx")


def test_a_hidden_sheet_holds_no_answers(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(Seen=PIVOT, hidden_Lists=PIVOT))
    export = survey.read_export(tmp_path / "a.xlsx")
    assert len(export) == 2
    assert export.notes == ("read no hidden sheet (Lists)",)
    assert len(survey.read_export(tmp_path / "a.xlsx", sheet="Lists")) == 2


def edited(data, old, new):
    """Return a workbook with a piece of its first sheet replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w") as after:
        for part in before.infolist():
            text = before.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert old in text
                text = text.replace(old, new)
            after.writestr(part, text)
    return made.getvalue()


def test_errors_and_formulas_without_their_value_are_blank_and_counted():
    data = workbook(A=[["a", "fee"], ["x", 1.5], ["y", 1.234], ["z", 7]])
    data = edited(data, b'<c r="B2"><v>1.5</v></c>', b'<c r="B2" t="e"><v>#N/A</v></c>')
    data = edited(data, b'<c r="B4"><v>7</v></c>', b'<c r="B4"><f>1+1</f><v></v></c>')
    grid, notes = workbook_cells(data, "a.xlsx", None)
    # After three decimals a zero, so that the point is not taken to group thousands.
    assert grid[:, 1].tolist() == ["fee", "", "1.2340", ""]
    assert notes == (
        'column B "fee": cells with an error of the spreadsheet, such as #N/A: 1 (read as blank)',
        'column B "fee": cells with a formula without its value: 1 (read as blank)',
    )


def test_errors_in_a_text_file_are_blank_and_counted(tmp_path):
    table = '[questions.fee]\nkind = "number"\ntext = "Fee"\ncolumn = "Fee"\n'
    found = tiny_answers(tmp_path, table, "n,Fee\n1,#N/A\n2,7\n3,#DIV/0!\n")
    assert found["fee"].missing.tolist() == [1, 0, 1]
    assert found.notes == ('column "Fee": cells with an error of the spreadsheet: 2 (read as blank)',)


@pytest.mark.parametrize("place", ["XFD1048576", "ZZZZ5", "A999999999"])
def test_a_far_cell_is_refused_in_one_line_and_within_bounds(place):
    data = edited(workbook(A=[["a", "b"], [1, 2]]), b'r="B2"', f'r="{place}"'.encode())
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with pytest.raises(ExportError) as caught:
        workbook_cells(data, "a.xlsx", None)
    assert "\n" not in str(caught.value)
    assert "a.xlsx" in caught.value.where
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 2**20)


@pytest.mark.parametrize("text", ["," * 1_000_000 + "\n", "a" + "," * 500_000 + "\nb" + "," * 500_000 + "\n"])
def test_a_text_file_of_nothing_but_separators_is_refused(text):
    with pytest.raises(ExportError, match="columns and"):
        text_cells(text.encode(), "a.csv", None)


def test_a_title_above_the_header_is_no_header_and_named(tmp_path):
    rows = [["Parents 2025"], [], ["Area", "Children", "Why"], ["East", 2, "Price"], ["West", 1, ""]]
    (tmp_path / "a.xlsx").write_bytes(workbook(A=[*rows, ["East", 3, "Price"]]))
    export = survey.read_export(tmp_path / "a.xlsx")
    assert [column.header for column in export.columns] == ["Area", "Children", "Why"]
    assert (len(export), export.paradata.rows.tolist()) == (3, [4, 5, 6])
    assert export.notes == ("the header is read from row 3: what stands above it is no answer",)
    # A person who filled every cell below a header with a gap is no header.
    (tmp_path / "b.xlsx").write_bytes(
        workbook(A=[["Area", "Why", ""], ["East", "Price", "x"], ["West", "", ""]])
    )
    assert len(survey.read_export(tmp_path / "b.xlsx")) == 2
