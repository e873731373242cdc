"""A matrix of ticks: a question for each row, in the drafts and in studies that name the row."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from question_tables import neutral, table
from tiny_study import tiny_answers, tiny_study

import survey
from reports.cli import main
from survey.drafting.downloads.paired import read_pair
from survey.drafting.study_text import draft_study
from survey.errors import ExportError

WHEN = [("am", "上午"), ("pm", "下午")]
ROWS = ("工作日", "周末")
# Who ticked what: mornings and afternoons on workdays, then at weekends.
TICKED = [("10", "11"), ("01", "00"), ("11", "01"), ("10", "10")] * 3
QUESTIONS = "".join(
    table(name, "multiple", 2, WHEN).replace("column = 2", f'column = 2\nrow = "{row}"')
    for name, row in zip(("workday", "weekend"), ROWS, strict=True)
)


def wjx(sign, ticked=TICKED):
    """A 问卷星 number download in which a sign stands between row and option."""
    heads = ",".join(f"第2题({row}{sign}{option})" for row in ROWS for _, option in WHEN)
    lines = [f"序号,提交答卷时间,1、您住在哪里？,{heads}"]
    for i, rows in enumerate(ticked, 1):
        lines.append(f"{i},2025/9/3 10:{i % 60:02}:00,{1 + i % 2}," + ",".join("".join(rows)))
    return "\n".join(lines) + "\n"


def tencent(ticked=TICKED):
    marked = [(row, f"{mark}.{text}") for row in ROWS for mark, (_, text) in zip("AB", WHEN, strict=True)]
    heads = [f"2.您什么时候需要托育？:{row}:{option}" for row, option in marked]
    lines = ["编号,开始答题时间,结束答题时间,1.住在哪里？," + ",".join(heads)]
    for i, rows in enumerate(ticked, 1):
        ticks = zip("".join(rows), marked, strict=True)
        cells = ",".join(option if tick == "1" else "" for tick, (_, option) in ticks)
        lines.append(f"{i},2025-09-03 10:00:00,2025-09-03 10:{i % 60:02}:00,{'AB'[i % 2]}.区,{cells}")
    return "\n".join(lines) + "\n"


FILES = {"wjx )(": wjx(")("), "wjx dash": wjx("—"), "wjx colon": wjx(":"), "tencent": tencent()}


@pytest.mark.parametrize("name", FILES)
def test_a_row_of_a_matrix_of_ticks_is_read_by_its_name(tmp_path, name):
    found = tiny_answers(tmp_path, QUESTIONS, FILES[name])
    codes = {"10": ["am"], "01": ["pm"], "11": ["am", "pm"], "00": "EMPTY"}
    assert neutral(found, "workday") == [codes[row] for row, _ in TICKED]
    assert neutral(found, "weekend") == [codes[row] for _, row in TICKED]
    assert found.unread == (found.unread[0],)  # the first question


@pytest.mark.parametrize("name", FILES)
def test_a_matrix_of_ticks_is_drafted_as_a_question_a_row(tmp_path, name):
    (tmp_path / "a.csv").write_text(FILES[name], encoding="utf-8")
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    ticked = {
        q.row: answers[q.id].values.sum(axis=0).tolist()
        for q in answers.questionnaire
        if q.kind == "multiple"
    }
    assert ticked == {"工作日": [9, 6], "周末": [6, 6]}


@pytest.mark.parametrize("name", ["wjx )(", "tencent"])
def test_a_matrix_of_ticks_without_its_row_is_refused(tmp_path, name):
    without = table("workday", "multiple", 2, WHEN)
    with pytest.raises(ExportError, match=r"is a matrix of ticks \(its rows are 工作日, 周末"):
        tiny_answers(tmp_path, without, FILES[name])
    with pytest.raises(ExportError, match='has 0 rows "节日"'):
        tiny_answers(tmp_path, QUESTIONS.replace("周末", "节日"), FILES[name])


def test_both_downloads_of_a_matrix_of_ticks_give_the_order_of_its_options(tmp_path):
    (tmp_path / "numbers.csv").write_text(wjx(":"), encoding="utf-8")
    lines = ["序号,提交答卷时间,1、您住在哪里？,2、何时？—工作日,周末"]
    texts = {"10": "上午", "01": "下午", "11": "上午┋下午", "00": "(空)"}
    for i, (first, second) in enumerate(TICKED, 1):
        town = ["城东", "城西"][i % 2]
        lines.append(f"{i},2025/9/3 10:{i:02}:00,{town},{texts[first]},{texts[second]}")
    (tmp_path / "texts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    pair = read_pair(tmp_path / "texts.csv", tmp_path / "numbers.csv")
    draft = draft_study(pair.text, id="a", responses="texts.csv", pair=pair)
    rows = {q.row: [o.label for o in q.options] for q in draft.questions if q.row}
    assert rows == {"工作日": ["上午", "下午"], "周末": ["上午", "下午"]}
    assert {q.order for q in draft.questions if q.row} == {"questionnaire"}


def test_options_that_hold_a_sign_are_no_rows(tmp_path):
    text = wjx(":").replace("周末:下午", "周末")  # not every row has every option
    study = tiny_study(tmp_path, table("when", "multiple", 2, [("a", "工作日:上午"), ("b", "工作日:下午"),
                       ("c", "周末:上午"), ("d", "周末")]), text)  # fmt: skip
    assert survey.read_responses(study)["when"].values.sum(axis=0).tolist() == [9, 6, 6, 6]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(["00", "01", "10", "11"])] * 2), min_size=1, max_size=12))
def test_every_tick_is_counted_in_its_row(tmp_path_factory, ticked):
    folder = tmp_path_factory.mktemp("rows")
    for text in (wjx(")(", ticked), tencent(ticked)):
        found = tiny_answers(folder, QUESTIONS, text)
        for place, name in enumerate(("workday", "weekend")):
            wanted = [[tick == "1" for tick in row[place]] for row in ticked]
            assert found[name].values.tolist() == wanted
