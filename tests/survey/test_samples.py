"""The sample exports under tests/exports: as their script writes them, and every column accounted for."""

import pytest
from sample_people import people
from write_samples import text_files

import survey
from survey.exports.sheet import read_sheet

PLATFORMS = {
    "wjx_text.csv": "wjx", "wjx_text.xlsx": "wjx", "wjx_code.xlsx": "wjx", "tencent.csv": "tencent",
    "surveymonkey.csv": "surveymonkey", "google_sheets.csv": "google", "google_forms_download.csv": "google",
    "kobo_names.csv": "kobo", "kobo_labels.csv": "kobo", "odk.csv": "odk",
    "limesurvey_codes.csv": "limesurvey", "limesurvey_full.csv": "limesurvey",
    "qualtrics_numeric_split.csv": "qualtrics", "qualtrics_text_joined.csv": "qualtrics",
    "spss.sav": "spss", "jinshuju.csv": "jinshuju", "typeform.csv": "typeform",
    "tencent_docs.xlsx": "tencent_docs", "msforms.xlsx": "msforms", "jotform.csv": "jotform",
    "redcap_raw.csv": "redcap",
    "redcap_labels.csv": "redcap",
}  # fmt: skip


def test_the_sample_files_are_as_their_script_writes_them(samples):
    for name, data in text_files(people()).items():
        if not name.endswith(".xlsx"):  # which its library may pack differently
            assert (samples / name).read_bytes() == data, name


@pytest.mark.parametrize("file", PLATFORMS)
def test_every_column_is_an_answer_the_platforms_own_or_left_out_by_name(samples, file):
    export = survey.read_export(samples / file)
    assert (export.platform, len(export)) == (PLATFORMS[file], 24)
    if file != "spss.sav":
        answers = {column.place for column in export.columns}
        named = {*export.own, *(header for header, _ in export.left_out)}
        assert -1 not in answers
        sheet = read_sheet(samples / file)
        assert all(i in answers or sheet.header[i] in named for i in sheet.filled())
        assert len(answers) + len(export.own) + len(export.left_out) == len(sheet.filled())
