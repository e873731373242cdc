"""Page 1 before there is a result: what a study file says and nothing of what the answers say."""

import shutil

import numpy as np
import pandas as pd
import pytest
from pdf import pages
from small_study import replace, study_with

import survey
from reports.charts import style
from reports.page.fonts import find_fonts
from reports.page.preview import compose_unfilled
from reports.page.typeset import typeset
from reports.results.declared import issue_date
from reports.sections.front_page.unfilled import unfilled_document


def text_of(study, language, analysed=None):
    page = compose_unfilled(study, language, fonts=find_fonts(), analysed=analysed)
    return page, pages(typeset(page, find_fonts(), issued=issue_date(study), warn=print))


def test_it_is_one_page_with_title_days_size_and_options_in_the_order_of_the_questionnaire(tmp_path):
    study = survey.read_study(study_with(tmp_path))
    page, texts = text_of(study, "en", analysed=1234)
    assert len(texts) == 1
    assert "A small study" in texts[0]
    assert "1,234" in page.texts["subtitle"]
    front = unfilled_document(study, "en").front
    labels = [option.label.in_("en") for option in study.questionnaire["concerns"].options]
    places = [front.chart.alt.index(label) for label in labels]
    assert places == sorted(places)
    assert [figure.share for figure in front.key_figures] == ["··%"] * len(front.key_figures)


def test_nothing_of_it_depends_on_the_answers(tmp_path):
    """The same study file beside other answers, and beside none, gives the same bytes."""
    path, found = study_with(tmp_path), []
    study = survey.read_study(path)
    responses = study.waves[0].responses
    for change in ("as they are", "turned round", "gone"):
        if change == "turned round":
            table = pd.read_csv(responses, dtype=str)
            rng = np.random.default_rng(1)
            for column in table.columns[3:]:
                table[column] = rng.permutation(table[column].to_numpy())
            table.to_csv(responses, index=False)
        elif change == "gone":
            responses.unlink()
        page = compose_unfilled(study, "zh", fonts=find_fonts())
        found.append((page.texts, page.charts))
    assert found[0] == found[1] == found[2]


def test_without_lead_no_option_is_named_as_leading(tmp_path):
    path = study_with(tmp_path)
    replace(tmp_path, "study.toml", 'lead = ["price", "quality"]\n', "")
    front = unfilled_document(survey.read_study(path), "zh").front
    assert {figure.label for figure in front.key_figures} == {"占比居前的选项"}


def test_the_axis_is_that_of_every_share(tmp_path):
    study = survey.read_study(study_with(tmp_path))
    chart = unfilled_document(study, "zh").front.chart
    with style.style(find_fonts().sans):
        axes = chart.draw().axes[0]
    assert axes.get_xlim() == (0, 1)
    assert [line for line in axes.lines if len(line.get_xdata())] == []


def test_a_question_that_is_not_there_is_refused(tmp_path):
    path = study_with(tmp_path)
    replace(tmp_path, "study.toml", 'headline = "concerns"', 'headline = "concern"')
    with pytest.raises(survey.errors.StudyError):
        unfilled_document(survey.read_study(path), "zh")
    shutil.rmtree(tmp_path)
