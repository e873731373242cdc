"""The workbook: laid out as statistics are published, numbers as numbers, nothing run, few pages."""

import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from small_study import reported, write_sound

from reports.documents.workbook import PRINTED

HOSTILE = "=cmd|' /C calc'!A0"
FRONT = ["封面 Cover", "目录 Contents", "说明 Notes"]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A study with a label that a spreadsheet would run, printed."""
    return reported(write_sound(tmp_path_factory.mktemp("files"), ('en = "Price"', f'en = "{HOSTILE}"')))


@pytest.fixture(scope="module")
def book(demo):
    return openpyxl.load_workbook(demo / "estimates.xlsx")


@pytest.fixture(scope="module")
def estimates(demo):
    return pd.read_csv(demo / "estimates.csv", keep_default_na=False, na_values={"estimate": [""]})


def number_sheets(book):
    return [book[name] for name in book.sheetnames if re.match(r"\d+ ", name)]


def head_of(sheet):
    """The row of headings: the first in which as many cells are filled as the sheet has columns."""
    return next(row for row in sheet.iter_rows() if all(cell.value for cell in row))


def rows_of(sheet):
    head = head_of(sheet)
    names = [str(cell.value).split("\n")[-1] for cell in head]
    for row in sheet.iter_rows(min_row=head[0].row + 1, max_row=sheet.max_row):
        if row[0].value:
            yield list(zip(names, row, strict=True))


def test_cover_contents_and_notes_come_first_and_the_data_last(book):
    assert book.sheetnames[:3] == FRONT
    assert book.sheetnames[-1] == "estimates"
    cover = [cell.value for (cell,) in book[FRONT[0]].iter_rows(max_col=1) if cell.value]
    assert "Nursery care for under-threes in Taiyuan: what parents say" in cover
    listed = [row[0].value for row in book[FRONT[1]].iter_rows() if row[0].hyperlink]
    assert listed == book.sheetnames[3:-1]
    notes = "\n".join(str(cell.value) for row in book[FRONT[2]].iter_rows() for cell in row)
    for words in ("suppress：不予公布", "suppress: not published", "[u]", "[慎]"):
        assert words in notes


def test_shares_and_limits_are_numbers_in_their_format_with_marks_apart(book, estimates):
    shares = estimates[(estimates["measure"] == "share") & (estimates["flag"] != "suppress")]
    known, seen = {round(value, 9) for value in shares["estimate"]}, 0
    for sheet in number_sheets(book)[:-1]:
        for row in rows_of(sheet):
            assert len({name for name, _ in row if name in ("Share", "Mark", "Respondents")}) == 3
            for name, cell in row:
                if name in ("Answer", "Group", "Mark", "选项", "组别"):
                    assert cell.data_type == "s" or cell.value is None
                else:
                    assert cell.data_type == "n", (sheet.title, cell.coordinate)
                if name == "Share" and cell.value is not None:
                    assert cell.number_format == "0%"
                    assert round(cell.value, 9) in known
                    seen += 1
    assert seen > 60


def test_what_is_withheld_is_blank_and_has_its_mark(book, estimates):
    withheld = estimates[
        (estimates["measure"] == "share") & (estimates["flag"] == "suppress") & (estimates["wave"] == "2024")
    ]
    rows = [row for sheet in number_sheets(book)[:-1] for row in rows_of(sheet)]
    marked = [dict(row) for row in rows if "[c]" in str(dict(row[: len(row) // 2 + 2])["Mark"].value)]
    assert len(marked) == len(withheld) > 0
    assert all(row["Share"].value is None and row["Respondents"].value is None for row in marked)


def test_each_question_has_a_native_chart_with_its_intervals(book, demo):
    drawn = [sheet for sheet in number_sheets(book) if sheet._charts]
    assert len(drawn) >= 2
    with zipfile.ZipFile(demo / "estimates.xlsx") as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
        drawings = [archive.read(name).decode() for name in archive.namelist() if "/drawings/drawing" in name]
    assert len(charts) == len(drawings) == len(drawn)
    assert all('<c:errValType val="cust"/>' in chart for chart in charts)
    assert all('descr="' in drawing for drawing in drawings)


def test_every_table_prints_on_two_pages_at_most_and_says_what_it_is(book):
    for sheet in book.worksheets[3:-1]:
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 2), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.freeze_panes
    assert re.search(r"\$(\d+)$", book["estimates"].print_area)[1] == str(PRINTED + 1)


def test_every_sheet_says_that_the_data_are_made_up(book):
    for sheet in book.worksheets[:-1]:
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert any("非真实" in cell or "Made-up" in cell for cell in cells), sheet.title


def test_the_last_sheet_holds_every_estimate_with_labels_in_both_languages(book, estimates):
    header, *rows = book["estimates"].iter_rows(values_only=True)
    assert list(header[: len(estimates.columns)]) == list(estimates.columns)
    assert len(rows) == len(estimates)
    found = [row[header.index("estimate")] for row in rows]
    expected = [None if np.isnan(value) else value for value in estimates["estimate"]]
    assert [value is None for value in found] == [value is None for value in expected]
    assert [v for v in found if v is not None] == pytest.approx([v for v in expected if v is not None])
    places = [header.index(name) for name in ("option", "option (zh)", "option (en)")]
    prices = {tuple(row[place] for place in places) for row in rows if row[places[0]] == "price"}
    assert prices == {("price", "价格偏高", "Price")}


def test_no_cell_is_a_formula_and_no_link_leaves_the_workbook(out):
    with zipfile.ZipFile(out / "estimates.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) > 6
        for name in sheets:
            text = book.read(name).decode("utf-8")
            assert "<f>" not in text
            links = re.findall(r"<hyperlink [^>]*>", text)
            assert all("location=" in link and "r:id" not in link for link in links)
        assert HOSTILE.replace("'", "&apos;") in book.read("xl/sharedStrings.xml").decode("utf-8").replace(
            "'", "&apos;"
        )
