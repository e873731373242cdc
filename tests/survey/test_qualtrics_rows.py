"""Qualtrics with one, two or three header rows: nobody too many, and the same answers, all made up."""

import pytest

import survey
from survey.study.questionnaire import Missing

NAMES = "StartDate,EndDate,Status,Finished,ResponseId,Q1,Q2_1,Q2_2,Q2_3,Q2_3_TEXT,Q3_1_1,Q3_1_2,Q3_2_1,Q3_2_2"
TEXTS = (
    "Start Date,End Date,Response Type,Finished,Response ID,Town?,Why? - Selected Choice - Price,"
    "Why? - Selected Choice - Far,Why? - Selected Choice - Other,Why? - Other - Text,"
    "When? - Weekday - Morning,When? - Weekday - Night,When? - Weekend - Morning,When? - Weekend - Night"
)
GERMAN = TEXTS.replace("Start Date,End Date,Response Type", "Startdatum,Enddatum,Antworttyp")
IDS = ",".join(f'"{{""ImportId"":""QID{i}""}}"' for i in range(14))
ROWS = """2025-09-01 10:00:00,2025-09-01 10:02:00,IP Address,True,R_1,South,Price,,Other,dear,Morning,Night,,
2025-09-01 10:00:00,2025-09-01 10:02:30,Survey Preview,True,R_2,North,Price,,,,,,,
2025-09-01 10:00:00,2025-09-01 10:02:30,IP Address,False,R_3,,,,,,,,,
2025-09-01 10:00:00,2025-09-01 10:03:30,IP Address,True,R_4,North,Price,,,,Morning,,Morning,
"""
HEADERS = {
    "all three": (NAMES, TEXTS, IDS),
    "names and texts": (NAMES, TEXTS),
    "names and texts in German": (NAMES, GERMAN),
    "names and import ids": (NAMES, IDS),
    "names": (NAMES,),
    "texts": (TEXTS,),
    "texts and import ids": (TEXTS, IDS),
}


@pytest.mark.parametrize("header", HEADERS)
def test_previews_and_unfinished_never_count_whatever_rows_are_left(tmp_path, header):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(HEADERS[header]) + "\n" + ROWS, encoding="utf-8")
    export = survey.read_export(path)
    assert export.platform == "qualtrics"
    assert export.paradata.rows[0] == len(HEADERS[header]) + 1
    assert export.paradata.preview.tolist() == [False, True, False, False]
    assert export.paradata.unfinished.tolist() == [False, False, True, False]
    assert export.paradata.seconds.tolist() == [120, 150, 150, 210]
    assert len(export.own) == 5
    columns = [(c.option, c.typed, int((c.missing == Missing.ANSWERED).sum())) for c in export.columns]
    # Where there are no texts, the options that somebody chose are known from the cells.
    far = "Far" if TEXTS in HEADERS[header] or GERMAN in HEADERS[header] else "2"
    night = "Night" if far == "Far" else "2"
    typed = columns.pop(4)
    assert typed[1:] == (True, 1)
    assert columns == [
        ("", False, 3), ("Price", False, 3), (far, False, 0), ("Other", False, 1),
        ("Morning", False, 2), ("Night", False, 1), ("Morning", False, 1), (night, False, 0),
    ]  # fmt: skip
    assert len({c.name for c in export.columns}) == 4  # a question for each row of the matrix of ticks


def test_names_without_metadata_below_import_ids_are_still_recognised(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Q1,Q2\nTown?,Why?\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\nA,B\n', "utf-8")
    export = survey.read_export(path)
    assert (export.platform, [c.header for c in export.columns]) == ("qualtrics", ["Town?", "Why?"])


def test_another_programs_start_and_end_are_no_sign(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("StartDate,EndDate,Status,Q1\n2025-09-01,2025-09-01,done,A\n", encoding="utf-8")
    assert survey.read_export(path).platform == "plain"


def test_the_channel_of_distribution_marks_previews_where_there_is_no_status(tmp_path):
    path = tmp_path / "a.csv"
    head = "StartDate,EndDate,Finished,ResponseId,DistributionChannel,Q1\n"
    row = "2025-09-01 10:00:00,2025-09-01 10:02:00,True,R_{},{},A\n"
    path.write_text(head + row.format(1, "preview") + row.format(2, "anonymous"), encoding="utf-8")
    assert survey.read_export(path).paradata.preview.tolist() == [True, False]
