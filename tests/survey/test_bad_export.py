"""A damaged export, or an answer that fits no question, is refused in one line that names it."""

import io
import zipfile

import pytest
import xlsxwriter
from small_study import HEADER, STUDY, answers, as_csv, refusal, replace, write_sound

from reports.cli import main
from survey import ExportError
from survey.exports.workbooks import workbook_cells

CONCERNS = ("价格", "质量", "没有顾虑")
NAMES = ("number", "time", "taken", "source", "detail", "address", "district", "sex", "role", "birth",
        "intent",
         "concerns", "fee")  # fmt: skip


def workbook(rows):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    return made.getvalue()


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("letter.txt", "no workbook")
    return made.getvalue()


def by_number():
    """The rows of a number download: positions, and one 0/1 column an option of a select-all question."""
    header = HEADER.split(",")
    place = {"district": ("北区", "南区", "西区"), "sex": ("男", "女"), "role": ("父亲", "母亲"),
             "intent": ("愿意", "看情况", "不愿意")}  # fmt: skip
    rows = [[*header[:11], *(f"第6题({o})" for o in CONCERNS), header[12]]]
    for row in answers():
        cells = dict(zip(NAMES, row, strict=True))
        for name, options in place.items():
            cells[name] = str(options.index(cells[name]) + 1)
        ticks = [str(int(o in cells["concerns"].split("┋"))) for o in CONCERNS]
        fee = "-3" if cells["fee"] == "(跳过)" else cells["fee"]
        rows.append([*list(cells.values())[:11], *ticks, fee])
    return rows


def numbers(row=3, column=None, value=""):
    """Return what writes a number download with one cell, row and column as in a spreadsheet, replaced."""

    def spoil(folder):
        rows = by_number()
        if column is not None:
            rows[row - 1][column] = value
        text = as_csv(rows[1:], ",".join(rows[0]))
        (folder / "answers.csv").write_text(text, encoding="utf-8")

    return spoil


def cell(name, value, row=3, *more):
    """Return what replaces the answer of one row, as a spreadsheet counts rows, or of several."""

    def spoil(folder):
        rows = answers()
        for each in (row, *more):
            rows[each - 2][NAMES.index(name)] = value
        (folder / "answers.csv").write_text(as_csv(rows), encoding="utf-8")

    return spoil


def everybody(name, value):
    return cell(name, value, *range(2, 202))


def data(change):
    """Return what puts other bytes in the place of the export's."""
    return lambda folder: (folder / "answers.csv").write_bytes(change((folder / "answers.csv").read_bytes()))


def text(old, new):
    return lambda folder: replace(folder, "answers.csv", old, new)


def declared(encoding, change=lambda b: b):
    def spoil(folder):
        replace(folder, "study.toml", 'id = "2024"', f'id = "2024"\nencoding = "{encoding}"')
        data(change)(folder)

    return spoil


def swallowed():
    """The rows with a quote before one answer and after another, so that one cell holds many rows."""
    rows = answers()
    rows[1][11], rows[60][11] = '"价格', '价格"'
    return rows


def study(old, new):
    return lambda folder: replace(folder, "study.toml", old, new)


def gone(folder):
    (folder / "answers.csv").unlink()


def a_folder(folder):
    gone(folder)
    (folder / "answers.csv").mkdir()


def in_gb18030(b):
    return b.decode().encode("gb18030")


SHEET = workbook([HEADER.split(","), *answers()])
# each name with what spoils the folder, words that the line must hold
SPOILED = {
    "truncated workbook": (data(lambda _: SHEET[: len(SHEET) // 2]), ["answers.csv", "not a whole workbook"]),
    "workbook without its end": (data(lambda _: SHEET[:-30]), ["answers.csv", "not a whole workbook"]),
    "zip of something else": (data(lambda _: archive()), ["answers.csv", "has 0 tables", "letter.txt"]),
    "zip mark alone": (data(lambda _: b"PK\x03\x04"), ["answers.csv", "not a whole workbook"]),
    "old workbook mark alone": (data(lambda _: b"\xd0\xcf\x11\xe0"), ["answers.csv", "not a whole workbook"]),
    "workbook without cells": (data(lambda _: workbook([])), ["answers.csv", "is empty; download it again"]),
    "workbook of a header": (
        data(lambda _: workbook([HEADER.split(",")])), ["answers.csv", "a header but no responses"]),
    "workbook with a wrong cell": (
        data(lambda _: workbook([HEADER.split(","), *answers()[:9],
        [*answers()[9][:7], 3.5, *answers()[9][8:]]])),
        ["answers.csv, row 11, question sex", '"3.5"', "男, 女"]),
    "UTF-16 undeclared": (
        data(lambda b: b.decode().encode("utf-16-le")), ["answers.csv", "encoding", "UTF-8"]),
    "UTF-16 in English": (
        data(lambda _: "a,b\n1,2\n".encode("utf-16-le")), ["answers.csv", "NUL", "not a text file"]),
    "NUL bytes": (data(lambda b: b.replace("男".encode(), b"\0", 1)), ["answers.csv", "NUL"]),
    "declared UTF-8, is GB18030": (declared("utf-8", in_gb18030), ["answers.csv", "not utf-8 text"]),
    "declared GB18030, is UTF-8": (declared("gb18030"), ["answers.csv", "gb18030"]),
    "declared UTF-16, is UTF-8": (declared("utf-16"), ["answers.csv", "utf-16"]),
    "no encoding": (data(lambda b: b.replace("男".encode(), b"\xff\x81", 1)), ["answers.csv", "encoding"]),
    "empty file": (data(lambda _: b""), ["answers.csv", "is empty"]),
    "blank lines": (data(lambda _: b"\n \n\n"), ["answers.csv", "is empty"]),
    "byte order mark alone": (data(lambda _: b"\xef\xbb\xbf"), ["answers.csv", "is empty"]),
    "commas alone": (data(lambda _: b",,,\n,,,\n"), ["answers.csv", "is empty; download it again"]),
    "header only": (data(lambda b: b.split(b"\n")[0]), ["answers.csv", "a header but no responses"]),
    "missing file": (gone, ["answers.csv", "no such file", "responses ="]),
    "folder": (a_folder, ["answers.csv", "is a folder"]),
    "too many cells": (text("价格,500", "价格,500,7"), ["answers.csv", "line 2", "13", "14"]),
    "too few cells": (text(",微信,,10.0.1.1(山西-太原)", ""), ["answers.csv, row 3", "10 cells", "13"]),
    "unclosed quote": (text("3,2024", '"3,2024'), ["answers.csv", "quote"]),
    "quotes round many answers": (
        lambda f: (f / "answers.csv").write_text(as_csv(swallowed()), encoding="utf-8"),
        ["answers.csv, row 3", "opens with a quote", "as many separators as whole rows have"]),
    "text after a closing quote": (
        text("价格,500", '"价格"多,500'), ["answers.csv, row 2", "goes on after the quote", "export"]),
    "blanks before a quote": (
        text("价格,500", ' "价格",500'), ["answers.csv, row 2", "remove the blanks"]),
    "answers of something else": (
        data(lambda _: b"a,b\n1,2\n"), ["answers.csv", 'no question 1 for district']),
    "renamed column": (
        text("7、最多能付多少元？", "7、多少？"), ["answers.csv", "最多能付多少元？", 'for fee (columns: ']),
    "renumbered column": (
        text("2、您的性别？", "22、您的性别？"), ["answers.csv", 'no question 2 for sex', "22"]),
    "question number not there": (
        study("column = 2", "column = 44"), ["answers.csv", "44 for sex", "1, 2, 3"]),
    "two columns for one answer": (
        text("3、您是孩子的？", "2、您的性别？"), ["answers.csv", '2 columns for sex']),
    "unknown option": (
        cell("intent", "也许"), ["answers.csv, row 3, question intent", '"也许"', "愿意, 看情况"]),
    "unknown option of several": (
        cell("concerns", "价格┋远"), ["answers.csv, row 3, question concerns", '"远"', "match = […]"]),
    "unknown option in many rows": (
        cell("intent", "也许", 5, 9), ["answers.csv, row 5", '"也许"', "2 rows hold such values"]),
    "answer over two lines": (cell("intent", '"也\n许"'), ["row 3, question intent", '"也 …"']),
    "a question put in before": (
        text("2、您的性别？,3、您是孩子的？", "2、您吸烟吗？,3、您的性别？"),
        ['question sex', 'number 2 reads "您吸烟吗？"', "its wording is at number 3", "write column = 3"]),
    "answers of another question": (
        everybody("role", "愿意"), ["answers.csv, question role", "none of its 200 answers", "column ="]),
    "no number": (cell("fee", "很多"), ["answers.csv, row 3, question fee", '"很多"', "a number"]),
    "endless number": (cell("fee", "9" * 400), ["answers.csv, row 3, question fee", "999", "a number"]),
    "no month": (cell("birth", "2024-13"), ["answers.csv, row 3, question birth", '"2024-13"', "2021-05"]),
    "month as a word": (cell("birth", "去年"), ["answers.csv, row 3, question birth", '"去年"', "2021-05"]),
    "month outside the bands": (cell("birth", "1999-1"), ["row 3, question months", "308", "[derived.age]"]),
    "no time": (cell("time", "昨天"), ["answers.csv, column", "row 3", '"昨天" is not a time', "2024/9/4"]),
    "a time of the clock": (cell("time", "now"), ["answers.csv, column", "row 3", '"now" is not a time']),
    "impossible time": (cell("time", "2024/13/41 1:00:00"), ["row 3", '"2024/13/41 1:00:00" is not a time']),
    "time blank": (cell("time", ""), ["answers.csv, row 3", "no time of submission", '"months"']),
    "no time column": (
        text("提交答卷时间", "时间"), ["[derived.months]", "time of submission", "answers.csv"]),
    "no duration": (cell("taken", "五分钟"), ["answers.csv, column", "row 3", '"五分钟"', "136秒"]),
    "endless duration": (cell("taken", "9" * 400), ["answers.csv, column", "row 3", "999", "136秒"]),
    "everybody screened out": (
        everybody("district", "外地"), ["answers.csv", "no response is left", "ineligible 200"]),
    "nobody finished": (
        everybody("intent", "(空)"), ["answers.csv", "no response is left", "incomplete 200"]),
    "nobody in time": (
        study("between = [0, 35]", "between = [90, 99]"), ["no response is left", "ineligible 200"]),
    "position out of range": (numbers(3, 7, "3"), ["answers.csv, row 3, question sex", '"3"', "男, 女"]),
    "position 0": (numbers(3, 10, "0"), ["answers.csv, row 3, question intent", '"0"']),
    "endless position": (numbers(3, 10, "1" * 5000), ["answers.csv, row 3, question intent", "111"]),
    "position as text": (
        numbers(4, 10, "愿意"), ["answers.csv, row 4, question intent", '"愿意"', "position"]),
    "tick of an unknown option": (
        numbers(1, 12, "第6题(远)"), ["answers.csv, question concerns", '"远"', "价格, 质量"]),
    "option without its column": (
        numbers(1, 12, "第8题(质量)"), ["answers.csv, question concerns", "no column", "quality"]),
    "endless question number": (
        numbers(1, 12, "第" + "6" * 5000 + "题(质量)"), ["question concerns", "no column", "quality"]),
    "platform of another": (
        study('id = "2024"', 'id = "2024"\nexport = "surveymonkey"'), ["answers.csv", "district"]),
    "plain has no numbers": (
        study('id = "2024"', 'id = "2024"\nexport = "plain"'), ["answers.csv", "no numbers", "header"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_export_is_refused_by_name(name, tmp_path, capsys):
    spoil, words = SPOILED[name]
    write_sound(tmp_path)
    spoil(tmp_path)
    line = refusal(tmp_path, capsys)
    assert [word for word in words if word not in line] == [], line


def test_a_question_that_nobody_answered_is_refused(tmp_path, capsys):
    write_sound(tmp_path)
    everybody("intent", "(空)")(tmp_path)
    replace(tmp_path, "study.toml", '["intent", "concerns"]', '["concerns"]')
    line = refusal(tmp_path, capsys)
    assert "question intent" in line
    assert "nobody in the sample answered it" in line


TABLE = (
    STUDY[: STUDY.index("[questions.district]")]
    + """
[questions.sex]
kind = "single"
column = "Gender"
text = "Gender"
options.male = { en = "Male" }
options.female = { en = "Female" }
[questions.concerns]
kind = "multiple"
text = "Worries"
options.price = { en = "Price", column = "Price" }
options.quality = { en = "Quality", column = "Quality" }
"""
)
MONKEY = "Respondent ID,Gender,Price,Quality\n"
TABLES = {
    "tick of 2": (
        "Gender,Price,Quality\nMale,1,0\nMale,1,2\n", ["row 3, question concerns", '"2"', "1 or 0"]),
    "column of an option twice": (
        "Gender,Price,Price,Quality\nMale,1,0,0\n", ["answers.csv", '2 columns "Price" for concerns']),
    "column of an option missing": (
        "Gender,Price\nMale,1\n", ["answers.csv", 'no column "Quality" for concerns']),
    "two header rows without answers": (
        MONKEY + ",Response,Price,Quality\n", ["answers.csv", "a header but no responses"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_spoiled_table_of_another_platform_is_refused_by_name(name, tmp_path, capsys):
    table, words = TABLES[name]
    write_sound(tmp_path)
    (tmp_path / "study.toml").write_text(TABLE, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(table, encoding="utf-8")
    line = refusal(tmp_path, capsys)
    assert [word for word in words if word not in line] == [], line


UTF_16 = data(lambda b: b.decode().encode("utf-16"))
WORKING = {
    "a workbook": data(lambda _: SHEET),
    "a number download": numbers(),
    "GB18030": data(in_gb18030),
    "UTF-16 with its mark": UTF_16,
    "UTF-16 declared": declared("utf-16", lambda b: b.decode().encode("utf-16-le")),
    "carriage returns": data(lambda b: b.replace(b"\n", b"\r\n")),
    "blank lines between": data(lambda b: b.replace(b"\n", b"\n\n")),
}


@pytest.mark.parametrize("name", WORKING)
def test_the_same_answers_in_another_form_give_the_same_estimates(name, tmp_path, capsys):
    path = write_sound(tmp_path)
    assert main(["estimate", str(path), "--out", str(tmp_path / "out")]) == 0
    expected = (tmp_path / "out" / "estimates.csv").read_bytes()
    WORKING[name](tmp_path)
    assert main(["estimate", str(path), "--out", str(tmp_path / "again")]) == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "again" / "estimates.csv").read_bytes() == expected


def test_a_blank_line_does_not_shift_the_row_that_is_named(tmp_path, capsys):
    write_sound(tmp_path)
    cell("fee", "很多", 5)(tmp_path)
    data(lambda b: b.replace(b"\n", b"\n\n", 2))(tmp_path)
    assert "answers.csv, row 7, question fee" in refusal(tmp_path, capsys)


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 16_383), (1_048_575, 400), (70_000, 16_383)])
def test_a_cell_far_from_the_answers_is_refused_and_does_not_fill_the_memory(row, column):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(row, column, 1)
    with pytest.raises(ExportError, match=r"has a cell.* far from the answers"):
        workbook_cells(made.getvalue(), "far.xlsx", None)


def test_long_and_wide_sheets_are_read():
    """A cell in the last row, or in the last column, alone is no harm."""
    for row, column in ((1_048_575, 1), (3, 16_383)):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            sheet = book.add_worksheet("Sheet1")
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write(row, column, 1)
        assert workbook_cells(made.getvalue(), "long.xlsx", None)[0].shape[0] == row + 1
