"""`check` says where a file puts a question in other words than the study file, or than the wave before."""

import pytest
from tiny_study import head

import survey
from analysis.study.check import check_study

STUDY = head({"2023": "2023.csv", "2024": "2024.csv"})
STUDY += """
[questions.intent]
kind = "single"
column = COLUMN
text = { zh = "您愿意送托吗？" }
options.yes = { zh = "愿意" }
options.no = { zh = "不愿意" }
[estimates]
shares = ["intent"]
"""


def notes(folder, headers, column="1", more=""):
    for wave, header in zip(("2023", "2024"), headers, strict=True):
        top = f"序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、{header}\n"
        rows = [
            f"{i + 1},2024/9/4 {i // 60 + 9}:{i % 60:02}:00,90秒,微信,N/A,192.0.2.{i},"
            + ("愿意" if i % 3 else "不愿意")
            for i in range(90)
        ]
        (folder / f"{wave}.csv").write_text(top + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.replace("COLUMN", column) + more, encoding="utf-8")
    return [list(map(str, check.notes)) for check in check_study(survey.read_study(folder / "study.toml"))]


@pytest.mark.parametrize("header", ["您愿意送托吗？", "您愿意送托吗", "您愿意 送托吗？（单选）"])
def test_the_same_words_with_remarks_and_other_marks_say_nothing(tmp_path, header):
    assert notes(tmp_path, (header, "您愿意送托吗？")) == [[], []]


def test_other_words_than_the_study_file_are_named_in_the_wave_that_has_them(tmp_path):
    first, second = notes(tmp_path, ("您愿意送托吗？", "您会考虑送托吗？"))
    assert first == []
    assert second == [
        'intent: the file asks "您会考虑送托吗？", the study file "您愿意送托吗？": '
        "see that they are one question"
    ]


def test_a_wording_written_down_for_the_wave_says_nothing(tmp_path):
    form = '[questions.intent.waves.2024]\ntext = { zh = "您会考虑送托吗？" }\ncomparable = true\n'
    assert notes(tmp_path, ("您愿意送托吗？", "您会考虑送托吗？"), more=form) == [[], []]


def test_a_question_found_by_its_name_is_compared_with_the_wave_before(tmp_path):
    ids = '"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""QID1""}"'
    notes(tmp_path, ("", ""))
    for wave, text in (("2023", "Would you send a child?"), ("2024", "Will you send a child?")):
        rows = [f"2024-09-04 09:{i % 60:02}:00,2024-09-04 09:59:59,愿意" for i in range(90)]
        head = ["StartDate,EndDate,Q1", f"Start Date,End Date,{text}", ids]
        (tmp_path / f"{wave}.csv").write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    study = STUDY.replace("COLUMN", '"Q1"')
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    checks = check_study(survey.read_study(tmp_path / "study.toml"))
    first, second = (list(map(str, check.notes)) for check in checks)
    assert first == []
    assert second[0].startswith(
        'intent: asked as "Will you send a child?" here and as "Would you send a child?" in 2023'
    )
    (tmp_path / "study.toml").write_text(
        study + "[questions.intent.waves.2024]\ncomparable = true\n", encoding="utf-8"
    )
    assert check_study(survey.read_study(tmp_path / "study.toml"))[1].notes == []
