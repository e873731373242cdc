"""A column for each option of a question: one answer or several, gaps, noughts, rows of a matrix."""

import numpy as np
import pytest
from pdf import pages
from tiny_study import tiny_answers, tiny_study

import survey
from reports.cli import main
from survey.drafting.questions import draft_questions
from survey.errors import ExportError, StudyError
from survey.study.questionnaire import Missing

COLOURS = """\
[questions.colour]
kind = "{kind}"
text = "Colour"
options.red = {{ en = "Red", column = "Colour - Red" }}
options.blue = {{ en = "Blue", column = "Colour - Blue" }}
"""
HEADER = "n,Colour - Red,Colour - Blue\n"
EXPANDED = "Respondent ID,Sex,,Why?,,Say\n,Female,Male,Price,Quality,Open-Ended Response\n"


def colours(folder, kind, *rows):
    text = HEADER + "".join(f"{i},{row}\n" for i, row in enumerate(rows, 1))
    return tiny_answers(folder, COLOURS.format(kind=kind), text)["colour"]


@pytest.mark.parametrize(
    "rows", [("1,0", "0,1", "0,0", ","), ("Red,", ",Blue", ",", ","), ("yes,", "no,Yes", "no,no", ",")]
)
def test_one_answer_in_columns_of_options(tmp_path, rows):
    found = colours(tmp_path, "single", *rows)
    assert found.values.tolist() == [0, 1, -1, -1]
    assert found.missing.tolist() == [0, 0, Missing.BLANK, Missing.BLANK]


def test_two_ticks_for_one_answer_are_refused_by_row_with_both_options(tmp_path):
    with pytest.raises(
        ExportError, match=r'row 3, question colour: has ticks for "Red", "Blue".*2 rows'
    ) as caught:
        colours(tmp_path, "single", "1,0", "1,1", "1,1")
    assert 'kind = "multiple"' in caught.value.remedy


def test_the_columns_of_options_of_a_platform_hold_one_answer(tmp_path):
    rows = EXPANDED + "1,Female,,Price,,\n2,,Male,,Quality,\n3,,,Price,Quality,\n4,Female,,,,x\n"
    sex = '[questions.sex]\nkind = "single"\ncolumn = {}\ntext = "Sex"\n'
    sex += 'options.f.en = "Female"\noptions.m.en = "Male"\n'
    for column in (1, '"Sex"'):
        found = tiny_answers(tmp_path, sex.format(column), rows)["sex"]
        assert found.values.tolist() == [0, 1, -1, 0]
    with pytest.raises(ExportError, match='"Male" is not one of its options'):
        tiny_answers(tmp_path, sex.format(1).replace("Male", "Man"), rows)
    # Rows of a matrix are no options.
    with pytest.raises(ExportError, match="2 columns"):
        tiny_answers(tmp_path, sex.format(1).replace("Female", "good").replace("Male", "bad"), rows)


@pytest.mark.parametrize(("more", "words"), [
    ('column = "Colour"\n', "mixes"), ('options.green.en = "Green"\n', "mixes")])  # fmt: skip
def test_columns_of_options_stand_alone(tmp_path, more, words):
    table = COLOURS.format(kind="single").replace('text = "Colour"\n', f'text = "Colour"\n{more}')
    with pytest.raises(StudyError, match=words):
        tiny_study(tmp_path, table, HEADER + "1,1,0\n")


READINGS = [
    (("1,0", "0,0", "0,0", ","), 3, {"none_chosen": 2}),
    (("1,", ",1", "1,1", ",", ","), 3, {"only_ticks": 2}),
    (("1,0", "0,", ",1", ","), 3, {"none_chosen": 1, "gaps_unticked": 2}),
    (("1,0", "0,1"), 2, {}),
]


@pytest.mark.parametrize(("rows", "answered", "readings"), READINGS)
def test_gaps_and_noughts_are_read_and_said(tmp_path, rows, answered, readings):
    text = HEADER + "".join(f"{i},{row}\n" for i, row in enumerate(rows, 1))
    found = tiny_answers(tmp_path, COLOURS.format(kind="multiple"), text)
    assert (found["colour"].missing == 0).sum() == answered
    assert {reading.kind: reading.people for reading in found.ticks} == readings


def test_check_and_the_report_say_how_gaps_were_read(tmp_path, capsys):
    rows = ["1,0"] * 40 + ["0,1"] * 30 + ["0,0"] * 7 + ["0,"] * 2
    more = '[weighting]\nmethod = "none"\n[estimates]\nshares = ["colour"]\n'
    text = HEADER + "".join(f"{i},{row}\n" for i, row in enumerate(rows, 1))
    tiny_study(tmp_path, COLOURS.format(kind="multiple") + more, text)
    assert main(["check", str(tmp_path / "study.toml")]) == 0
    said = capsys.readouterr().out
    assert '"colour" has 9 with a 0 and no tick: they count as having chosen none of the options' in said
    assert '"colour" has 2 with an empty cell beside others with 0 or 1' in said
    assert main(["report", str(tmp_path / "study.toml"), "--out", str(tmp_path / "out")]) == 0
    printed = " ".join(
        " ".join(text for file in (tmp_path / "out").rglob("*.pdf") for text in pages(file)).split()
    )
    assert "every option is marked as not chosen count as answers" in printed
    assert printed.count("by question: colour (") == 2


def test_a_platform_that_writes_noughts_for_those_not_asked_says_so(tmp_path):
    own = "start,end,why/price,why/far,_id,_uuid,_submission_time\n"
    rows = own + ",,1,0,1,a,2025-09-01\n,,0,0,2,b,2025-09-01\n,,,,3,c,2025-09-01\n"
    table = '[questions.why]\nkind = "multiple"\ncolumn = "why"\ntext = "Why"\n'
    table += 'options.price.en = "P"\noptions.far.en = "F"\n'
    found = tiny_answers(tmp_path, table, rows)
    assert found["why"].missing.tolist() == [0, Missing.BLANK, Missing.BLANK]
    assert [(r.kind, r.people) for r in found.ticks] == [("noughts_blank", 1)]


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_a_folder_is_read_as_a_file_is(tmp_path, kind):
    pytest.importorskip("duckdb")
    rows = ["1,0", "0,1", "0,0", "0,0", ",", "0,"] + (["1,1"] if kind == "multiple" else [])
    text = HEADER + "".join(f"{i},{row}\n" for i, row in enumerate(rows, 1))
    one = tiny_answers(tmp_path, COLOURS.format(kind=kind), text)
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "a.csv").write_text(text, encoding="utf-8")
    many = survey.read_responses(tiny_study(tmp_path, COLOURS.format(kind=kind), file="answers"))

    def counts(found):
        people, answers = found.paradata.count, found["colour"]
        ticks = answers.values if kind == "multiple" else answers.values[:, None] == np.arange(2)
        return (people @ ticks).tolist(), np.bincount(answers.missing, weights=people).tolist(), found.ticks

    assert counts(many) == counts(one)
    assert counts(one)[0] == ([2, 2] if kind == "multiple" else [1, 1])


GRID = '"Timestamp","Days? [Morning]","Days? [Evening]"\n'


def test_a_row_of_a_grid_holds_ticks(tmp_path):
    rows = [("Mon;Tue", "Tue"), ("Mon", ""), ("", "Wed;Mon"), ("Wed", "Wed")]
    text = GRID + "".join(
        f'"2025/09/0{i} 9:04:00 AM GMT+8","{a}","{b}"\n' for i, (a, b) in enumerate(rows, 1)
    )
    days = "".join(f'options.{day[:2].lower()}.en = "{day}"\n' for day in ("Mon", "Tue", "Wed"))
    table = '[questions.q]\nkind = "multiple"\ncolumn = 1\nrow = "{}"\ntext = "q"\n' + days
    found = tiny_answers(tmp_path, table.format("Evening"), text)["q"]
    assert found.values.sum(axis=0).tolist() == [1, 1, 2]
    assert found.missing.tolist() == [0, Missing.BLANK, 0, 0]
    with pytest.raises(ExportError, match='has 0 rows "Noon"'):
        tiny_answers(tmp_path, table.format("Noon"), text)


def test_columns_with_one_tick_a_row_are_drafted_as_a_single_question_with_its_role(tmp_path):
    sexes = ["Female,", "Female,", ",Male"] * 10
    rows = [f"{i},{sex},{'Price' if i % 2 else ''},,\n" for i, sex in enumerate(sexes)]
    (tmp_path / "a.csv").write_text(EXPANDED + "".join(rows), encoding="utf-8")
    drafts = {q.text: q for q in draft_questions(survey.read_export(tmp_path / "a.csv"))}
    assert (drafts["Sex"].kind, drafts["Sex"].role) == ("single", "sex")
    assert [option.label for option in drafts["Sex"].options] == ["Female", "Male"]
    assert drafts["Why?"].kind == "multiple"
    both = EXPANDED + "".join(rows).replace("2,,Male", "2,Female,Male", 1)
    (tmp_path / "a.csv").write_text(both, encoding="utf-8")
    assert draft_questions(survey.read_export(tmp_path / "a.csv"))[0].kind == "multiple"
