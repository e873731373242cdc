"""A margin of few answers, its categories merged into one: named in the methods of the page as it is."""

from tiny_study import tiny_study

import survey
from analysis.study.estimate import estimate
from reports.results.results import results_of
from reports.sections.about.methods import _weighting

AGE = '[questions.age]\nkind = "single"\ncolumn = "Age"\ntext = { zh = "年龄？", en = "Age?" }\n'
AGE += "".join(f'options.{code} = {{ zh = "{code}岁", en = "{code} years" }}\n' for code in ("a", "b", "c"))
WEIGHTED = '[[weighting.margins]]\nfile = "age.csv"\n[weighting.collapse]\nage = "neighbours"\n'


def test_categories_merged_into_one_that_is_still_small_are_named(tmp_path):
    (tmp_path / "age.csv").write_text("age,population,source\na,10,x\nb,20,x\nc,30,x\n", encoding="utf-8")
    answers = "Age,n\n" + "a years,1\nb years,2\nc years,3\n" * 5
    study = tiny_study(tmp_path, AGE + WEIGHTED + '[estimates]\nshares = ["age"]\n', answers)
    sample = survey.weigh(survey.read_responses(study), study)
    assert sample.history.weighting.thin == ("age: a + b + c",)
    results = results_of(study, estimate(study, {"2024": sample}), "en")
    assert ": a years + b years + c years" in _weighting(results)
