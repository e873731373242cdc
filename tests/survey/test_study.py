"""What a sound study file means: defaults, labels, and the plan of estimates it asks for."""

import re
from datetime import date

import pytest
from small_study import FORMER_WAVE, write_sound

from analysis import estimate
from analysis.plans.estimates import read_estimate_plan
from analysis.study.check import check_study
from reports.results.results import results_of
from survey import read_responses, read_study, screen, weigh
from survey.errors import ExportError, StudyError
from survey.study.questionnaire import Condition


def study_with(folder, *changes):
    return read_study(write_sound(folder, *changes))


def estimates_of(study):
    kept, _ = screen(read_responses(study), study)
    return estimate(study, {"2024": weigh(kept, study)})


def test_the_sound_study_is_read_as_written(tmp_path):
    study = study_with(tmp_path)
    assert (study.id, study.sample, study.languages, study.synthetic) == (
        "small",
        "opt-in",
        ("zh", "en"),
        True,
    )
    assert study.wave().fieldwork == (date(2024, 9, 2), date(2024, 9, 22))
    assert study.questionnaire["fee"].asked_if == (Condition("intent", codes=("yes", "depends")),)
    assert study.questionnaire["district"].eligible_codes == ("north", "south", "west")
    assert study.screening.eligible == (Condition("months", between=(0, 35)),)
    assert study.weighting.collapse == (("district", (("south", "west"),)),)
    assert [path.name for path in study.inputs] == ["study.toml", "answers.csv", "district.csv", "sex.csv"]


@pytest.mark.parametrize(
    ("title", "languages"),
    [
        ('{ zh = "小样" }', ("zh",)),
        ('{ en = "Small" }', ("en",)),
        ('{ zh = "小样", en = "Small" }', ("zh", "en")),
        ('"Small 小样"', ("zh", "en")),
    ],
)
def test_without_languages_those_of_the_title_are_printed(tmp_path, title, languages):
    study = study_with(
        tmp_path, ('languages = ["zh", "en"]\n', ""), ('{ zh = "小样", en = "A small study" }', title)
    )
    assert study.languages == languages


def test_a_derived_variable_has_its_own_label_or_its_name(tmp_path):
    named = study_with(
        tmp_path, ('from = "intent"', 'from = "intent"\nlabel = { zh = "态度", en = "Stance" }')
    )
    assert results_of(named, estimates_of(named), "zh").question_label("stance") == "态度"
    assert results_of(named, estimates_of(named), "en").question_label("age") == "age"
    assert results_of(named, estimates_of(named), "en").question_label("sex") == "sex"
    assert results_of(named, estimates_of(named), "en").question_heading("sex") == "Are you a man or a woman?"


def test_by_default_everything_is_estimated_but_what_weighting_sets(tmp_path):
    study = study_with(tmp_path, ('shares = ["concerns", "intent"]\n', ""))
    assert read_estimate_plan(study).shares == ("district", "sex", "role", "intent", "concerns")
    assert set(estimates_of(study).frame["question"]) == {"role", "intent", "concerns"}


def test_a_question_weighted_on_is_estimated_where_it_is_listed(tmp_path):
    study = study_with(tmp_path, ('shares = ["concerns", "intent"]', 'shares = ["concerns", "sex"]'))
    rows = estimates_of(study).frame.query("question == 'sex' and by == '' and measure == 'share'")
    assert list(rows["note"]) == ["fixed_by_margins"] * 2
    assert rows["estimate"].tolist() == pytest.approx([0.49, 0.51])


def test_a_study_of_several_waves_must_be_told_which(tmp_path):
    study = study_with(tmp_path, FORMER_WAVE)
    with pytest.raises(StudyError, match=r'several waves .*2023, 2024.*pass wave="2024"'):
        read_responses(study)
    with pytest.raises(StudyError, match='no wave "2025"'):
        read_responses(study, wave="2025")


def test_unknown_categories_are_shared_out_where_the_study_says_so(tmp_path):
    study = study_with(tmp_path, ("[weighting]\n", '[weighting]\nunknown = "fractional"\n'))
    kept, _ = screen(read_responses(study), study)
    sample = weigh(kept, study)
    assert sample.recipe.steps[0].unknown == "fractional"
    assert all(c.codes != ("",) for m in sample.history.weighting.margins for c in m.categories)


def test_ordered_categories_merge_with_their_neighbours(tmp_path):
    study = study_with(tmp_path, ('district = [["south", "west"]]', 'district = "neighbours"'))
    assert study.weighting.collapse == (("district", "neighbours"),)


@pytest.mark.parametrize(
    ("languages", "label", "options"),
    [('["en"]', "North", "North, South, West, Elsewhere"), ('["zh", "en"]', "北区", "北区, 南区, 西区, 外地"),
     ('["en", "zh"]', "North", "North, South, West, Elsewhere")],
)  # fmt: skip
def test_messages_name_options_in_the_first_language_of_the_study(tmp_path, languages, label, options):
    study = study_with(tmp_path, ('languages = ["zh", "en"]', f"languages = {languages}"))
    assert str(study.questionnaire["district"].option("north").label) == label
    assert str(check_study(study)[0].questions[0].labels["north"]) == label
    answers = (tmp_path / "answers.csv").read_text(encoding="utf-8")
    (tmp_path / "answers.csv").write_text(answers.replace("北区", "东区", 1), encoding="utf-8")
    with pytest.raises(ExportError, match=re.escape(f"is not one of its options ({options})")):
        read_responses(study)
