"""Which question is the respondent's own age, sex and district, and what margins are drafted from them."""

import tomllib

import pytest

import survey
from reports.cli import main
from survey.drafting.margin_tables import in_order_of_numbers, margin_tables
from survey.drafting.options import DraftOption
from survey.drafting.questions import DraftQuestion
from survey.drafting.roles import one_of_each, role_like
from survey.drafting.study_text import draft_study


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Your age", "age"), ("How old are you?", "age"), ("您的年龄？", "age"),
        ("年龄段", "age"), ("AGE", "age"),
        ("How old were you when you moved here?", ""), ("At what age did you start work?", ""),
        ("What should be the age limit?", ""), ("Age cutoff for a nursery", ""),
        ("How old is your child?", ""),
        ("您孩子的年龄？", ""), ("宝宝的月龄", ""), ("您第一次工作时的年龄", ""),
        ("您认为入托的最小年龄", ""),
        ("您配偶的年龄", ""), ("您的性别", "sex"), ("孩子的性别", ""), ("Your child's gender", ""),
        ("Where do you live?", "district"), ("Which town do you live in?", "district"), ("Town", "district"),
        ("How long do you live here?", ""), ("您住哪儿？", "district"),
        ("您住在哪个区？", "district"), ("您居住的街道", "district"),
        ("您在哪个区工作？", ""), ("District where you grew up", ""), ("您在本地居住了多久？", ""),
        ("您和谁住在一起？", ""), ("Which area would you like a nursery in?", ""), ("您家的居住面积", ""),
    ],
)  # fmt: skip
def test_a_role_is_the_respondents_own_and_of_today(text, role):
    assert role_like(text, "single") == role


def test_of_several_the_one_that_names_the_respondent_is_taken_else_the_first():
    assert one_of_each([("age", "入托年龄"), ("", "x"), ("age", "您的年龄")]) == {2: ("入托年龄",)}
    assert one_of_each([("age", "年龄甲"), ("age", "年龄乙"), ("sex", "性别")]) == {0: ("年龄乙",), 2: ()}


BANDS = ("18-24", "25-34", "35-44")


def table(*columns):
    """A table of 30 answers; columns of (header, answers in turn)."""
    rows = [",".join(header for header, _ in columns)]
    rows += [",".join(cells[i % len(cells)] for _, cells in columns) for i in range(30)]
    return "\n".join(rows) + "\n"


def drafted(folder, text):
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return draft_study(survey.read_export(folder / "a.csv"), id="a", responses="a.csv")


def test_what_else_could_be_the_age_is_said_beside_it(tmp_path):
    draft = drafted(tmp_path, table(("Age group", BANDS), ("Age of respondents", BANDS), ("Your age", BANDS)))
    assert "# taken for the age of the respondent; so could be: " in draft.study
    found = tomllib.loads(draft.study)["questions"]
    assert found["age"]["column"] == "Age group"  # it and the last both name the respondent's own
    assert list(draft.margins) == ["margins-age.csv"]


def test_bands_in_order_of_their_numbers_may_be_merged_with_their_neighbours(tmp_path):
    places = ("North", "South", "West")
    draft = drafted(tmp_path, table(("Your age", BANDS), ("Where do you live?", places)))
    assert tomllib.loads(draft.study)["weighting"]["collapse"] == {"age": "neighbours"}
    for bands in (("young", "old", "older"), ("18-24", "25+")):
        assert (
            "collapse" not in tomllib.loads(drafted(tmp_path, table(("Your age", bands))).study)["weighting"]
        )


@pytest.mark.parametrize(
    ("labels", "order", "found"),
    [
        ("under 30, 30-39, 40+", "meaning", True), ("30岁以下, 30-39岁, 40岁及以上", "questionnaire", True),
        ("under 30, 30-39, 40+", "unknown", False), ("30-39, 18-29, 40+", "questionnaire", False),
        ("30-39, under 30, 40+", "questionnaire", False), ("18-29, 30-39, other", "questionnaire", False),
    ],
)  # fmt: skip
def test_only_bands_that_rise_have_neighbours(labels, order, found):
    options = tuple(DraftOption(f"o{i}", label) for i, label in enumerate(labels.split(", ")))
    assert in_order_of_numbers(DraftQuestion("age", "single", 1, "", options, order=order)) == found


def test_a_second_study_beside_the_first_has_margin_files_of_its_own(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(table(("Your age", BANDS), ("您的性别", ("男", "女"))), encoding="utf-8")
    for name in ("study", "second"):
        assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / f"{name}.toml")]) == 0
    files = sorted(path.name for path in tmp_path.glob("*margins-*.csv"))
    assert files == ["margins-age.csv", "margins-sex.csv", "second-margins-age.csv", "second-margins-sex.csv"]
    weighting = tomllib.loads((tmp_path / "second.toml").read_text(encoding="utf-8"))["weighting"]
    assert [margin["file"] for margin in weighting["margins"]] == files[2:]
    (tmp_path / "second.toml").unlink()
    capsys.readouterr()
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "second.toml")]) == 2
    assert "second-margins-age.csv: already exists and is not overwritten" in capsys.readouterr().err


def test_a_table_of_margins_names_by_code_what_has_no_label_yet(tmp_path):
    options = (DraftOption("o1", "1 待填"), DraftOption("o2", "女"))
    question = DraftQuestion("sex", "single", 1, "您的性别", options, role="sex")
    assert margin_tables([question], "b-") == {
        "b-margins-sex.csv": "sex,population,source,date,address\no1,,,,\n女,,,,\n"}  # fmt: skip
