"""What joins the ticks of a cell: found by evidence where no platform fixes it, declared, or refused."""

from collections import Counter
from dataclasses import replace

import pytest
from question_tables import table
from tiny_study import tiny_answers

import survey
from survey.drafting.options import is_ranking, likely_separator, parts_of, separator_in
from survey.drafting.study_text import draft_study
from survey.errors import ExportError, StudyError
from survey.exports.export import Column, Export

UNKNOWN = Export("plain", "a", "utf-8", "text", (), None)


def joined(cells, export=UNKNOWN):
    return separator_in(Counter(cells), export)


TICKS = ["价格*距离", "价格*距离*安全", "安全", "距离*安全", "价格", "价格*安全", "距离"]


@pytest.mark.parametrize("sign", ["┋", "\n", ";", "；", "|", ", ", ",", "，", "、"])
def test_every_sign_is_found_where_the_parts_come_back_in_other_company(sign):
    assert joined([cell.replace("*", sign) for cell in TICKS]) == sign


@pytest.mark.parametrize(
    "cells",
    [
        ["Yes, often", "Yes, rarely", "No", "Yes, often", "No"] * 9,
        ["太贵、不划算", "远", "太贵、不划算", "没有"] * 9,
        ["Paris, France", "Lyon, France", "Berlin, Germany"] * 9,
        [f"Sep {day}, 2024" for day in range(1, 20)] * 3,
        [f"希望便宜，离家近，第{i}条" for i in range(60)],
        [f"希望便宜，第{i}条，离家近" for i in range(60)],
        ["价格、距离", "价格", "距离", "安全", "价格"],
    ],
)
def test_answers_that_hold_a_sign_are_no_ticks(cells):
    assert joined(cells) == ""


def test_an_option_may_hold_another_sign_than_the_one_that_joins(tmp_path):
    cells = ["师资、安全,太贵", "太贵,太远", "师资、安全,太远", "太远", "太贵,师资、安全,太远", "太贵"]
    counts = Counter(cells)
    assert separator_in(counts, UNKNOWN) == ","
    assert parts_of(counts, ",") == {"太贵": 4, "太远": 4, "师资、安全": 3}


def test_a_sign_behind_the_last_tick_is_enough():
    assert joined(["Price;", "Far;", "Quality;Far;"]) == ";"
    assert joined(["Price;", "Far", "Far;too"]) == ""


def test_the_sign_of_the_other_questions_helps_where_evidence_is_short(tmp_path):
    whens, says = ["上午*下午", "上午", "下午", "晚上", *3 * [""]], ["a，b", "c，d", "e", *4 * [""]]
    rows = [f'"{a}","{b}","{c}"\n' for a, b, c in zip(TICKS, whens, says, strict=True)]
    text = "why,when,say\n" + "".join(rows).replace("*", "，")
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    export = survey.read_export(tmp_path / "a.csv")
    draft = {q.id: q for q in draft_study(export, id="a", responses="a.csv").questions}
    assert {name: (q.kind, q.separator) for name, q in draft.items()} == {
        "why": ("multiple", "，"), "when": ("multiple", "，"), "say": ("single", "")}  # fmt: skip
    assert tuple(map(str, draft["why"].notes)) == (
        'read as ticks joined by "，": is it a tick-all question?',
    )
    assert likely_separator([], export) == ""
    assert likely_separator([Column.of("q", export.columns[2].cells)], export) == ""


def test_cells_with_the_same_parts_in_different_orders_are_a_ranking(tmp_path):
    counts = Counter(["B,A,C", "A,B,C", "C,A,B"])
    assert is_ranking(counts, ",")
    assert not is_ranking({"B,A,C": 1}, ",")
    assert not is_ranking({"A,B": 1, "A": 1}, ",")
    text = "rank\n" + '"B,A,C"\n"A,B,C"\n"C,A,B"\n"B,C,A"\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    draft = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv").questions[0]
    assert (draft.kind, draft.separator, draft.top) == ("multiple", ",", 1)


OPTIONS = [("p", "Price"), ("q", "Quality"), ("d", "Far, too far"), ("o", {"en": "Other", "typed": True})]
LINES = 'n,a,b,why\n1,,,"Price\nQuality"\n2,,,Price\n3,,,"Quality\r\nFar, too far"\n4,,,dear\n'


def test_ticks_on_lines_of_a_cell(tmp_path):
    found = tiny_answers(tmp_path, table("why", "multiple", "why", OPTIONS, 'separator = "\\n"'), LINES)
    assert found["why"].values.sum(axis=0).tolist() == [2, 2, 1, 1]


def test_ticks_that_nothing_parts_are_refused_and_not_counted_as_other(tmp_path):
    expected = r'row 2, question why: "Price …" joins .* by "\\n"; add separator = "\\n" to the question'
    with pytest.raises(ExportError, match=expected):
        tiny_answers(tmp_path, table("why", "multiple", "why", OPTIONS), LINES)


def test_a_separator_may_be_a_line_break_but_not_nothing(tmp_path):
    with pytest.raises(StudyError, match='separator: is ""; expected a text in quotes'):
        tiny_answers(tmp_path, table("why", "multiple", "why", OPTIONS, 'separator = ""'), LINES)


def test_the_sign_of_other_questions_does_not_split_answers_that_begin_alike():
    cells = ["Yes, often"] * 40 + ["Yes, rarely"] * 30 + ["Yes"] * 10
    for sign in ("", ", "):
        assert joined(cells, replace(UNKNOWN, likely_separator=sign)) == ""
    few = ["Price, Food"] * 2 + ["Price", "Food"] * 9  # one cell with two is enough where others join by it
    assert [joined(few, replace(UNKNOWN, likely_separator=sign)) for sign in ("", ", ")] == ["", ", "]
