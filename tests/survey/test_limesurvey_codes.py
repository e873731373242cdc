"""LimeSurvey's codes: questions that end in "time", comments beside ticks, names with underscores."""

import pytest

import survey
from survey.errors import ExportError

OWN = "id,submitdate,lastpage,startlanguage,startdate,datestamp"
ROWS = ("1,2025-09-01 10:00:50,2,en,2025-09-01 10:00:00,2025-09-01 10:00:50",
        "2,2025-09-01 10:01:50,2,en,2025-09-01 10:01:00,2025-09-01 10:01:50")  # fmt: skip


def export_of(folder, header, *cells, name="a.csv"):
    lines = [f"{OWN},{header}", *(f"{row},{cell}" for row, cell in zip(ROWS, cells, strict=True))]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return survey.read_export(folder / name)


def test_a_question_whose_code_ends_in_time_is_no_timing(tmp_path):
    export = export_of(
        tmp_path,
        "Q1,parttime,bedTime,interviewtime,groupTime12,Q1Time",
        "A,Yes,8,50.25,20.5,3.5",
        "B,No,9,,,",
    )
    assert [c.name for c in export.columns] == ["Q1", "parttime", "bedTime"]
    assert export.own[-3:] == ("interviewtime", "groupTime12", "Q1Time")
    assert export.paradata.seconds[0] == 50.25


def test_a_question_named_like_the_time_of_another_is_kept_where_it_holds_words(tmp_path):
    export = export_of(tmp_path, "bed,bedTime", "A,late", "B,early")
    assert [c.name for c in export.columns] == ["bed", "bedTime"]


def test_timings_under_headings_of_texts(tmp_path):
    heading = "Response ID,Date submitted,Last page,Start language,Date started,Date last action"
    text = (
        f"{heading},Would you rather work part time,Total time,Group time: A,Question time: Q1\n"
        f"{ROWS[0]},Yes,40.5,20,10\n{ROWS[1]},No,41,20,10\n"
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    export = survey.read_export(tmp_path / "a.csv")
    assert [c.header for c in export.columns] == ["Would you rather work part time"]
    assert export.paradata.seconds.tolist() == [40.5, 41]


@pytest.mark.parametrize(
    "header",
    [
        "Q[SQ001],Q[SQ001comment],Q[SQ002],Q[SQ002comment],W[A_1],W[A_2],W[B_1],R,R[other]",
        "Q_SQ001,Q_SQ001comment,Q_SQ002,Q_SQ002comment,W_A_1,W_A_2,W_B_1,R,R_other",
    ],
)
def test_comments_are_typed_and_underscores_part_codes_as_brackets_do(tmp_path, header):
    export = export_of(tmp_path, header, "Y,too dear,,,1,1,,x,", "Y,,Y,,,,1,-oth-,words")
    found = [(c.name, c.option, c.typed) for c in export.columns]
    assert found == [
        ("Q", "SQ001", False), ("Q", "SQ001comment", True),
        ("Q", "SQ002", False), ("Q", "SQ002comment", True),
        ("W_A", "1", False), ("W_A", "2", False), ("W_B", "1", False), ("R", "", False), ("R", "other", True),
    ]  # fmt: skip


def test_comments_under_headings_of_texts(tmp_path):
    heading = "Response ID,Date submitted,Last page,Start language,Date started,Date last action"
    text = (
        f"{heading},Why? [Price],Why? [Price][Comment],Why? [Far]\n{ROWS[0]},Yes,dear,No\n{ROWS[1]},No,,Yes\n"
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    export = survey.read_export(tmp_path / "a.csv")
    assert [(c.name, c.option, c.typed) for c in export.columns] == [
        ("Why?", "Price", False), ("Why?", "Pricecomment", True), ("Why?", "Far", False),
    ]  # fmt: skip


def test_the_data_for_spss_and_the_syntax_files_are_refused_with_what_to_take(tmp_path):
    (tmp_path / "a.dat").write_text("\n".join(f"{row},Y" for row in ROWS), encoding="utf-8")
    with pytest.raises(ExportError, match=r"a\.dat: has answers in its first row: .*CSV with headings"):
        survey.read_export(tmp_path / "a.dat")
    (tmp_path / "a.sps").write_text("GET DATA\n /TYPE=TXT\n", encoding="utf-8")
    with pytest.raises(ExportError, match=r"a\.sps: is a program .*; give the file of answers"):
        survey.read_export(tmp_path / "a.sps")
    (tmp_path / "b.dat").write_text("Q1,Q2\nA,1\nB,2\n", encoding="utf-8")  # which has its headings
    assert survey.read_export(tmp_path / "b.dat").platform == "plain"
