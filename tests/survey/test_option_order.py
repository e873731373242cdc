"""The key order: what is refused, and how options are printed, where it is not the questionnaire's."""

import pandas as pd
import pyreadstat
import pytest
from question_tables import neutral, table
from small_study import write_sound
from tiny_study import tiny_answers

import survey
from analysis.study.estimate import estimate
from reports.charts.stacked import parts_of
from reports.cli import main
from reports.results.results import results_of
from reports.sections.questions.answers import table as results_table
from reports.sections.questions.topline import table as topline_table
from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion
from survey.drafting.from_codebook import with_codebook
from survey.drafting.order import in_order
from survey.drafting.questions import draft_questions
from survey.errors import ExportError, StudyError
from survey.screening.screen import screen
from survey.weighting.run import weigh

CITIES = [("north", "北"), ("south", "南"), ("west", "西")]
NUMBERS = (
    "序号,提交答卷时间,1、城市,第2题(甲),第2题(乙)\n1,2024/9/1 9:00:00,3,1,0\n2,2024/9/1 9:01:00,1,-2,-2\n"
)
TEXTS = "序号,提交答卷时间,1、城市,2、顾虑\n1,2024/9/1 9:00:00,西,甲\n2,2024/9/1 9:01:00,北,(空)\n"


@pytest.mark.parametrize("order", ["unknown", "meaning"])
def test_places_are_refused_where_the_order_is_not_the_questionnaires(tmp_path, order):
    tables = table("city", "single", 1, CITIES, more=f'order = "{order}"')
    with pytest.raises(ExportError, match="question city: holds places in the list of options") as caught:
        tiny_answers(tmp_path, tables, NUMBERS)
    assert f'order = "{order}"' in caught.value.problem
    assert "download the answers as text" in caught.value.remedy
    assert neutral(tiny_answers(tmp_path, tables, TEXTS), "city") == ["west", "north"]
    known = table("city", "single", 1, CITIES)
    assert neutral(tiny_answers(tmp_path, known, NUMBERS), "city") == ["west", "north"]


def test_ticks_in_columns_of_their_own_need_no_order(tmp_path):
    tables = table("worry", "multiple", 2, [("b", "乙"), ("a", "甲")], more='order = "unknown"')
    assert neutral(tiny_answers(tmp_path, tables, NUMBERS), "worry") == [["a"], "EMPTY"]


@pytest.mark.parametrize(
    ("kind", "options", "order", "refusal"),
    [("single", CITIES, "random", 'expected one of "questionnaire", "meaning", "unknown"'),
     ("number", (), "unknown", "belongs to questions with options only")],
)  # fmt: skip
def test_an_order_is_one_of_three_and_belongs_to_options(tmp_path, kind, options, order, refusal):
    with pytest.raises(StudyError, match=refusal):
        tiny_answers(tmp_path, table("q", kind, 1, options, more=f'order = "{order}"'), TEXTS)


def study_of(folder, order, *changes):
    """Return the sound study with one question's order as said."""
    text = 'text = { zh = "您愿意送托吗？"'
    return survey.read_study(write_sound(folder, (text, f'order = "{order}"\n{text}'), *changes))


def test_neighbours_are_merged_only_where_there_are_any(tmp_path):
    crossed = ('district = [["south", "west"]]', '"sex x intent" = "neighbours"')
    with pytest.raises(StudyError, match=r'the order of the options of "intent" is not known') as caught:
        study_of(tmp_path / "a", "unknown", crossed)
    assert caught.value.where == "study.toml, [weighting.collapse] sex x intent"
    study = study_of(tmp_path / "b", "meaning", crossed)
    assert study.weighting.collapse == (("sex x intent", "neighbours"),)


@pytest.mark.parametrize(
    ("order", "printed"),
    [("unknown", ["Yes", "No", "It depends"]), ("meaning", ["Yes", "It depends", "No"])],
)
def test_options_in_no_known_order_are_printed_from_the_largest_share_down(tmp_path, order, printed):
    study = study_of(tmp_path, order)
    path = tmp_path / "answers.csv"  # half of those in two minds become opposed: yes 1/3, no 1/2
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line.replace("看情况", "不愿意") if i % 2 else line for i, line in enumerate(lines)]
    lines = [line.replace("不愿意", "愿意") if i % 6 == 3 else line for i, line in enumerate(lines)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    kept, _ = screen(survey.read_responses(study), study)
    results = results_of(study, estimate(study, {"2024": weigh(kept, study)}), "en")
    shares = {code: results.share("intent", code).estimate for code in ("yes", "depends", "no")}
    assert shares["yes"] > shares["no"] > shares["depends"]
    for groups in (results_table(results).groups, topline_table(results).groups):
        assert printed in [[row[0] for row in group.rows] for group in groups]
    assert [list(part.answers) for part in parts_of(results)] == [printed]


def test_check_says_which_orders_are_not_known(tmp_path, capsys):
    study = study_of(tmp_path, "unknown")
    assert main(["check", str(study.path)]) == 0
    said = capsys.readouterr().out
    assert "intent (single): 200 answered, order of the options not known" in said
    assert said.count("order of the options not known") == 1


@pytest.mark.parametrize(("order", "straight"), [("unknown", 10), ("questionnaire", 13)])
def test_a_straight_line_is_one_answer_where_places_mean_nothing(tmp_path, order, straight):
    scale = [("good", "好"), ("bad", "差"), ("fair", "中")]
    rows, tables = [f"项{i}" for i in range(5)], ""
    for i, row in enumerate(rows):  # in each row's own list the answers stand elsewhere
        turned = scale[i % 3 :] + scale[: i % 3]
        tables += table(f"r{i}", "single", 1, turned, more=f'row = "{row}"\norder = "{order}"')
    answers = [["好", "中"][i % 2] * 5 if i < 10 else "好差中好差" for i in range(23)]
    cells = [f"{i},2024/9/1 9:{i:02}:00,60秒,{','.join(five)}" for i, five in enumerate(answers)]
    header = f"序号,提交答卷时间,所用时间,1、怎么看—{rows[0]},{','.join(rows[1:])}"
    responses = tiny_answers(tmp_path, tables, "\n".join([header, *cells]) + "\n")
    _, flow = screen(responses, survey.read_study(tmp_path / "study.toml"))
    assert {flag.name: flag.met for flag in flow.flags}["straight_line"] == straight


@pytest.mark.parametrize(("extra", "order"), [((), "questionnaire"), (("Many",), "unknown")])
def test_a_codebook_knows_the_order_of_what_it_lists(tmp_path, extra, order):
    listed = ("10 or more", "1 to 9", "None")
    options = tuple(CodebookOption(text, (("en", text),)) for text in listed)
    book = Codebook("form.lss", (CodebookQuestion("fee", "single", (("en", "How many?"),), options),))
    answers = [*["1 to 9"] * 6, *["None"] * 3, "10 or more", *extra]
    (tmp_path / "a.csv").write_text("fee\n" + "\n".join(answers) + "\n", encoding="utf-8")
    export = survey.read_export(tmp_path / "a.csv")
    (question,) = with_codebook(in_order(draft_questions(export), export), book)
    assert [option.label for option in question.options] == [*listed, *extra]
    assert question.order == order


def test_value_labels_stand_in_the_order_of_the_values(tmp_path):
    frame = pd.DataFrame({"fee": [2.0, 2.0, 2.0, 1.0, 3.0]})
    listed = {"fee": {1.0: "3500 or more", 2.0: "800 to 3499", 3.0: "under 800"}}
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels=listed)
    export = survey.read_export(tmp_path / "a.sav")
    drafts = in_order(draft_questions(export), export)
    assert [o.label for o in drafts[0].options] == ["3500 or more", "800 to 3499", "under 800"]
    assert drafts[0].order == "questionnaire"
