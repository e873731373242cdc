"""What two waves asked: a change is given only where they asked the same."""

import numpy as np
import pytest
from tiny_study import head

import survey
from analysis.publication.comparability import unlike
from analysis.study.estimate import estimate
from survey.errors import StudyError
from survey.study.questionnaire import Missing

STUDY = head({"2023": "2023.csv", "2024": "2024.csv"})
STUDY += """
[questions.why]
kind = "multiple"
column = "why"
separator = ";"
text = "What holds you back?"
options.price = { en = "Price" }
options.far = { en = "Distance" }
options.staff = { en = "Staff" }
[questions.intent]
kind = "single"
column = "intent"
text = "Would you?"
options.yes = { en = "Yes" }
options.no = { en = "No" }
options.depends = { en = "It depends" }
[estimates]
shares = ["why", "intent"]
"""
FORMS = """
[questions.why.waves.2023]
{why}
[questions.intent.waves.2023]
{intent}
"""


def two_waves(folder, why="", intent="", header="why,intent"):
    rng = np.random.default_rng(7)
    for wave in ("2023", "2024"):
        rows = [
            f"{'Price' if rng.random() < 0.6 else 'Price;Distance'},{rng.choice(['Yes', 'No'])}"
            for _ in range(200)
        ]
        top = header if wave == "2023" else "why,intent"
        (folder / f"{wave}.csv").write_text("\n".join([top, *rows]) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(STUDY + FORMS.format(why=why, intent=intent), encoding="utf-8")
    return survey.read_study(folder / "study.toml")


def changes(study):
    samples = {}
    for wave in study.waves:
        kept, _ = survey.screen(survey.read_responses(study, wave.id), study)
        samples[wave.id] = survey.weigh(kept, study)
    found = estimate(study, samples)
    rows = found.rows(measure="change")
    return {(row.question, row.option): row.note for row in rows.itertuples()}, found


@pytest.mark.parametrize(
    ("why", "reason"),
    [("", ""), ('text = "What holds you  BACK?"', ""), ('text = "What would stop you?"', "wording"),
     ('text = "What would stop you?"\ncomparable = true', ""), ('options = ["price", "far"]', "options"),
     ("asked = false", "not_asked"), ("asked = false\ncomparable = true", "not_asked"),
     ('text = { zh = "为什么？" }', "wording")],
)  # fmt: skip
def test_why_two_waves_are_unlike(tmp_path, why, reason):
    question = two_waves(tmp_path, why).questionnaire["why"]
    assert unlike(question, "2023", "2024") == unlike(question, "2024", "2023") == reason
    assert unlike(question, "2024", "2024") == ""


def test_only_like_questions_have_a_change(tmp_path):
    notes, found = changes(two_waves(tmp_path, why='text = "What would stop you?"'))
    assert {option for (q, option), note in notes.items() if q == "why" and note == "not_comparable"} == {
        "price", "far", "staff"}  # fmt: skip
    assert all(note != "not_comparable" for (q, _), note in notes.items() if q == "intent")
    rows = found.rows(measure="change", question="why")
    assert (rows["flag"] == "suppress").all()
    assert rows[["estimate", "std_error", "conf_low", "conf_high", "n"]].isna().all(axis=None)
    # The shares of either wave are printed all the same.
    assert found.rows(measure="share", question="why", option="price")["estimate"].notna().all()


def test_an_option_one_wave_did_not_offer_has_neither_share_nor_change_there(tmp_path):
    notes, found = changes(two_waves(tmp_path, why='options = ["price", "far"]\ncomparable = true'))
    assert notes["why", "staff"] == "not_comparable"
    assert notes["why", "price"] != "not_comparable"
    row = found.rows(measure="share", question="why", option="staff", wave="2023").iloc[0]
    assert (row["flag"], row["note"]) == ("suppress", "not_offered")
    assert (
        found.rows(measure="share", question="why", option="staff", wave="2024").iloc[0]["note"]
        != "not_offered"
    )


def test_a_wave_that_did_not_ask_has_no_answers_and_no_change(tmp_path):
    study = two_waves(tmp_path, why="asked = false", header="something,intent")
    first = survey.read_responses(study, "2023")
    assert (first["why"].missing == Missing.NOT_ASKED).all()
    assert first.unread == ("something",)
    notes, _ = changes(study)
    assert {note for (q, _), note in notes.items() if q == "why"} == {"not_comparable"}


def test_a_question_is_found_where_each_wave_has_it_and_answers_keep_their_codes(tmp_path):
    study = two_waves(tmp_path, intent='column = "q2"\noptions = ["no", "yes"]', header="why,q2")
    first = survey.read_responses(study, "2023")
    assert set(first["intent"].values) == {0, 1}
    assert first["intent"].question.codes == ("yes", "no", "depends")
    later = survey.read_responses(study, "2024")["intent"]
    assert later.question == first["intent"].question


@pytest.mark.parametrize(
    ("written", "message"),
    [('options = ["prise"]', '"prise" is not an option of "why"'), ("asked = 1", "expected true or false"),
     ('wording = "x"', "is not a key of this table")],
)  # fmt: skip
def test_mistakes_are_named(tmp_path, written, message):
    with pytest.raises(StudyError, match=message):
        two_waves(tmp_path, why=written)


def test_a_wave_there_is_not_is_named(tmp_path):
    two_waves(tmp_path)
    text = (tmp_path / "study.toml").read_text(encoding="utf-8").replace("why.waves.2023", "why.waves.2032")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(
        StudyError, match=r'\[questions.why.waves\]: there is no wave "2032" .there are 2023, 2024'
    ):
        survey.read_study(tmp_path / "study.toml")
