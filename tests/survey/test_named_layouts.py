"""SoSci, Unipark, Alchemer, Survey Solutions: whom they mark, and cells that are no answer; all made up."""

import random

import pytest
from folder_read import unweighted

import survey
from survey.drafting.study_text import draft_study
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


# Ticks of twelve people among three options; who has none left the question blank.
PEOPLE = [random.Random(seed).sample(range(3), seed % 4) for seed in range(12)]


def sosci_ticks(count, *, ticked="2", unticked="1"):
    own = "QUESTNNR\tMODE\tLASTDATA\tQ_VIEWER"
    rows = [f"{own}\tA1\tB1\tB1_01\tB1_02\tB1_03\tB1_03a\tC1\tC1_01\tC1_02"]
    for i, ticks in enumerate(PEOPLE):
        cells = [ticked if j in ticks else unticked for j in range(3)]
        answers = [str(1 + i % 3), str(count(ticks)), *cells, "x" if 2 in ticks else "", "2", "1", "2"]
        rows.append("\t".join(["p", "interview", "2025-09-01 10:01:00", "0", *answers]))
    return "\n".join(rows) + "\n"


def unipark_ticks(asked):
    rows = ["lfdn;tester;dispcode;duration;datetime;v_1;v_2;v_3;v_4;v_5;v_6"]
    for i, ticks in enumerate(PEOPLE):
        one = ["01"[j in ticks] for j in range(3)]
        other = ["01"[i % 2], "01"[i % 3 == 0]] if asked(i) else ["-66", "-66"]
        rows.append(";".join([str(i), "0", "31", "60", "2025-09-01 10:01:00", str(1 + i % 3), *one, *other]))
    return "\n".join(rows) + "\n"


def eusurvey_ticks(split):
    rows = [["Alias", "p"], ["Export Date", "2025-09-15"]]
    head = ["Who are you?", "Why?", *(["Price", "Staff, hygiene", "Far"] if split else []), "Child at home?"]
    rows.append([*head, "Invitation Number", "Contribution Id", "User Name", "Creation Date"])
    for i, ticks in enumerate(PEOPLE):
        labels = [text for j, text in enumerate(("Price", "Staff, hygiene", "Far")) if j in ticks]
        cells = ["", *(["No", "Yes"][j in ticks] for j in range(3))] if split else [";".join(labels)]
        rows.append([["Mother", "Father"][i % 2], *cells, ["No", "Yes"][i % 2], "", str(i), "", "2025-09-03"])
    width = len(rows[-1])
    lines = (row + [""] * (width - len(row)) for row in rows)
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in lines) + "\n"


def drafted(folder, text):
    """Return the drafted questions, and the answers as their draft reads them."""
    export = export_of(folder, text)
    draft = draft_study(export, id="a", responses="a.csv")
    (folder / "study.toml").write_text(unweighted(draft.study), encoding="utf-8")
    return draft.questions, survey.read_responses(survey.read_study(folder / "study.toml")), draft.study


TICKED = {
    "sosci": sosci_ticks(len),
    "unipark": unipark_ticks(lambda i: i % 2),
    "eusurvey": eusurvey_ticks(split=True),
    "eusurvey joined": eusurvey_ticks(split=False),
}


@pytest.mark.parametrize("name", TICKED)
def test_tick_columns_are_drafted_as_one_question_and_count_the_ticks(tmp_path, name):
    questions, answers, _ = drafted(tmp_path, TICKED[name])
    several = [q for q in questions if q.kind == "multiple"]
    of = answers[several[0].id]
    ticks = sorted(of.values.sum(axis=0).tolist())
    assert ticks == sorted(sum(j in ticks for ticks in PEOPLE) for j in range(3))
    assert (of.missing == Missing.ANSWERED).tolist() == [bool(ticks) for ticks in PEOPLE]
    assert len(several) == 1 + (name == "unipark")
    assert not {"Price", "v_2", "B1_01", "B1_03a"} & {q.text for q in questions}


@pytest.mark.parametrize("count", [lambda ticks: len(ticks) + (len(ticks) > 2), lambda _: 0, lambda _: "x"])
def test_what_does_not_count_the_columns_behind_it_has_no_options(tmp_path, count):
    columns = export_of(tmp_path, sosci_ticks(count)).columns
    assert [c.header for c in columns] == [
        "A1",
        "B1",
        "B1_01",
        "B1_02",
        "B1_03",
        "B1_03a",
        "C1",
        "C1_01",
        "C1_02",
    ]
    assert "yes" not in columns[2].texts


def test_a_count_below_0_is_told(tmp_path):
    text = sosci_ticks(lambda ticks: len(ticks) or -1)
    assert any("3 counts below 0" in note for note in export_of(tmp_path, text).notes)


def test_a_study_that_lists_the_codes_of_a_counted_column_is_refused(tmp_path):
    export_of(tmp_path, TICKED["sosci"])
    (tmp_path / "study.toml").write_text(
        '[study]\nid = "a"\ntitle = { en = "A" }\npublisher = { en = "A" }\npopulation = { en = "A" }\n'
        'sample = "opt-in"\nlanguages = ["en"]\n[[waves]]\nid = "2025"\nresponses = "a.csv"\n'
        '[questions.b]\nkind = "single"\ncolumn = "B1_01"\ntext = { en = "B" }\n'
        '[questions.b.options]\na = { en = "Not", match = ["1"] }\nb = { en = "Ticked", match = ["2"] }\n'
        '[weighting]\nmethod = "none"\n',
        encoding="utf-8",
    )
    with pytest.raises(survey.SurveyError):
        survey.read_responses(survey.read_study(tmp_path / "study.toml"))


def test_columns_side_by_side_are_parted_where_others_were_asked_and_the_draft_says_what_is_not_known(
    tmp_path,
):
    questions, _, text = drafted(tmp_path, unipark_ticks(lambda i: i % 2))
    one, other = [q for q in questions if q.kind == "multiple"]
    assert [o.column for o in (*one.options, *other.options)] == ["v_2", "v_3", "v_4", "v_5", "v_6"]
    assert len(one.options) == 3
    assert text.count("# read as one question because these columns stand side by side") == 2
    assert "v_2 FILL IN" in text
    (joined,) = [q for q in drafted(tmp_path, unipark_ticks(lambda _: True))[0] if q.kind == "multiple"]
    assert len(joined.options) == 5


def test_split_columns_end_at_a_question_and_the_draft_says_so(tmp_path):
    questions, answers, text = drafted(tmp_path, TICKED["eusurvey"])
    assert [(q.text, q.kind) for q in questions] == [
        ("Who are you?", "single"), ("Why?", "multiple"), ("Child at home?", "single"),
    ]  # fmt: skip
    assert "# columns of Yes and No behind an empty question are read as its options (Why?: 3)" in text
    assert len(answers.paradata.rows) == 12


def test_yes_and_no_with_blanks_is_a_question_of_its_own(tmp_path):
    text = TICKED["eusurvey"].replace('"Father","","No"', '"Father","",""').replace(
        '"Father","","Yes"', '"Father","",""')  # fmt: skip
    questions, *_ = drafted(tmp_path, text)
    assert "Price" in {q.text for q in questions}
