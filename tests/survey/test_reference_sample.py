"""The [reference] of a study: where its questions are found, its design, and what is refused."""

import numpy as np
import pytest
from small_study import replace, write_sound

import survey
from survey.errors import EstimateError, ExportError, SeveralErrors, StudyError

TABLE = """
[reference]
file = "names.csv"
weight = "w"
strata = "h"
source = { zh = "接种登记", en = "the vaccination register" }
covariates = ["district", "sex"]
"""
HEADER = "district,您的性别？,intent,concerns.price,concerns.quality,concerns.none,age,fee,w,h"
ROWS = ["north,男,yes,1,0,0,baby,800,20.5,a", "南区,female,不愿意,0,0,1,toddler,,10,b"] * 10


def study_of(folder, *, table=TABLE, header=HEADER, rows=ROWS):
    path = write_sound(folder)
    path.write_text(path.read_text(encoding="utf-8") + table, encoding="utf-8")
    (folder / "names.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return survey.read_study(path)


def test_questions_are_found_by_name_header_or_wording(tmp_path):
    sample = survey.reference(study_of(tmp_path))
    assert sample.tally.n == 20
    assert list(sample.tally.codes) == ["district", "sex", "intent", "concerns", "fee", "age", "stance"]
    assert sample.tally.levels["district"].options == ("north", "south", "west")
    levels, codes = sample.tally.question("stance")  # derived from the intent
    assert levels.options == ("open", "against")
    assert np.bincount(codes, weights=sample.tally.count)[:2].tolist() == [10, 10]
    assert float(sample.tally.base.sum()) == pytest.approx(305)
    assert len(sample.sampling.fractions[0]) == 2
    assert sample.sampling.kind == "probability"


def test_a_column_that_the_study_names_comes_first(tmp_path):
    table = TABLE + '[reference.questions.sex]\ncolumn = "gender"\n'
    header = HEADER.replace("您的性别？", "gender")
    sample = survey.reference(study_of(tmp_path, table=table, header=header))
    _, codes = sample.tally.question("sex")
    assert np.bincount(codes, weights=sample.tally.count)[:2].tolist() == [10, 10]


def test_clusters_probabilities_and_population_sizes(tmp_path):
    table = TABLE.replace('weight = "w"', 'probability = "p"\nclusters = "h"').replace('strata = "h"', "")
    rows = [row.replace("20.5", "0.05").replace(",10,", ",0.1,") for row in ROWS]
    sample = survey.reference(study_of(tmp_path, table=table, header=HEADER.replace(",w,", ",p,"), rows=rows))
    assert float(sample.tally.base.sum()) == pytest.approx(10 * 20 + 10 * 10)
    assert len(np.unique(sample.tally.units[0])) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"header": HEADER.replace(",w,", ",weight,")}, r'names.csv: has no column "w" \(columns: district'),
        ({"rows": [*ROWS, "north,男,yes,1,0,0,baby,800,,a"]}, r'row 22.*"" is not a number'),
        ({"rows": [*ROWS, "north,男,yes,1,0,0,baby,800,20,"]}, "row 22.*is empty; give the stratum"),
        ({"rows": [*ROWS, "north,男,maybe,1,0,0,baby,800,20,a"]}, "row 22.*maybe"),
        ({"header": HEADER.replace("您的性别？", "g")}, "does not have the covariate sex; name its column"),
    ],
)
def test_what_the_file_lacks_is_named(tmp_path, changes, words):
    with pytest.raises((ExportError, EstimateError), match=words):
        survey.reference(study_of(tmp_path, **changes))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('weight = "w"\n', "", r"\[reference\] weight: is missing, and nothing else says how many people"),
        (
            'covariates = ["district", "sex"]',
            'methods = ["ipw"]',
            "methods: joins nothing without covariates",
        ),
        ('["district", "sex"]', '["district", "concerns"]', '"concerns" is of kind "multiple"'),
        ('["district", "sex"]', '["distrikt"]', 'did you mean "district"'),
        ('file = "names.csv"\n', "", r"\[reference\] file: is missing"),
        ('source = { zh = "接种登记", en = "the vaccination register" }\n', "", "source: is missing"),
        ('strata = "h"', 'stratum = "h"', 'did you mean "strata"'),
        ('strata = "h"', "response_rate = 62", "expected a share from 0 to 1"),
    ],
)
def test_mistakes_in_the_table_are_named(tmp_path, old, new, words):
    assert old in TABLE
    with pytest.raises((StudyError, SeveralErrors), match=words):
        study_of(tmp_path, table=TABLE.replace(old, new))


def test_a_random_sample_needs_none(tmp_path):
    path = write_sound(tmp_path)
    replace(tmp_path, "study.toml", 'sample = "opt-in"', 'sample = "probability"')
    path.write_text(path.read_text(encoding="utf-8") + TABLE, encoding="utf-8")
    (tmp_path / "names.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises((StudyError, SeveralErrors), match="this study is itself a random sample"):
        survey.read_study(path)


def test_a_file_outside_the_folder_is_refused(tmp_path):
    folder = tmp_path / "study"
    (tmp_path / "names.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises((StudyError, SeveralErrors), match=r"names\.csv"):
        study_of(folder, table=TABLE.replace("names.csv", "../names.csv"))


def test_a_study_without_one_or_with_a_design_twice(tmp_path):
    with pytest.raises(StudyError, match=r"has no \[reference\]"):
        survey.reference(survey.read_study(write_sound(tmp_path)))
    with pytest.raises(EstimateError, match="has a design in the study file already"):
        survey.reference(study_of(tmp_path / "b"), weight="w")
