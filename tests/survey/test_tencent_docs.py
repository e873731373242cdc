"""腾讯文档收集表: its own columns by name, required questions, a dash for no answer; all answers made up."""

import pytest
from question_tables import table
from tiny_study import tiny_answers

import survey
from survey.drafting.study_text import draft_study
from survey.errors import ExportError
from survey.study.questionnaire import Missing

TEXT = (
    "提交时间（自动）,您住在哪个区？（必填）,顾虑？(必填),照片,还想说（选填）,提交者（自动）\n"
    "2025/09/01 10:00:00,城西,价格、离家远、安全,https://docs.example/1,-,微信甲\n"
    "2025/09/02 10:00:00,城东,价格、安全,-,好,微信乙\n"
    "2025/09/03 10:00:00,城东,-,https://docs.example/2,-,微信甲\n"
    "2025/09/04 10:00:00,城西,离家远、安全,-,-,微信丙\n"
)


def export_of(folder, text=TEXT):
    (folder / "answers.csv").write_text(text, encoding="utf-8")
    return survey.read_export(folder / "answers.csv")


def test_its_own_columns_are_found_by_name_and_marks_are_no_part_of_a_wording(tmp_path):
    export = export_of(tmp_path)
    assert export.platform == "tencent_docs"
    assert [(c.number, c.header) for c in export.columns] == [
        (1, "您住在哪个区？"), (2, "顾虑？"), (4, "还想说（选填）")]  # fmt: skip
    assert export.own == ("提交时间（自动）", "提交者（自动）")
    assert export.left_out == (("照片", "links to uploaded files"),)
    assert export.user.tolist() == ["微信甲", "微信乙", "微信甲", "微信丙"]
    assert export.columns[1].missing.tolist() == [0, 0, Missing.BLANK, 0]
    assert str(export.paradata.submitted[3]) == "2025-09-04T10:00:00"
    assert "no genuine 腾讯文档 file" in export.notes[0]


@pytest.mark.parametrize(
    ("header", "platform"),
    [
        ("提交者(自动),q（必填）", "tencent_docs"),
        ("提交者（自动）,q", "plain"),
        ("q（必填）,r（必填）", "plain"),
    ],
)
def test_two_of_its_marks_tell_it(tmp_path, header, platform):
    assert export_of(tmp_path, f"{header}\na,b\nc,d\n").platform == platform


def test_the_draft_says_what_joins_the_ticks_and_a_study_without_it_is_refused(tmp_path):
    text = TEXT + TEXT.partition("\n")[2].replace("2025/09", "2025/10")
    draft = draft_study(export_of(tmp_path, text), id="a", responses="answers.csv")
    assert 'separator = "、"' in draft.study
    assert "微信" not in draft.study
    options = [("p", "价格"), ("d", "离家远"), ("s", "安全"), ("o", {"zh": "其他", "typed": True})]
    with pytest.raises(
        ExportError, match=r'row 2.*"价格、离家远、安全" joins .* by "、"; add separator = "、"'
    ):
        tiny_answers(tmp_path, table("why", "multiple", 2, options))
    found = tiny_answers(tmp_path, table("why", "multiple", 2, options, 'separator = "、"'))["why"]
    assert found.values[:4].sum(axis=0).tolist() == [2, 2, 3, 0]
