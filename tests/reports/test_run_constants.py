"""Every word that states a fact about the run comes from the run: another constant, another sentence."""

from dataclasses import replace

import pytest
from estimate_rows import HELD, results_from, share
from small_study import replace as replaced
from small_study import study_with

from analysis.publication.rules import NCHS
from reports.results import facts
from reports.sections.about import marks, methods
from reports.sections.contents import printing_of
from reports.sections.questions.answers import table
from survey import read_study
from survey.history import UNWEIGHTED, MarginCategory, MarginHistory, WaveHistory

LANGUAGES = ("en", "zh")
CATEGORIES = (MarginCategory(("male",), 3, 0.4, 0.5, 0.5), MarginCategory(("female",), 9, 0.6, 0.5, 0.5))
MARGIN = MarginHistory("sex", ("sex",), "shares", (), CATEGORIES)
WEIGHTING = replace(
    UNWEIGHTED, method="raking", n=12, n_eff=50.0, design_effect=1.5, bounds=(0.2, 5.0), margins=(MARGIN,),
    thin=("sex: male",),
)  # fmt: skip


def said(study, language, weighting=WEIGHTING, **more):
    """All that the notes of a table, the symbols and the methods say of a study with a weighting."""
    rows = [share("price", 0.7, 0.1, flag="caution", note="wide_interval"), share("quality", 0.4, **HELD)]
    rows += [share("none", 0.06, **more)]
    results = results_from(study, rows, language)
    results.estimates.histories["2024"] = WaveHistory("2024", "wjx", "utf-8", None, weighting, ())
    printing = printing_of(results)
    blocks = [*methods.SECTION.texts(printing), *marks.SECTION.texts(printing)]
    return " ".join([str(blocks), *table(results).notes])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("people", 47, "47"), ("too_wide", 0.37, "37"), ("narrow", 0.07, "7"), ("relative", 1.7, "1.7"),
     ("wide", 0.23, "23")],
)  # fmt: skip
def test_the_rules_of_publication_are_those_in_force(tmp_path, monkeypatch, language, name, value, shown):
    study = read_study(study_with(tmp_path))
    before = said(study, language)
    monkeypatch.setattr(facts, "NCHS", replace(NCHS, **{name: value}))
    after = said(study, language)
    assert after != before
    assert after.count(shown) > before.count(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_thresholds_of_the_weighting_are_the_studys_own(tmp_path, monkeypatch, language):
    path = study_with(tmp_path)
    study = read_study(path)
    before = said(study, language)
    replaced(tmp_path, "study.toml", "collapse_below = 5", "collapse_below = 43")
    assert "43" in said(read_study(path), language)
    assert "43" not in before
    bounded = said(study, language, replace(WEIGHTING, bounds=(0.31, 4.7)))
    assert "0.31" in bounded
    assert "4.7" in bounded
    monkeypatch.setattr(methods, "TOLERANCE", 1e-5)
    assert "100,000" in said(study, language)
    assert "100,000,000" in before
    monkeypatch.setattr(methods, "FEW", 61)
    assert "61" in said(study, language)
    monkeypatch.setattr(methods, "COSTLY", 1.4)
    enough = replace(WEIGHTING, n_eff=500.0)
    assert "1.4" in said(study, language, enough)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_level_of_the_intervals_is_that_of_the_estimates(tmp_path, language):
    study = read_study(study_with(tmp_path))
    shares = {"price": 0.7, "quality": 0.4, "none": 0.06}
    rows = [share(option, p, confidence=0.9) for option, p in shares.items()]
    results = results_from(study, rows, language)
    assert facts.level(results) == "90%"
    assert any("90%" in column for column in table(results).columns)
    assert not any("95%" in column for column in table(results).columns)
