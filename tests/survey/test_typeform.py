"""Typeform: columns of options without a wording, words typed under Other, and answers that were not sent."""

import pytest
from tiny_study import tiny_answers

import survey
from survey.drafting.study_text import draft_study
from survey.errors import ExportError
from survey.study.questionnaire import TO_FILL

OWN = "Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending"
TEXT = (
    "#,{{field:1}} *Who* are you?,Other,Price,Far away,Other,Price,Staff,Say,Morning,Morning,Evening,source,"
    f"{OWN}\n"
    "t1,Mother,,Price,,,Price,Staff,fine,Morning,,,a,completed,2025-09-01 10:00:00,,"
    "2025-09-01 10:02:00,n1,,E\n"
    "t2,Father,,Price,Far away,the bus,,,,,Morning,Evening,a,completed,2025-09-01 23:59:00,,"
    "2025-09-02 00:01:00,n2,,E\n"
    "t3,,Aunt,,,a dog,Price,,,Morning,Morning,,b,completed,2025-09-02 10:00:00,,2025-09-02 10:01:00,n3,,E\n"
    "t4,Mother,,Price,,,,,,,,,b,partial,2025-09-02 11:00:00,2025-09-02 11:01:00,,n4,,\n"
)


def export_of(folder, text=TEXT):
    (folder / "answers.csv").write_text(text, encoding="utf-8")
    return survey.read_export(folder / "answers.csv")


def test_ticks_side_by_side_are_one_question_until_other_or_a_label_comes_again(tmp_path):
    export = export_of(tmp_path)
    assert export.platform == "typeform"
    assert [(c.number, c.header, c.option, c.typed) for c in export.columns] == [
        (1, "… Who are you?", "", False), (1, "… Who are you?", "Other", True),
        (2, "", "Price", False), (2, "", "Far away", False), (2, "", "Other", False), (2, "", "Other", True),
        (3, "", "Price", False), (3, "", "Staff", False), (4, "Say", "", False), (5, "", "Morning", False),
        (6, "", "Morning", False), (6, "", "Evening", False), (7, "source", "", False),
    ]  # fmt: skip
    assert export.own == ("#", *OWN.split(","))
    assert "questions 2, 3, 5, 6" in export.notes[1]


def test_who_typed_under_other_chose_it_and_the_words_are_no_option(tmp_path):
    tables = (
        '[questions.who]\nkind = "single"\ncolumn = 1\ntext = "Who?"\n'
        'options.m = { en = "Mother" }\noptions.f = { en = "Father" }\noptions.o = { en = "Other" }\n'
        '[questions.why]\nkind = "multiple"\ncolumn = 2\ntext = "Why?"\n'
        'options.p = { en = "Price" }\noptions.d = { en = "Far away" }\noptions.o = { en = "Other" }\n'
    )
    found = tiny_answers(tmp_path, tables, TEXT)
    assert found["who"].values.tolist() == [0, 1, 2, 0]
    assert found["why"].values.tolist() == [
        [True, False, False], [True, True, True], [False, False, True], [True, False, False]]  # fmt: skip
    draft = draft_study(export_of(tmp_path), id="a", responses="answers.csv").study
    assert "Aunt" not in draft
    assert "the bus" not in draft


def test_only_what_was_sent_counts_and_times_are_in_utc(tmp_path):
    export = export_of(tmp_path)
    assert export.paradata.unfinished.tolist() == [False, False, False, True]
    assert export.paradata.seconds.tolist()[:3] == [120, 120, 60]
    assert str(export.paradata.submitted[1]) == "2025-09-02T00:01:00"
    assert "UTC" in export.notes[0]
    older = TEXT.replace("Response Type,", "").replace("completed,", "").replace("partial,", "")
    assert export_of(tmp_path, older).paradata.unfinished is None


def test_an_option_that_nobody_chose_stands_between_others_and_a_question_does_not(tmp_path):
    text = f"#,A,B,C,D?,E,{OWN}\n"
    text += "".join(f"t{i},A,,C,,E,completed,,,2025-09-01 10:00:00,n{i},,\n" for i in range(3))
    assert [(c.number, c.option or c.header) for c in export_of(tmp_path, text).columns] == [
        (1, "A"), (1, "B"), (1, "C"), (2, "D?"), (3, "E")]  # fmt: skip


def test_a_draft_asks_for_the_wording(tmp_path):
    draft = draft_study(export_of(tmp_path), id="a", responses="answers.csv")
    assert f'text = {{ en = "question 2: {TO_FILL["en"]}" }}' in draft.study
    assert "no wording: write it" in draft.study


def test_declared_but_another_file_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("#,Tags\n1,a\n", encoding="utf-8")
    with pytest.raises(ExportError, match=r"a\.csv: has no questions; export the answers again"):
        survey.read_export(tmp_path / "a.csv", "typeform")
