"""What people typed beside an option: listed with proposals, coded by a person, joined to the ticks."""

import csv
import io

import numpy as np
import pytest
from tiny_study import tiny_study

import survey
from reports.cli import main
from survey.errors import StudyError
from survey.responses.open_texts import TypedText, propose, to_csv
from survey.study.questionnaire import Missing
from survey.text import FORMULA

WORRIES = """
[questions.why]
kind = "multiple"
column = 2
text = "顾虑？"
[questions.why.options]
price = { zh = "价格太高", keywords = ["贵", "收费"] }
quality = { zh = "质量不放心（师资、安全等）" }
far = { zh = "距离太远" }
other = { zh = "其他【请注明】" }
"""
ROLE = """
[questions.role]
kind = "single"
column = 1
text = "您是？"
[questions.role.options]
mother = { zh = "母亲" }
father = { zh = "父亲" }
other = { zh = "其他" }
"""
CELLS = [
    ("母亲", "价格太高┋其他【请注明】〖太贵了〗"),
    ("其他〖外婆〗", "其他【请注明】〖太贵了〗"),
    ("父亲", "其他【请注明】〖师资不放心，电话13812345678〗"),
    ("其他〖母亲的妹妹〗", "距离太远"),
    ("母亲", "其他【请注明】〖=1+1〗"),
]  # fmt: skip


@pytest.fixture
def study(tmp_path):
    rows = ["序号,提交答卷时间,1、您是？,2、顾虑？"]
    rows += [f"{i},2024/9/2 9:0{i}:00,{a},{b}" for i, (a, b) in enumerate(CELLS, 1)]
    return tiny_study(tmp_path, ROLE + WORRIES, "\n".join(rows) + "\n").path


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def coded(study, question, codes):
    """Return the answers once codes are accepted for the texts listed."""
    assert main(["code", str(study), question]) == 0
    path = study.parent / f"codes-{question}.csv"
    rows = table(path)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *([*row[:3], codes.get(row[0], "")] for row in rows[1:])])
    text = study.read_text(encoding="utf-8").replace(
        f"[questions.{question}]\n", f'[questions.{question}]\ncoded = "{path.name}"\n'
    )
    study.write_text(text, encoding="utf-8")
    return survey.read_responses(survey.read_study(study))[question]


def test_texts_are_listed_masked_with_the_option_they_look_like(study, capsys):
    assert main(["code", str(study), "why"]) == 0
    assert table(study.parent / "codes-why.csv") == [
        ["text", "n", "proposed", "code"],
        ["太贵了", "2", "price", ""],
        ["'=1+1", "1", "", ""],
        ["师资不放心,电话[telephone number]", "1", "quality", ""],
    ]
    said = capsys.readouterr().out
    assert "13812345678" not in said
    assert 'coded = "codes-why.csv"' in said
    assert main(["code", str(study), "why"]) == 2
    assert "already exists and is not overwritten" in capsys.readouterr().err


def test_accepted_codes_join_the_ticks_in_place_of_other(study):
    before = survey.read_responses(survey.read_study(study))["why"]
    assert before.values.astype(int).tolist() == [
        [1, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]]  # fmt: skip
    accepted = {"太贵了": "price", "师资不放心,电话[telephone number]": "quality far"}
    found = coded(study, "why", accepted)
    assert found.values.astype(int).tolist() == [
        [1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]  # fmt: skip
    assert (found.missing == Missing.ANSWERED).all()


def test_a_single_answer_is_replaced_and_a_second_listing_keeps_what_was_accepted(study, capsys):
    found = coded(study, "role", {"外婆": "mother"})
    assert found.values.tolist() == [0, 0, 1, 2, 0]
    assert main(["code", str(study), "role", "--out", str(study.parent / "again.csv")]) == 0
    assert table(study.parent / "again.csv")[1:] == [
        ["外婆", "1", "", "mother"],
        ["母亲的妹妹", "1", "mother", ""],
    ]
    assert (study.parent / "codes-role.csv") in survey.read_study(study).inputs


@pytest.mark.parametrize(
    ("content", "message"),
    [("text,code\n太贵了,prise\n", r'codes\.csv, line 2: "prise" is not an option.*did you mean "price"'),
     ("a,b\n1,2\n", "is not a table of coded texts; expected the columns text, n, proposed, code"),
     (None, "cannot be read")],
)  # fmt: skip
def test_a_wrong_table_is_refused(study, content, message):
    if content is not None:
        (study.parent / "codes.csv").write_text(content, encoding="utf-8")
    text = study.read_text(encoding="utf-8").replace(
        "[questions.why]\n", '[questions.why]\ncoded = "codes.csv"\n'
    )
    study.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        survey.read_responses(survey.read_study(study))


def test_nothing_typed_is_said(study, capsys):
    text = (
        study.read_text(encoding="utf-8") + '[questions.time]\nkind = "text"\ncolumn = "序号"\ntext = "n"\n'
    )
    study.write_text(text.replace('column = "序号"', "column = 1"), encoding="utf-8")
    assert main(["code", str(study), "nothing"]) == 2
    assert 'there is no question "nothing"' in capsys.readouterr().err


def test_words_on_no_list_and_cells_of_an_options_own_column_are_typed_texts_too(tmp_path):
    options = 'options.a = { en = "a" }\noptions.o = { en = "Other (please specify)" }\n'
    question = f'[questions.q]\nkind = "multiple"\ncolumn = 2\ntext = "q"\n{options}'
    rows = "1,x,a,\n2,x,,cold\n3,x,,a@b.org\n"
    top = "Respondent ID,City?,Worries?,\n,Response,a,Other (please specify)\n"
    tiny_study(tmp_path, question, top + rows)
    assert main(["code", str(tmp_path / "study.toml"), "q"]) == 0
    assert [row[0] for row in table(tmp_path / "codes-q.csv")[1:]] == ["[e-mail address]", "cold"]


def test_a_proposal_needs_a_word_in_common(study):
    question = survey.read_study(study).questionnaire["why"]
    assert propose("离家距离远", question) == "far"
    assert propose("收费", question) == "price"
    assert propose("天气", question) == ""
    assert np.all([propose(word, question) != "other" for word in ("其他", "请注明")])


@pytest.mark.parametrize("start", FORMULA)
def test_no_text_runs_as_a_formula_when_the_table_is_opened(start):
    assert {"=", "+", "-", "@", "\t", "\r"} == {*FORMULA}
    table = to_csv([TypedText(f"{start}1+1", 2, "", "")])
    assert next(csv.reader(io.StringIO(table.partition("\r\n")[2], newline="")))[0] == f"'{start}1+1"
