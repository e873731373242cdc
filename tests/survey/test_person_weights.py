"""The weight of each respondent: it meets the margins, stands by the right row, and names nobody."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import write_sound

import survey
from reports.cli import main
from survey.errors import EstimateError

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "taiyuan" / "study.toml"


@pytest.fixture(scope="module")
def demo():
    study = survey.read_study(DEMO)
    kept, _ = survey.screen(survey.read_responses(study, "2024"), study)
    return kept, survey.weigh(kept, study)


def test_they_add_up_to_the_margins_and_to_the_shares(demo):
    from analysis import shares

    kept, sample = demo
    weights = survey.person_weights(sample, kept)
    assert list(weights.index) == list(kept.paradata.rows)
    assert weights.sum() == pytest.approx(sample.weight @ sample.tally.count)
    frame = kept.frame
    by_district = weights.groupby(frame["district"], observed=True).sum() / weights.sum()
    for margin in sample.history.weighting.margins:
        if margin.questions == ("district",):
            for category in margin.categories:
                if category.codes != ("",):
                    assert by_district[list(category.codes)].sum() == pytest.approx(category.target)
    ticked = frame["concerns.price"].fillna(value=False).astype(bool)
    answered = frame["concerns.price"].notna()
    share = weights[ticked].sum() / weights[answered].sum()
    rows = shares(sample, "concerns").frame.set_index("option")
    assert share == pytest.approx(rows.loc["price", "estimate"])


def test_an_unweighted_file_has_weights_of_one(tmp_path):
    path = write_sound(tmp_path)
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[weighting]"), text.index("[estimates]")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    study = survey.read_study(path)
    kept, _ = survey.screen(survey.read_responses(study), study)
    assert (survey.person_weights(survey.weigh(kept, study), kept) == 1).all()


def test_a_sample_of_other_responses_is_refused(demo):
    kept, sample = demo
    fewer = kept.take(np.arange(len(kept)) % 2 == 0, None)
    with pytest.raises(EstimateError, match="not made of these responses"):
        survey.person_weights(sample, fewer)


@pytest.fixture
def folder(tmp_path):
    path = write_sound(tmp_path)
    lines = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    more = ["code,phone,twice,formula", *(f"A{i},1391234{i:04},same,=1+{i}" for i in range(1, len(lines)))]
    joined = [f"{line},{extra}" for line, extra in zip(lines, more, strict=True)]
    (tmp_path / "answers.csv").write_text("\n".join(joined) + "\n", encoding="utf-8")
    shutil.rmtree(tmp_path / "out")
    return path.parent


def test_they_are_written_by_the_key_chosen(folder):
    arguments = ["estimate", str(folder / "study.toml"), "--out", str(folder / "out")]
    assert main([*arguments, "--weights", "code"]) == 0
    keyed = pd.read_csv(folder / "out" / "weights-2024.csv", encoding="utf-8-sig")
    assert main([*arguments, "--weights", "row"]) == 0
    by_row = pd.read_csv(folder / "out" / "weights-2024.csv", encoding="utf-8-sig")
    assert list(keyed.columns) == ["code", "weight"]
    assert list(by_row.columns) == ["row", "weight"]
    assert keyed["code"].str[1:].astype(int).tolist() == (by_row["row"] - 1).tolist()
    assert keyed["weight"].tolist() == by_row["weight"].tolist()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("phone", ["telephone number", "reach no output"]),
        ("twice", ["more than one respondent"]),
        ("formula", ["formulas"]),
        ("cod", ["0 columns", 'did you mean "code"?']),
    ],
)
def test_a_key_that_names_people_or_tells_nobody_apart_is_refused(folder, capsys, key, words):
    arguments = ["estimate", str(folder / "study.toml"), "--out", str(folder / "out"), "--weights", key]
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words), error
    assert "1391234" not in error
    assert not (folder / "out").exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_key_begins_as_a_formula_does(folder, capsys, start):
    file = folder / "answers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",=1+", f",{start}1+"), encoding="utf-8")
    assert main(["estimate", str(folder / "study.toml"), "--weights", "formula"]) == 2
    assert "formulas" in capsys.readouterr().err
