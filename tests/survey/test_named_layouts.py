"""SoSci, Unipark, Alchemer, Survey Solutions: whom they mark, and cells that are no answer; all made up."""

import pytest

import survey
from survey.study.questionnaire import Missing

SOSCI = """CASE\tQUESTNNR\tMODE\tSTARTED\tA1\tA2\tTIME001\tTIME_SUM\tLASTDATA\tFINISHED\tQ_VIEWER
1\tp\tinterview\t2025-09-01 10:00:00\t2\t-9\t30\t60\t2025-09-01 10:01:00\t1\t0
2\tp\tpretest\t2025-09-01 10:00:00\t1\t4\t30\t60\t2025-09-01 10:01:00\t1\t0
3\tp\tinterview\t2025-09-01 10:00:00\t1\t\t30\t60\t2025-09-01 10:01:00\t0\t0
"""
UNIPARK = """lfdn;external_lfdn;tester;dispcode;duration;v_1;v_2;c_0001;datetime;rts12
1;0;0;31;60;2;-66;0;2025-09-01 10:01:00;3
2;0;1;31;60;1;4;0;2025-09-01 10:01:00;3
3;0;0;22;60;-77;;0;2025-09-01 10:01:00;3
"""
ALCHEMER = """Response ID,Time Started,Date Submitted,Status,SessionID,IP Address,WHO
1,2025-09-01 10:00:00,2025-09-01 10:01:00,Complete,s1,203.0.113.1,Mother,,a - b,
2,2025-09-01 10:00:00,2025-09-01 10:01:00,Partial,s2,203.0.113.2,,aunt,,c
3,2025-09-01 10:00:00,2025-09-01 10:01:00,Disqualified,s3,203.0.113.3,Father,,a - b,c
""".replace("WHO", "Who?,Other - Write In:Who?,a - b:Why?,c:Why?")
SOLUTIONS = """interview__key\tinterview__id\trel\twhy__1\twhy__2\tsay\thas__errors\tinterview__status
1\ta\t2\t1\t0\t##N/A##\t0\t100
2\tb\t1\t-999999999\t-999999999\tx\t0\t65
3\tc\t1\t\t\t\t0\t120
"""
FLAGS = {
    "sosci": (SOSCI, [False, True, False], [False, False, True], None),
    "unipark": (UNIPARK, [False, True, False], [False, False, True], None),
    "alchemer": (ALCHEMER, None, [False, True, False], [False, False, True]),
    "surveysolutions": (SOLUTIONS, None, None, [False, True, False]),
}


def export_of(folder, text):
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return survey.read_export(folder / "a.csv")


@pytest.mark.parametrize("platform", FLAGS)
def test_tests_break_offs_and_rejected_answers_are_marked(tmp_path, platform):
    text, *expected = FLAGS[platform]
    export = export_of(tmp_path, text)
    assert export.platform == platform
    marks = (export.paradata.preview, export.paradata.unfinished, export.paradata.rejected)
    assert [None if mark is None else mark.tolist() for mark in marks] == expected
    assert any("no genuine" in note for note in export.notes)


def test_own_columns_are_no_questions_and_codes_are_no_answers(tmp_path):
    export = export_of(tmp_path, SOSCI)
    assert [c.header for c in export.columns] == ["A1", "A2"]
    assert export.columns[1].missing.tolist() == [Missing.BLANK, 0, Missing.BLANK]
    assert export.paradata.seconds.tolist() == [60, 60, 60]
    export = export_of(tmp_path, UNIPARK)
    assert [c.header for c in export.columns] == ["v_1", "v_2"]
    assert export.columns[1].missing.tolist() == [Missing.NOT_ASKED, 0, Missing.BLANK]


def test_survey_solutions_tells_not_asked_from_left_blank(tmp_path):
    why = export_of(tmp_path, SOLUTIONS).columns[1]
    assert (why.name, why.option) == ("why", "1")
    assert why.missing.tolist() == [0, Missing.BLANK, Missing.NOT_ASKED]


def test_alchemers_options_stand_before_their_question(tmp_path):
    columns = export_of(tmp_path, ALCHEMER).columns
    assert [(c.header, c.option, c.typed) for c in columns] == [
        ("Who?", "", False), ("Who?", "Other - Write In", True),
        ("Why?", "a - b", False), ("Why?", "c", False),
    ]  # fmt: skip


def test_two_such_names_are_needed(tmp_path):
    assert export_of(tmp_path, "tester,A1\n0,x\n1,y\n").platform == "plain"
