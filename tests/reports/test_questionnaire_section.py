"""The questionnaire at the end of the appendix: every question as asked, in the order of the study file."""

from dataclasses import replace

import pytest
from estimate_rows import results_from, share
from pdf import squeezed, words_of
from small_study import reported, study_with

from reports.sections.about import disclosure, questionnaire
from reports.sections.section import Printing
from survey import read_study
from survey.study.questionnaire import Label, WaveForm


def told(results):
    (block,) = questionnaire.texts(Printing(results, "", {}))
    return dict(block["items"])


@pytest.fixture(scope="module")
def study():
    return read_study("data/taiyuan/study.toml")


def test_each_question_has_its_number_wording_kind_base_and_options(study):
    english = told(results_from(study, [share("price", 0.7)], "en"))
    assert [*english] == [str(n) for n in range(1, 12)]
    assert english["2"] == "Are you a man or a woman? One answer. Options: Men; Women."
    assert english["4"] == "In which month was your youngest child born? A month and year."
    assert english["9"] == (
        "What is the highest monthly fee you could accept, in yuan? A number. Asked of those who answered "
        "“Yes” or “It depends” to “Intent to send the child”."
    )
    chinese = told(results_from(study, [share("price", 0.7)], "zh"))
    assert "多选。" in chinese["8"]
    assert "质量和师资（问卷中为“质量和师资让人不放心”）" in chinese["8"]
    # The form is Chinese: its spelling is no English label.
    assert "质量" not in english["8"]


def test_what_a_wave_had_otherwise_is_said(study):
    results, question = results_from(study, [share("price", 0.7)], "en"), study.questionnaire["concerns"]
    text = Label((("zh", "另一问法？"), ("en", "Asked otherwise?")))
    otherwise = WaveForm(text=text, options=question.codes[:1])
    lines = [*questionnaire._told(results, replace(question, forms=((results.latest, otherwise),)))]
    label = results.wave_label(results.latest)
    assert lines[-2:] == [f"{label}: “Asked otherwise?”", f"{label}, options: Price."]
    lines = [
        *questionnaire._told(results, replace(question, forms=((results.latest, WaveForm(asked=False)),)))
    ]
    assert lines[-1] == f"{label}: not asked."


def test_wording_is_printed_once(study):
    results = results_from(study, [share("price", 0.7)], "en")
    (block,) = disclosure.texts(Printing(results, "", {}))
    assert dict(block["items"])["Question wording"] == "In full under “Questionnaire”, at the end."


def test_it_is_the_last_part_of_the_appendix(tmp_path):
    out = reported(study_with(tmp_path, ""))
    for language, heading in (("zh", "问卷"), ("en", "Questionnaire")):
        text = squeezed(words_of(out / f"briefing-{language}-appendix.pdf"))
        last = {"zh": "调查说明", "en": "Aboutthissurvey"}[language]
        assert text.rindex(heading + "1") > text.index(last)
