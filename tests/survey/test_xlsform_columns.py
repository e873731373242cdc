"""Kobo and ODK: options with a slash, other joints, names that are numbers, files, and what is no answer."""

import pytest
from tiny_study import tiny_answers

import survey
from survey.drafting.questions import draft_questions

KOBO, KEYS = "_id,_uuid,_submission_time", ("1,u1,2025-09-01T10:00:00", "2,u2,2025-09-02T10:00:00",
                                            "3,u3,2025-09-03T10:00:00")  # fmt: skip


def kobo(folder, header, *cells):
    lines = [f"{header},{KOBO}", *(f"{cell},{key}" for cell, key in zip(cells, KEYS, strict=True))]
    (folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return survey.read_export(folder / "a.csv")


def options(export):
    return [(c.header, c.option) for c in export.columns if c.option]


def test_the_label_of_an_option_may_hold_the_slash_that_joins(tmp_path):
    labels = ("Price", "Too far/inconvenient", "Too far/dear", "Quality")
    header = "Where?," + ",".join(f"Why?/{label}" for label in labels)
    export = kobo(tmp_path, header, "A,1,0,1,0", "B,0,1,0,0", "A,,,,")
    assert options(export) == [("Why?", label) for label in labels]


def test_two_questions_in_a_group_are_told_by_who_answered_them(tmp_path):
    header = "When?/Weekday/Morning,When?/Weekday/Night,When?/Weekend/Morning,When?/Weekend/Night"
    export = kobo(tmp_path, header, "1,0,,", ",,0,1", "0,1,1,0")
    assert options(export) == [
        ("When?/Weekday", "Morning"), ("When?/Weekday", "Night"),
        ("When?/Weekend", "Morning"), ("When?/Weekend", "Night"),
    ]  # fmt: skip


@pytest.mark.parametrize("joint", ["/", ".", " - ", "__"])
def test_groups_are_joined_by_any_text(tmp_path, joint):
    header = f"g{joint}why,g{joint}why{joint}price,g{joint}why{joint}far,g{joint}age"
    export = kobo(tmp_path, header, "price far,1,1,3", "far,0,1,4", ",,,5")
    assert [(c.name, c.option) for c in export.columns] == [("why", "price"), ("why", "far"), ("age", "")]
    assert export.left_out[0][0] == f"g{joint}why"


def test_an_empty_joint_of_groups_still_has_a_slash_before_options(tmp_path):
    export = kobo(tmp_path, "gwhy,gwhy/price,gwhy/far,gage", "price far,1,1,3", "far,0,1,4", ",,,5")
    assert [(c.name, c.option) for c in export.columns] == [("gwhy", "price"), ("gwhy", "far"), ("gage", "")]


def test_files_are_left_out_with_the_reason(tmp_path):
    export = kobo(tmp_path, "q,photo,photo_URL", "a,1.jpg,https://x/1", "b,,", "a,,")
    assert export.left_out == (
        ("photo", "names and addresses of files"), ("photo_URL", "names and addresses of files"),
    )  # fmt: skip


def test_options_named_by_numbers_are_ticks(tmp_path):
    export = kobo(tmp_path, "why", "1 3", "3", "1")
    (question,) = draft_questions(export)
    assert (question.kind, sorted(option.label for option in question.options)) == ("multiple", ["1", "3"])


def test_labels_joined_by_blanks_are_named(tmp_path):
    export = kobo(tmp_path, "why", "Far away Price", "Price", "Price Staff here")
    assert any("why: some cells read like several labels" in note for note in export.notes)
    assert kobo(tmp_path, "why", "far price", "price", "price staff").notes == ()


def test_answers_that_odk_could_not_open_do_not_count(tmp_path):
    text = (
        "SubmissionDate,why,KEY,Status,ReviewState\n2025-09-01T10:00:00Z,a,k1,,\n"
        "2025-09-01T11:00:00Z,,k2,not decrypted,\n2025-09-01T12:00:00Z,b,k3,,rejected\n"
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert survey.read_export(tmp_path / "a.csv").paradata.rejected.tolist() == [False, True, True]


def test_a_list_of_all_options_in_order_is_a_ranking_and_no_tick_all_question(tmp_path):
    (question,) = draft_questions(
        kobo(tmp_path, "rank", "price far near", "far price near", "price near far")
    )
    assert (question.kind, question.top, question.separator) == ("multiple", 1, "")
    rank = '[questions.q]\nkind = "multiple"\ncolumn = "rank"\ntext = "?"\ntop = 1\n[questions.q.options]\n'
    rank += "".join(f'{name} = {{ en = "{name}" }}\n' for name in ("price", "far", "near"))
    answers = tiny_answers(tmp_path, rank, file=tmp_path / "a.csv")["q"]
    assert answers.values.sum(axis=0).tolist() == [2, 1, 0]


def test_a_number_in_a_group_is_no_option_beside_those_of_a_question_that_others_left_blank(tmp_path):
    header = "My group/Agree?,My group/Why?/Price,My group/Why?/Far"
    export = kobo(tmp_path, header, "1,0,1", "0,,", "1,1,0")
    assert options(export) == [("My group/Why?", "Price"), ("My group/Why?", "Far")]
