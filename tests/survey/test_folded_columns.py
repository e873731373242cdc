"""Columns of a plain table that are options of one question, and questions of one option alone."""

import tomllib

import pytest
from tiny_study import tiny_study

import survey
from analysis.plans.estimates import read_estimate_plan
from reports.cli import main
from survey.drafting.roles import role_like
from survey.errors import StudyError
from survey.responses.number_cells import codes_for_nothing

# Price, quality and distance of six people; of the last nothing is known.
TICKS = [(1, 0, 1), (1, 1, 0), (1, 0, 0), (0, 1, 0), (1, 1, 1), (0, 0, 0)]
NAMES = ("Price", "Quality", "Distance")


def drafted(folder, header, cell):
    """Return the questions drafted from a table of ticks, and the answers as its draft reads them."""
    rows = [[cell(name, tick) for name, tick in zip(NAMES, ticks, strict=True)] for ticks in TICKS * 5]
    lines = [["n", *map(header, NAMES), "town"]]
    lines += [[str(i), *row, "NS"[i % 2]] for i, row in enumerate(rows)]
    (folder / "a.csv").write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    assert main(["init", str(folder / "a.csv"), "--out", str(folder / "study.toml")]) == 0
    questions = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))["questions"]
    return questions, survey.read_responses(survey.read_study(folder / "study.toml"))


@pytest.mark.parametrize("heading", ["Why? - {}", "Why? – {}", "Why? [{}]", "Why?: {}", "{}"])
def test_columns_that_hold_their_own_text_are_one_question(tmp_path, heading):
    questions, answers = drafted(tmp_path, heading.format, lambda name, tick: name if tick else "")
    (name,) = [name for name, q in questions.items() if q["kind"] == "multiple"]
    labels = [str(option.label) for option in answers[name].question.options]
    ticked = dict(zip(labels, answers[name].values.sum(axis=0).tolist(), strict=True))
    assert ticked == {"Price": 20, "Quality": 15, "Distance": 10}
    assert (answers[name].missing == 0).sum() == 25  # a row without a tick is no answer here


def test_noughts_and_ones_under_one_stem_are_one_question_of_everybody(tmp_path):
    questions, answers = drafted(tmp_path, "Why?: {}".format, lambda _, tick: str(tick))
    (name,) = [name for name, q in questions.items() if q["kind"] == "multiple"]
    assert (answers[name].missing == 0).sum() == 30
    assert answers[name].values.sum(axis=0).tolist() == [20, 15, 10]


def test_a_matrix_of_marks_and_a_lone_column_are_not_folded(tmp_path):
    marks = {"Price": "good", "Quality": "bad", "Distance": "fair"}
    questions, _ = drafted(tmp_path, "How is: {}".format, lambda name, tick: marks[name] if tick else "poor")
    assert [q["kind"] for q in questions.values()].count("single") == 4  # with the town
    assert "multiple" not in {q["kind"] for q in questions.values()}


ONE = '[questions.agree]\nkind = "single"\ntext = "Agree?"\ncolumn = "agree"\noptions.yes = { en = "Yes" }\n'
TWO = ONE.replace("agree", "town").replace('options.yes = { en = "Yes" }', 'options.n = { en = "N" }')
TWO += 'options.s = { en = "S" }\n'


def test_a_question_of_one_option_is_never_estimated(tmp_path):
    study = tiny_study(tmp_path, ONE + TWO, "agree,town\nYes,N\nYes,S\n")
    assert read_estimate_plan(study).shares == ("town",)
    for key in ("shares", "by"):
        study = tiny_study(tmp_path, f'{ONE}{TWO}[estimates]\n{key} = ["agree"]\n')
        with pytest.raises(StudyError, match='"agree" has one option only, and its share would be 100 %'):
            read_estimate_plan(study)


@pytest.mark.parametrize(
    ("wording", "role"),
    [("您多大了？", "age"), ("您多大？", "age"), ("您今年多大年纪", "age"), ("您有多大可能推荐？", ""),
     ("您在多大程度上同意？", "")],
)  # fmt: skip
def test_how_likely_is_no_age(wording, role):
    assert role_like(wording, "single") == role


def test_one_tick_a_row_is_a_single_question_with_its_role(tmp_path):
    rows = [f"{i},{int(i % 3 == 0)},{int(i % 3 > 0)}" for i in range(60)]
    text = "n,Your sex?: Female,Your sex?: Male\n" + "\n".join(rows) + "\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    assert (tmp_path / "margins-sex.csv").exists()
    answers = survey.read_responses(survey.read_study(tmp_path / "study.toml"))["sex"]
    assert answers.question.kind == "single"
    assert [(answers.values == i).sum() for i in (0, 1)] == [20, 40]


def test_comments_and_yes_or_no_stay_questions_of_their_own(tmp_path):
    header = "n,Price,Quality,Do you have any other comments?,Do: smoke,Do: drink"
    rows = [
        f"{i},{'Price' if i % 2 else ''},{'Quality' if i % 3 else ''},words {i},"
        f"{('yes', 'no')[i % 2]},{('yes', 'no', '')[i % 3]}"
        for i in range(60)
    ]
    (tmp_path / "a.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    questions = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))["questions"]
    assert [len(q["options"]) for q in questions.values() if q["kind"] == "multiple"] == [2]
    assert [q["kind"] for q in questions.values()].count("single") == 2


@pytest.mark.parametrize(
    ("values", "codes"),
    [((-99, 1, 2), {-99}), ((-1, 800, 1200), {-1}), ((-1, -99, 24), {-1, -99}), ((-3, -1, 0, 2, 3), set()),
     ((-2, 14, 20), set()), ((-5, 900), set()), ((-99,), set())],
)  # fmt: skip
def test_codes_for_no_answer_stand_apart(values, codes):
    assert codes_for_nothing(map(float, values)) == codes
