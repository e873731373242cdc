"""Words for nothing are proposed as missing and counted so; amounts with words among them stay numbers."""

import tomllib

import pytest

import survey
from reports.cli import main
from survey.drafting.study_text import draft_study


def drafted(folder, header, cells):
    """The draft of a table with such a column: the column's table, and the whole text."""
    lines = "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    (folder / "a.csv").write_text(f"n,{header}\n{lines}", encoding="utf-8")
    text = draft_study(survey.read_export(folder / "a.csv"), id="a", responses="a.csv").study
    found = [q for q in tomllib.loads(text)["questions"].values() if q["column"] == header]
    return found[0], text


def quoted(cells):
    return [f'"{cell}"' if "," in cell else cell for cell in cells]


def test_what_programs_write_for_nothing_is_proposed_with_its_count(tmp_path, capsys):
    cells = ["Quality"] * 18 + ["Price"] * 14 + ["nan"] * 16 + ["NULL"] * 12 + ["null"]
    question, text = drafted(tmp_path, "why", cells)
    assert [label["en"] for label in question["options"].values()] == ["Quality", "Price"]
    assert question["missing"] == {"blank": ["nan", "NULL"]}  # null is the same word
    assert '# "nan" (16), "NULL" (12), "null" (1): taken as no answer; take out of missing' in text
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    assert 'why: "nan", "NULL" proposed as no answer, under missing' in capsys.readouterr().out
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    assert answers.missing["why"].value_counts().to_dict() == {"": 32, "blank": 29}
    assert answers.frame["why"].value_counts().to_dict() == {"quality": 18, "price": 14}


@pytest.mark.parametrize("word", ["-", "--", "(空)", "未填写", "N/A", "<NA>", "\\N"])
def test_other_words_for_nothing(tmp_path, word):
    question, _ = drafted(tmp_path, "您的想法", ["赞成", "反对"] * 20 + [word] * 3)
    assert question["missing"] == {"blank": [word]}
    assert len(question["options"]) == 2


@pytest.mark.parametrize("word", ["None", "无", "没有"])
def test_a_word_that_can_be_an_answer_stays_one_and_is_pointed_out(tmp_path, word):
    question, text = drafted(tmp_path, "您有什么顾虑", ["价格", "质量"] * 20 + [word] * 6)
    assert "missing" not in question
    assert len(question["options"]) == 3
    assert f'# "{word}" (6): if that means no answer, put it under missing' in text


def test_amounts_with_words_are_numbers_and_the_words_keep_their_kind(tmp_path):
    cells = ["4000"] * 30 + ["1,800"] * 20 + ["不清楚"] * 6 + ["拒答"] * 3 + ["看情况"] * 2 + ["-"]
    question, text = drafted(tmp_path, "最多能付多少元", quoted(cells))
    assert question["kind"] == "number"
    assert question["missing"] == {
        "dont_know": ["不清楚"], "refused": ["拒答"], "invalid": ["看情况"], "blank": ["-"]}  # fmt: skip
    assert '"看情况" (2)' in text
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    fee = next(q.id for q in answers.questionnaire if q.kind == "number" and q.id != "n")
    assert answers.missing[fee].value_counts().to_dict() == {
        "": 50, "dont_know": 6, "refused": 3, "invalid": 2, "blank": 1}  # fmt: skip
    assert answers.frame[fee].mean() == pytest.approx((4000 * 30 + 1800 * 20) / 50)


@pytest.mark.parametrize(
    "words",
    [
        ["约4000"] * 2,
        ["王女士"] * 2,
        ["张伟给的"],
        ["张伟"] * 2,
        ["看情况"] * 20,
        [f"词{c}" for c in "甲乙丙丁戊己"] * 2,
    ],
)
def test_words_that_could_be_answers_are_not_put_aside(tmp_path, words):
    question, text = drafted(tmp_path, "最多能付多少元", [str(1000 + 10 * i) for i in range(100)] + words)
    assert question["kind"] == "text"
    assert "missing" not in question
    assert "王女士" not in text
    assert "张伟" not in text


def test_codes_beside_numbers_are_proposed_where_nothing_else_is_negative(tmp_path):
    question, text = drafted(tmp_path, "fee", ["-99"] * 3 + [str(500 + i) for i in range(60)])
    assert (question["kind"], question["missing"]) == ("number", {"blank": ["-99"]})
    assert '"-99" (3): taken as no answer' in text
    question, _ = drafted(tmp_path, "change", ["-99", "-5", "12"] * 20)
    assert "missing" not in question


def test_ticks_in_one_cell_may_hold_a_word_for_nothing(tmp_path):
    cells = ["价格;质量", "价格", "质量;价格", "质量"] * 10 + ["nan"] * 4
    question, text = drafted(tmp_path, "您有哪些顾虑", cells)
    assert question["missing"] == {"blank": ["nan"]}
    assert len(question["options"]) == 2
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))
    name = next(q.id for q in answers.questionnaire if q.kind == "multiple")
    assert answers.missing[name].value_counts().to_dict() == {"": 40, "blank": 4}
