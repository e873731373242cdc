"""Headers of 问卷星: what is a question's number, what a row of a matrix, what part of a wording."""

import pytest
from question_tables import table
from tiny_study import tiny_answers

import survey

OWN = "序号,提交答卷时间,所用时间"


def headings(folder, *headers):
    """Return number, row and wording of each header as a download with them is read."""
    cells = "\n".join(f"{i},2024/9/{i} 9:00:00,60秒" + ",甲" * len(headers) for i in range(1, 4))
    (folder / "a.csv").write_text(f"{OWN},{','.join(headers)}\n{cells}\n", encoding="utf-8")
    columns = survey.read_export(folder / "a.csv", "wjx_text").columns
    return [(column.number, column.option, column.header) for column in columns]


@pytest.mark.parametrize(
    ("header", "wording"),
    [("1、您家—单位通勤要多久？", "您家—单位通勤要多久？"),
     ("1、主要的问题（住房问题、教育问题）是", "主要的问题（住房问题、教育问题）是"),
     ("1、您（附加题）怎么看", "您（附加题）怎么看"), ("1、您的孩子几岁（单选题）", "您的孩子几岁"),
     ("1、您有哪些顾虑(多选题 *必答)", "您有哪些顾虑"), ("1、您怎么看 [矩阵单选题]", "您怎么看"),
     ("1、照片【上传文件题】", "照片"), ("1、工作日——周末", "工作日——周末")],
)  # fmt: skip
def test_a_wording_is_kept_whole_but_for_the_type_that_the_platform_adds(tmp_path, header, wording):
    assert headings(tmp_path, header, "2、城市")[0] == (1, "", wording)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["9、时段—7:00-8:00", "8:00-12:00", "14:00-18:00", "1:3师生比", "10、城市"],
         [(9, "7:00-8:00"), (9, "8:00-12:00"), (9, "14:00-18:00"), (9, "1:3师生比"), (10, "")]),
        (["2、价格(矩阵单选题)—餐费", "3.5元/餐", "3、城市", "4、(1)姓", "4、(2)名"],
         [(2, "餐费"), (2, "3.5元/餐"), (3, ""), (4, "(1)姓"), (4, "(2)名")]),
        (["9、年级—1、2年级", "3、4年级", "10、11月", "10、城市", "11、区"],
         [(9, "1、2年级"), (9, "3、4年级"), (9, "10、11月"), (10, ""), (11, "")]),
        (["13:重要性—外观", "8:00-12:00", "14:00", "15:城市"],
         [(13, "外观"), (13, "8:00-12:00"), (13, "14:00"), (15, "")]),
        (["9、重要性—外观", "9、重要性—速度", "10、城市"], [(9, "外观"), (9, "速度"), (10, "")]),
        (["9、重要性—外观", "速度", "第10题(贵)", "第10题(远)", "11、您家—单位"],
         [(9, "外观"), (9, "速度"), (10, "贵"), (10, "远"), (11, "")]),
    ],
)  # fmt: skip
def test_rows_of_a_matrix_are_no_question_numbers(tmp_path, headers, found):
    assert [(number, option) for number, option, _ in headings(tmp_path, *headers)] == found


def test_each_row_of_a_matrix_of_times_is_read_with_its_own_answers(tmp_path):
    lines = [f"{OWN},8、区,9、时段—7:00-8:00,8:00-12:00"]
    lines += [
        f"{i},2024/9/1 9:{i:02}:00,60秒,{'东西'[i >= 24]},{'要不'[i >= 37]},{'要不'[i >= 34]}"
        for i in range(60)
    ]
    tables = table("d", "single", 8, [("e", "东"), ("w", "西")])
    for name, row in (("a", "7:00-8:00"), ("b", "8:00-12:00")):
        tables += table(name, "single", 9, [("y", "要"), ("n", "不")], more=f'row = "{row}"')
    answers = tiny_answers(tmp_path, tables, "\n".join(lines) + "\n")
    counts = {name: (answers[name].values == 0).sum() for name in ("d", "a", "b")}
    assert counts == {"d": 24, "a": 37, "b": 34}
