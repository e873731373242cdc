"""Exports as others have saved them again: other dates, deleted columns, damaged zips, clocks set back."""

import zipfile

import pytest
from sample_exports_more import msforms, qualtrics, redcap, typeform
from sample_people import people
from write_samples import csv_text

import survey
from survey.errors import ExportError


def read(folder, rows, name="a.csv"):
    (folder / name).write_bytes(csv_text(rows))
    return survey.read_export(folder / name)


@pytest.mark.parametrize("form", ["03-0{}-2025", "03/0{}/2025"])
def test_english_dates_with_zeros_may_put_the_day_first(tmp_path, form):
    rows = [[*row] for row in msforms(people())]
    for i, row in enumerate(rows[1:]):
        row[1] = row[2] = form.format(1 + i % 9) + " 10:04:11"
    with pytest.raises(ExportError, match=r"row 2"):
        read(tmp_path, rows)


def test_dates_with_points_put_the_day_first(tmp_path):
    rows = [[*row] for row in msforms(people())]
    for row in rows[1:]:
        row[1] = row[2] = "03.09.2025 10:04:11"
    assert set(read(tmp_path, rows).paradata.submitted.astype(str)) == {"2025-09-03T10:04:11"}


def test_the_row_of_texts_is_no_person_without_the_times(tmp_path):
    rows = qualtrics(people(), numeric=False)
    kept = [i for i, name in enumerate(rows[0]) if not name.endswith("Date")]
    export = read(tmp_path, [[row[i] for i in kept] for row in [*rows[:2], *rows[3:]]])
    assert (export.platform, len(export)) == ("qualtrics", 24)


def test_whom_typeform_does_not_call_completed_has_not_sent(tmp_path):
    rows = typeform(people())
    status = rows[0].index("Response Type")
    rows[5][status] = "in progress"
    assert read(tmp_path, rows).paradata.unfinished.nonzero()[0].tolist() == [4]


def test_an_option_called_0_is_ticked_by_1_alone(tmp_path):
    rows = redcap(people(), labels=False)
    rows[0] = [name.replace("why___6", "why___0") for name in rows[0]]
    export = read(tmp_path, rows)
    (column,) = [c for c in export.columns if rows[0][c.place] == "why___0"]
    expected = sum("other" in person["answers"]["why"] for person in people())
    assert (column.cells == "1").sum() == expected == 3


def test_an_end_before_the_beginning_tells_no_time_taken(tmp_path):
    rows = [[*row] for row in msforms(people())]
    rows[3][1], rows[3][2] = rows[3][2], rows[3][1]
    export = read(tmp_path, rows)
    assert export.paradata.seconds[2] != export.paradata.seconds[2]  # NaN
    assert any("1 ended before they began, first in row 4" in note for note in export.notes)


def test_a_damaged_zip_is_refused_in_one_line(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", csv_text([["q", "n"], *[[f"answer {i}", i] for i in range(500)]]))
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(bytes(data))
    with pytest.raises(ExportError, match=r"a\.zip: is not a whole zip"):
        survey.read_export(path)
