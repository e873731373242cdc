"""Bands that a spreadsheet turned into dates are refused by row, with the band; other dates are not."""

from datetime import date, timedelta

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from question_tables import table
from tiny_study import tiny_answers

from reports.cli import main
from survey.errors import ExportError
from survey.responses.turned_bands import turned_band

BANDS = [("a", "1-9"), ("b", "10-19"), ("c", "20-29"), ("d", "60+")]
AGE = table("age", "single", "Age", BANDS)


def drafted(folder, cells, capsys):
    (folder / "a.csv").write_text("n,Age\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells)), "utf-8")
    status = main(["init", str(folder / "a.csv"), "--out", str(folder / "study.toml")])
    return status, capsys.readouterr().err


@pytest.mark.parametrize(
    "cell", ["1月9日", "9-Jan", "09-Jan", "9. Jan", "2024-01-09", "2024/1/9", "1/9/2024"]
)
def test_a_date_among_bands_is_refused_by_row_with_the_band(tmp_path, capsys, cell):
    status, said = drafted(tmp_path, ["20-29", "60+", cell, "10-19"] * 4, capsys)
    assert status == 2
    assert f'a.csv, column "Age", row 4: "{cell}" is a date that a spreadsheet made of the band 1-9' in said
    assert "format the column as text" in said
    with pytest.raises(ExportError, match=r"row 3.*made of the band 1-9"):
        tiny_answers(tmp_path, AGE, f"n,Age\n1,20-29\n2,{cell}\n3,10-19\n")
    # A person who knows better may say which option it is.
    known = AGE.replace('{ zh = "1-9" }', f'{{ zh = "1-9", match = ["{cell}"] }}')
    assert tiny_answers(tmp_path, known, f"n,Age\n1,20-29\n2,{cell}\n")["age"].values.tolist() == [2, 0]


def test_a_workbook_holds_the_date_itself(tmp_path, capsys):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["n", "Age"])
        for i in range(1, 13):
            sheet.write(i, 0, i)
            if i % 3:
                sheet.write(i, 1, ["10-19", "20-29"][i % 2])
            else:
                sheet.write_datetime(i, 1, date(2024, 1, 9), book.add_format({"num_format": "d-mmm"}))
    assert main(["init", str(tmp_path / "a.xlsx"), "--out", str(tmp_path / "study.toml")]) == 2
    assert 'row 4: "2024-01-09" is a date' in capsys.readouterr().err


@pytest.mark.parametrize(
    "cells",
    [["1月3日", "4月6日", "7月9日"], ["3-Jan", "6-Mar"], ["2024-01-03", "2024-04-06", "2024-07-12"],
     ["Jan-45", "3-Jan", "20-45"]],
)  # fmt: skip
def test_dates_alone_that_follow_each_other_as_bands_do_are_refused(tmp_path, capsys, cells):
    status, said = drafted(tmp_path, cells * 5, capsys)
    assert status == 2, said
    assert "made of the band" in said


@pytest.mark.parametrize(
    "cells",
    [["2024-03-05", "2024-06-08"], ["1月9日", "2月20日", "5月1日"], ["2021-05", "2021-06"], ["1-9", "10-19"],
     ["2024-01-09", "2023-04-06", "2022-07-12"], ["9-Jan", "no", "yes", "perhaps", "other", "10-19"]],
)  # fmt: skip
def test_dates_that_are_dates_and_bands_that_are_bands_are_drafted(tmp_path, capsys, cells):
    assert drafted(tmp_path, cells * 5, capsys)[0] == 0


@given(low=st.integers(1, 12), high=st.integers(1, 31), year=st.integers(2000, 2030))
def test_a_band_comes_back_from_every_form_of_its_date(low, high, year):
    try:
        day = date(year, low, high)
    except ValueError:
        day = date(year, 1, 1) + timedelta(days=low)
    wanted = (*sorted((day.month, day.day)),)
    for text in (f"{day.month}月{day.day}日", f"{day:%d-%b}", f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}"):
        found = turned_band(text)
        assert (found and found[0]) == (wanted if day.month != day.day else None)
