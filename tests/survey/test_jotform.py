"""Jotform: known by the date of submission and a second mark; ticks on lines of a cell."""

import pytest

import survey
from survey.drafting.study_text import draft_study
from survey.errors import ExportError

TEXT = (
    '"Submission Date","Where?","Why?","How is it? >> Price","How is it? >> Staff","Say","Submission IP"\n'
    '"Sep 1, 2025","North","Price\nFar","Good","Bad","","203.0.113.1"\n'
    '"Sep 2, 2025","South","Far\nStaff","Good","","fine\nthanks","203.0.113.1"\n'
    '"Sep 3, 2025","South","Price\nStaff","Bad","Bad","","203.0.113.2"\n'
    '"Sep 4, 2025","South","Price","Bad","Bad","","203.0.113.3"\n'
)


def export_of(folder, text=TEXT):
    (folder / "answers.csv").write_text(text, encoding="utf-8-sig")
    return survey.read_export(folder / "answers.csv")


def test_ticks_on_lines_and_rows_behind_two_signs(tmp_path):
    export = export_of(tmp_path)
    assert (export.platform, export.separator) == ("jotform", "\n")
    assert [(c.number, c.header, c.option) for c in export.columns] == [
        (1, "Where?", ""), (2, "Why?", ""), (3, "How is it?", "Price"), (3, "How is it?", "Staff"),
        (4, "Say", ""),
    ]  # fmt: skip
    assert export.own == ("Submission Date", "Submission IP")
    assert export.device.tolist() == ["203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.3"]
    assert str(export.paradata.submitted[1]) == "2025-09-02T00:00:00"
    questions = {q.column: q for q in draft_study(export, id="a", responses="answers.csv").questions}
    assert questions[2].kind == "multiple"
    assert {option.label for option in questions[2].options} == {"Price", "Far", "Staff"}
    assert questions[4].kind != "multiple"


@pytest.mark.parametrize(
    ("header", "date", "platform"),
    [
        ("Submission Date,q", '"Sep 1, 2025"', "jotform"),
        ("Submission Date,q", "1-Sep-25", "jotform"),
        ("q,Submission Date", '"Sep 1, 2025 10:04 AM"', "jotform"),
        ("Submission Date,No Label 2", "2025-09-01 10:00:00", "jotform"),
        ("Submission Date,a >> b", "2025-09-01 10:00:00", "jotform"),
        ("Submission Date,Submission ID", "2025-09-01 10:00:00", "jotform"),
        ("Submission Date,q", "2025-09-01 10:00:00", "plain"),
        ("Date,No Label", '"Sep 1, 2025"', "plain"),
    ],
)
def test_the_date_of_submission_and_a_second_mark_tell_it(tmp_path, header, date, platform):
    row = f"a,{date}" if header.startswith("q") else f"{date},a"
    text = f"{header},z\n{row},x\n{row},y\n"
    assert export_of(tmp_path, text).platform == platform


def test_declared_but_without_a_question_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("Submission Date,Submission ID\n2025-09-01,6\n", encoding="utf-8")
    with pytest.raises(ExportError, match=r"a\.csv: has no questions; export the answers again"):
        survey.read_export(tmp_path / "a.csv", "jotform")
