"""From cells to codes: kinds of missing, exclusive options, derived variables, and nothing typed kept."""

import csv
import io
import pickle
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import tiny_answers

import survey
from survey.errors import EstimateError, ExportError, StudyError
from survey.study.questionnaire import Missing

INTENT = """
[questions.intent]
kind = "single"
column = 1
text = "Intent"
options.yes = { zh = "愿意" }
options.depends = { zh = "看情况", match = ["It depends"] }
options.no = { zh = "不愿意" }
"""
CONCERNS = """
[questions.concerns]
kind = "multiple"
column = 2
text = "Concerns"
options.price = { zh = "价格" }
options.other = { zh = "其他【请注明】" }
options.none = { zh = "没有", exclusive = true }
"""
FEE = '[questions.fee]\nkind = "number"\ncolumn = 3\ntext = "Fee"\n'
BIRTH = '[questions.birth]\nkind = "month"\ncolumn = 4\ntext = "Birth"\n'
REMARK = '[questions.remark]\nkind = "text"\ncolumn = 5\ntext = "Remark"\n'
MONTHS = '[derived.months]\nfrom = "birth"\nage = "completed_months"\n'
BANDS = """
[derived.level]
from = "fee"
options.low = { zh = "低", between = [0, 999] }
options.high = { zh = "高", between = [1000, 5000] }
"""
GROUPS = """
[derived.stance]
from = "intent"
options.open = { zh = "不反对", of = ["yes", "depends"] }
options.against = { zh = "反对", of = ["no"] }
"""
NUMBERED = ("1、意愿？", "2、顾虑？", "3、费用？", "4、出生年月？", "5、意见？")


def read(folder, questions, rows, header=NUMBERED, when="2024/9/15 9:04:11"):
    """Return the answers of rows of a text download of 问卷星."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(["序号", "提交答卷时间", *header])
    table.writerows([i, when, *row] for i, row in enumerate(rows, 1))
    return tiny_answers(folder, questions, made.getvalue())


def test_a_gap_is_blank_or_not_asked(tmp_path):
    gaps = [["(跳过)"] * 5, ["(空)"] * 5, [""] * 5, ["愿意", "价格", "5", "2023-1", "好"]]
    found = read(tmp_path, INTENT + CONCERNS + FEE + BIRTH + REMARK, gaps)
    for name in ("intent", "concerns", "fee", "birth", "remark"):
        assert list(found[name].missing) == [Missing.NOT_ASKED, Missing.BLANK, Missing.BLANK, 0], name
    assert list(found["intent"].values) == [-1, -1, -1, 0]
    assert found["concerns"].values.tolist() == [[False] * 3] * 3 + [[True, False, False]]
    assert list(found["fee"].values[:3]) == pytest.approx([np.nan] * 3, nan_ok=True)
    assert found["birth"].values[3] == 12 * 2023
    with pytest.raises(EstimateError, match='did you mean "intent"'):
        found["intend"]


RULE = 'asked_if = [{{ question = "intent", {} }}]\n'


@pytest.mark.parametrize(
    ("rule", "fees"),
    [
        ('in = ["yes", "depends"]', [0, 1, 2, 0, 1, 2]),
        ('not_in = ["no"]', [0, 1, 2, 0, 1, 2]),
        ('in = ["no"]', [0, 2, 1, 0, 1, 2]),
    ],
)
def test_a_blank_where_the_question_was_skipped_is_not_asked(tmp_path, rule, fees):
    rows = [["不愿意", "", "7"], ["愿意", "", ""], ["不愿意", "", ""], ["愿意", "", "5"], ["", "", ""],
            ["", "", "(跳过)"]]  # fmt: skip
    found = read(tmp_path, INTENT + FEE + RULE.format(rule), rows, NUMBERED[:3])
    # An answer given stays one; where the condition is unknown, a blank stays blank.
    assert list(found["fee"].missing) == fees


def test_asked_if_reads_select_all_questions_and_numbers(tmp_path):
    rule = (
        'asked_if = [{ question = "concerns", not_in = ["none"] }, { question = "fee", between = [1, 9] }]\n'
    )
    rows = [["", "没有", "5"], ["", "价格", "5"], ["", "价格", "10"], ["", "价格", ""], ["", "", "9"]]
    found = read(tmp_path, INTENT + rule + CONCERNS + FEE, rows, NUMBERED[:3])
    blank, skipped = Missing.BLANK, Missing.NOT_ASKED
    assert list(found["intent"].missing) == [skipped, blank, skipped, blank, blank]


def test_who_was_not_asked_a_question_was_not_asked_what_depends_on_it(tmp_path):
    fee = FEE + RULE.format('in = ["yes"]')
    birth = BIRTH + 'asked_if = [{ question = "fee", between = [1, 9] }]\n'
    found = read(
        tmp_path, INTENT + fee + birth, [["不愿意", "", "", ""], ["愿意", "", "5", ""]], NUMBERED[:4]
    )
    assert list(found["fee"].missing) == [Missing.NOT_ASKED, 0]
    assert list(found["birth"].missing) == [Missing.NOT_ASKED, Missing.BLANK]


def test_none_of_these_beside_a_tick_gives_way_to_the_tick(tmp_path):
    rows = [["", "价格┋没有"], ["", "没有"], ["", "没有┋其他【请注明】〖没有〗┋价格"], ["", "价格"]]
    ticks = read(tmp_path, CONCERNS, rows, NUMBERED[:2])["concerns"].values
    assert ticks.astype(int).tolist() == [[1, 0, 0], [0, 0, 1], [1, 1, 0], [1, 0, 0]]


def test_declared_missing_texts_are_blanks(tmp_path):
    questions = INTENT + 'missing = ["拒答", "N\uff0fA"]\n' + FEE + 'missing = ["-1"]\n'
    rows = [["拒答", "", "-1"], ["n/a", "", "5"], ["愿意", "", "1"], ["(跳过)", "", "-4元"]]
    found = read(tmp_path, questions, rows, NUMBERED[:3])
    assert list(found["intent"].missing) == [1, 1, 0, 2]
    assert list(found["fee"].missing) == [1, 0, 0, 0]
    assert list(found["fee"].values[1:]) == [5, 1, -4]
    with pytest.raises(ExportError, match=r'row 2, question intent: "拒答" is not one of its options'):
        read(tmp_path, INTENT, rows, NUMBERED[:3])


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("500", 500),
        ("1,500元", 1500),
        ("￥800元/月", 800),
        ("\uff11\uff12", 12),
        ("-3.5", -3.5),
        (" 7 岁", 7),
    ],
)
def test_numbers_as_people_write_them(tmp_path, cell, number):
    assert read(tmp_path, FEE, [["", "", cell], ["", "", "(空)"]], NUMBERED[:3])["fee"].values[0] == number


@pytest.mark.parametrize("cell", ["愿意", " 愿意 ", "YES", "yes", "愿意〖已经送了〗"])
def test_spellings_of_an_option(tmp_path, cell):
    rows = [[cell], ["it  DEPENDS"], ["不愿意"]]
    assert list(read(tmp_path, INTENT, rows, NUMBERED[:1])["intent"].values) == [0, 1, 2]


@pytest.mark.parametrize(
    ("birth", "when", "months"),
    [
        ("2024-09", "2024/9/1 0:00:00", 0),
        ("2024-09", "2024/9/30 23:59:59", 0),
        ("2024/8", "2024/9/1 0:00:00", 1),
        ("2023年9月", "2024/9/15 9:00:00", 12),
        ("2023.12", "2024/1/1 9:00:00", 1),
        ("2021-09-30", "2024/9/1 9:00:00", 35),
        ("2021-09-30", "2024/9/30 9:00:00", 36),
        ("2024-10", "2024/9/30 9:00:00", -1),
    ],
)
def test_completed_months(tmp_path, birth, when, months):
    found = read(tmp_path, BIRTH + MONTHS, [["", "", "", birth], ["", "", "", ""]], NUMBERED[:4], when)
    assert found["months"].values[0] == months
    assert list(found["months"].missing) == [0, Missing.BLANK]
    assert np.isnan(found["months"].values[1])


def test_an_age_without_a_time_of_submission_is_refused(tmp_path):
    questions = BIRTH.replace("column = 4", 'column = "birth"') + MONTHS
    with pytest.raises(StudyError, match=r"\[derived.months\]: needs the time of submission"):
        tiny_answers(tmp_path, questions, "birth\n2023-1\n2023-2\n")


def test_bands_include_both_ends_and_refuse_what_lies_between(tmp_path):
    cells = ["0", "999", "1000", "5000", "", "(跳过)"]
    found = read(tmp_path, FEE + BANDS, [["", "", c] for c in cells], NUMBERED[:3])["level"]
    assert list(found.values) == [0, 0, 1, 1, -1, -1]
    assert list(found.missing) == [0, 0, 0, 0, Missing.BLANK, Missing.NOT_ASKED]
    with pytest.raises(ExportError, match=r"row 3, question fee: 999.5 is in no band of \[derived.level\]"):
        read(tmp_path, FEE + BANDS, [["", "", "5"], ["", "", "999.5"]], NUMBERED[:3])


def test_groupings_follow_their_source(tmp_path):
    rows = [["愿意"], ["看情况"], ["不愿意"], [""], ["(跳过)"]]
    found = read(tmp_path, INTENT + GROUPS, rows, NUMBERED[:1])["stance"]
    assert list(found.values) == [0, 0, 1, -1, -1]
    assert list(found.missing) == [0, 0, 0, Missing.BLANK, Missing.NOT_ASKED]
    short = GROUPS.replace('"yes", "depends"', '"yes"')
    with pytest.raises(StudyError, match='option "depends" is in no group'):
        read(tmp_path, INTENT + short, rows, NUMBERED[:1])


def test_an_option_outside_the_population_may_be_in_no_group(tmp_path):
    intent = INTENT.replace('{ zh = "不愿意" }', '{ zh = "不愿意", ineligible = true }')
    groups = GROUPS.replace('options.against = { zh = "反对", of = ["no"] }\n', "")
    found = read(tmp_path, intent + groups, [["愿意"], ["不愿意"]], NUMBERED[:1])["stance"]
    assert (list(found.values), list(found.missing)) == ([0, -1], [0, Missing.BLANK])


def test_frame_and_missing_show_codes_ticks_and_numbers(tmp_path):
    rows = [["看情况", "价格", "1200", "2024-1", "好"], ["(跳过)", "(空)", "", "(跳过)", ""]]
    found = read(tmp_path, INTENT + CONCERNS + FEE + BIRTH + REMARK + MONTHS + BANDS, rows)
    index = pd.Index([2, 3], name="row")
    boolean = {f"concerns.{code}": pd.array([code == "price", None], dtype="boolean") for code in
               ("price", "other", "none")}  # fmt: skip
    codes = pd.Categorical(["depends", None], categories=["yes", "depends", "no"])
    expected = pd.DataFrame(
        {"intent": codes, **boolean, "fee": [1200.0, np.nan], "birth": [12.0 * 2024, np.nan],
         "months": [8.0, np.nan], "level": pd.Categorical(["high", None], categories=["low", "high"])},
        index=index,
    )  # fmt: skip
    pd.testing.assert_frame_equal(found.frame, expected)
    gaps = {"intent": "not_asked", "concerns": "blank", "fee": "blank", "birth": "not_asked",
            "remark": "blank", "months": "not_asked", "level": "blank"}  # fmt: skip
    assert found.missing.to_dict("list") == {name: ["", gap] for name, gap in gaps.items()}
    assert found.missing.index.equals(index)


def test_nothing_typed_is_kept(tmp_path):
    rows = [["愿意〖TYPED1〗", "价格┋其他【请注明】〖TYPED2┋x〗", "5", "2024-1", "TYPED3 13800138000"]]
    found = read(tmp_path, INTENT + CONCERNS + FEE + BIRTH + REMARK, rows)
    marks = [b"TYPED1", b"TYPED2", b"TYPED3", b"13800138000"]
    kept, file = pickle.dumps(found), pickle.dumps(survey.read_export(tmp_path / "answers.csv"))
    assert [mark in file for mark in marks] == [True] * 4
    assert [mark in kept for mark in marks] == [False] * 4
    assert found["remark"].values.tolist() == [0.0]


def or_gap(answers, columns=1):
    """Return what draws the cell of a text download, those of a number download, and the answer."""
    gaps = [("(空)", [-2] * columns, "blank"), ("(跳过)", [-3] * columns, "not_asked")]
    return st.one_of(st.sampled_from(gaps), answers)


def some_ticks(drawn):
    ticks, typed = drawn
    cell = "┋".join(WORRIES[i] + f"〖{typed}〗" * (i == 1) for i in sorted(ticks))
    kept = [i in ticks and (i < 2 or len(ticks) == 1) for i in range(3)]
    return cell, [int(i in ticks) for i in range(3)], kept


def some_month(month):
    years, one = divmod(month, 12)
    return f"{years}年{one + 1}月", [f"{years}-{one + 1:02d}"], month


INTENTS, WORRIES = ("愿意", "看情况", "不愿意"), ("价格", "其他【请注明】", "没有")
OWN_COLUMNS = (NUMBERED[0], *(f"第2题({text})" for text in WORRIES), *NUMBERED[2:4])
TYPED = st.text('a┋,"\n;、价格〖→', min_size=1, max_size=6)
PERSON = st.tuples(
    or_gap(st.integers(0, 2).map(lambda i: (INTENTS[i], [i + 1], i))),
    or_gap(st.tuples(st.sets(st.integers(0, 2), min_size=1), TYPED).map(some_ticks), 3),
    or_gap(st.integers(0, 10**6).map(lambda fee: (fee, [fee], fee))),
    or_gap(st.integers(12 * 1990, 12 * 2025).map(some_month)),
)


def heard(found):
    """Return the answers of each person, or why there is none."""
    columns = []
    for name, answers in found.answers.items():
        gaps = found.missing[name].tolist()
        columns.append([gap or value for gap, value in zip(gaps, answers.values.tolist(), strict=True)])
    return list(map(list, zip(*columns, strict=True)))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.lists(PERSON, min_size=1, max_size=8))
def test_answers_come_back_from_a_text_and_a_number_download(people):
    cells = [[cell for cell, _, _ in p] for p in people]
    numbers = [[number for _, some, _ in p for number in some] for p in people]
    with tempfile.TemporaryDirectory() as name:
        text = read(Path(name), INTENT + CONCERNS + FEE + BIRTH, cells, NUMBERED[:4])
        number = read(Path(name), INTENT + CONCERNS + FEE + BIRTH, numbers, OWN_COLUMNS)
    assert heard(text) == [[answer for _, _, answer in p] for p in people]
    assert heard(number) == heard(text)
    pd.testing.assert_frame_equal(number.frame, text.frame)
