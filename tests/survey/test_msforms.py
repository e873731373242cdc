"""Microsoft Forms: its own columns in several languages, rows behind a dot, ticks that end in a semicolon."""

import pytest
from tiny_study import tiny_answers

import survey
from survey.drafting.study_text import draft_study
from survey.errors import ExportError

EN = "ID,Start time,Completion time,Email,Name,Last modified time"
DE = "Id,Startzeit,Fertigstellungszeit,E-Mail,Name"
FR = "ID,Heure de début,Heure de fin,Adresse de messagerie,Nom,Heure de la dernière modification"
ES = "Id,Hora de inicio,Hora de finalización,Correo electrónico,Nombre"
ZH = "ID,开始时间,完成时间,电子邮件,姓名"
JA = "ID,開始時刻,完了時刻,メール,名前"


def export_of(folder, text):
    (folder / "answers.csv").write_text(text, encoding="utf-8")
    return survey.read_export(folder / "answers.csv")


def answers(own, first="3/9/2025 10:02:00", last="3/9/2025 10:04:00", email="anonymous"):
    """Return a file of one question answered by two people."""
    row = f"{first},{last},{email},{',' * (own.count(',') - 4)}"
    return f"{own},Where?\n1,{row},North\n2,{row},South\n"


@pytest.mark.parametrize("own", [EN, DE, FR, ES, ZH, JA])
def test_its_own_columns_are_no_questions_in_any_language(tmp_path, own):
    first, last = "2025-09-03 10:02:00", "2025-09-03 10:04:00"
    export = export_of(tmp_path, answers(own, first, last))
    assert export.platform == "msforms"
    assert [(c.number, c.header) for c in export.columns] == [(1, "Where?")]
    assert export.own == tuple(own.split(","))
    assert export.paradata.seconds.tolist() == [120, 120]
    moved = answers(own, first, last).replace(own + ",Where?", own.replace("ID,", "Id,") + ",Where?")
    assert export_of(tmp_path, moved).platform == "msforms"


def test_the_headings_say_which_comes_first_the_day_or_the_month(tmp_path):
    for own, month in ((EN, 3), (DE, 9), (FR, 9), (ES, 9)):
        export = export_of(tmp_path, answers(own))
        assert str(export.paradata.submitted[0])[5:7] == f"{month:02}", own
        assert "are read with the" in export.notes[0]
    assert str(export_of(tmp_path, answers(DE, *2 * ["03.09.2025 11:34"])).paradata.submitted[0]).startswith(
        "2025-09-03T11:34"
    )
    two_digits = export_of(tmp_path, answers(EN, "7/27/26 19:06:23", "7/27/26 19:07:23"))
    assert str(two_digits.paradata.submitted[0]) == "2026-07-27T19:07:23"


def test_english_dates_with_zeros_may_be_british_and_are_refused(tmp_path):
    with pytest.raises(ExportError, match=r'"03/09/2025 10:04:00" can be read as .*dates = '):
        export_of(tmp_path, answers(EN, "03/09/2025 10:02:00", "03/09/2025 10:04:00"))


def test_points_and_feedback_of_a_quiz_are_no_questions(tmp_path):
    top = "ID,Start time,Completion time,Email,Name,Total points,Quiz feedback,Where?,Points - Where?"
    text = f"{top},Feedback - Where?,Why?,分数 - Why?,Points - really?\n"
    text += "1,2025-09-03 10:02:00,2025-09-03 10:04:00,a@b.example,A,3,,North,1,,Price;,1,x\n"
    export = export_of(tmp_path, text)
    assert [c.header for c in export.columns] == ["Where?", "Why?", "Points - really?"]
    assert export.user.tolist() == ["a@b.example"]


LIKERT = (
    f'{EN},"Why?\u00a0\n(all that apply)",How is it?.Price,How is it?.Price e.g. fees,1.2 Rank,1.3 Rank,'
    "Rank\u00a0\n"
    '1,2025-09-03 10:02:00,2025-09-03 10:04:00,anonymous,,,"Price;Far;",good,bad,a,a,"A;B;"\n'
    "2,2025-09-03 10:02:00,2025-09-03 10:04:00,anonymous,,,Price;,bad,bad,b,b,B;A;\n"
    "3,2025-09-03 10:02:00,2025-09-03 10:04:00,anonymous,,,,good,good,a,b,\n"
)


def test_rows_stand_behind_a_dot_and_headings_on_one_line(tmp_path):
    export = export_of(tmp_path, LIKERT)
    assert [(c.number, c.header, c.option) for c in export.columns] == [
        (1, "Why? (all that apply)", ""), (2, "How is it?", "Price"), (2, "How is it?", "Price e.g. fees"),
        (3, "1.2 Rank", ""), (4, "1.3 Rank", ""), (5, "Rank", ""),
    ]  # fmt: skip
    questions = {q.column: q for q in draft_study(export, id="a", responses="answers.csv").questions}
    assert (questions[1].kind, questions[1].separator) == ("multiple", "")
    assert (questions[5].kind, questions[5].top, questions[5].separator) == ("multiple", 1, ";")


def test_ticks_end_in_a_semicolon(tmp_path):
    why = '[questions.why]\nkind = "multiple"\ncolumn = 1\ntext = "?"\noptions.p = { en = "Price" }\n'
    found = tiny_answers(tmp_path, why + 'options.f = { en = "Far" }\n', LIKERT)
    assert found["why"].values.tolist() == [[True, True], [True, False], [False, False]]
    assert any("placeholder for an account" in note for note in found.notes)


def test_declared_but_another_file_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("ID,Start time,q\n1,2025-09-03 10:02:00,a\n", encoding="utf-8")
    with pytest.raises(ExportError, match="no columns for the start and the completion"):
        survey.read_export(tmp_path / "a.csv", "msforms")
