"""腾讯问卷: letters of options, text typed beside them, colons in questions and options."""

import numpy as np
import pytest
from question_tables import neutral, table
from tiny_study import tiny_answers

from survey.errors import ExportError
from survey.exports.platforms import read_export
from survey.study.questionnaire import Missing

HEAD = "编号,开始答题时间,结束答题时间,答题时长"
TAIL = "语言,清洗数据结果,用户标识,昵称,IP,UA,"
TIMES = "2025-09-01 10:00:00,2025-09-01 10:02:00,120"
OPTIONS = [("city", "城区"), ("other", "其他")]
WORRIES = [("price", "价格:太高"), ("far", "距离"), ("other", "其他【请注明】")]
QUESTIONS = table("place", "single", 1, OPTIONS) + table("concerns", "multiple", 2, WORRIES)
COLUMNS = "1.住在：哪里？,2.顾虑：哪些？:A.价格:太高,2.顾虑：哪些？:B.距离,2.顾虑：哪些？:C.其他【请注明】"


def text(*rows, head=COLUMNS):
    lines = [f"{HEAD},{head},{TAIL}"]
    lines += [
        f"{i},{TIMES},{row},简体中文,有效,u{i},小明,192.0.2.{i},Mozilla," for i, row in enumerate(rows, 1)
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_letters_and_typed_text_are_no_part_of_an_answer(tmp_path, encoding):
    rows = ("A.城区,A.价格:太高,,", "B.其他:隔壁村,,B.距离,C.其他【请注明】:老人生病", "B.其他,,,", ",,,")
    found = tiny_answers(tmp_path, QUESTIONS, text(*rows), encoding=encoding)
    assert found.platform == "tencent"
    assert neutral(found, "place") == ["city", "other", "other", "EMPTY"]
    assert neutral(found, "concerns") == [["price"], ["far", "other"], "EMPTY", "EMPTY"]
    assert list(found.paradata.seconds) == [120.0] * 4
    assert found.paradata.submitted[0] == np.datetime64("2025-09-01T10:02:00")


def test_what_people_say_in_capitals_is_kept(tmp_path):
    (tmp_path / "a.csv").write_text(
        text("A.城区,A. B. C. 都行", "B.其他,随便", head="1.住在？,2.请说明"), "utf-8"
    )
    export = read_export(tmp_path / "a.csv")
    assert export.columns[1].cells.tolist() == ["A. B. C. 都行", "随便"]
    assert export.columns[0].cells.tolist() == ["城区", "其他"]


def test_identifiers_are_set_apart_and_no_column_is(tmp_path):
    (tmp_path / "a.csv").write_text(text("A.城区", head="1.住在？"), "utf-8")
    export = read_export(tmp_path / "a.csv")
    assert [c.header for c in export.columns] == ["住在？"]
    assert export.device.tolist() == ["192.0.2.1"]
    assert export.user.tolist() == ["u1"]
    assert export.columns[0].missing.tolist() == [Missing.ANSWERED]


def test_a_file_without_questions_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEAD},语言\n1,{TIMES},简体中文\n", "utf-8")
    with pytest.raises(ExportError, match="has no question columns"):
        read_export(tmp_path / "a.csv", "tencent")
