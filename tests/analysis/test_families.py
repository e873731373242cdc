"""Which differences of a study are tested together: families, the primary comparison, the base wave."""

import numpy as np
import pytest
from three_waves import three_waves

from analysis import adjust, estimate
from analysis.estimates import make_estimates
from analysis.statistics.testing.adjust import FAMILIES, adjust_families, adjusted_p_values
from reports.findings.clear import clear_findings
from reports.results.facts import base_wave, distinct_groups, primary_option
from reports.results.results import results_of
from reports.sections.questions.change import SECTION as CHANGE
from survey.errors import StudyError


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    study, samples = three_waves(tmp_path_factory.mktemp("plain"))
    return study, estimate(study, samples)


def rows(estimates, **keys):
    return estimates.rows(**keys)


def test_every_family_is_what_is_printed_together(plain):
    frame = plain[1].frame
    tested = frame[np.isfinite(frame["p_value"]) & frame["measure"].isin(FAMILIES)]
    for (_, family), table in tested.groupby(["wave", "family"]):
        np.testing.assert_allclose(table["p_adjusted"], adjusted_p_values(table["p_value"].to_numpy()))
        assert family.startswith(f"holm, {len(table)} test")
    families = {row.wave: set() for row in tested.itertuples()}
    for row in tested.itertuples():
        families[row.wave].add(row.family.split(": ")[1])
    assert families["2025"] == {"pairs of options", "q by place"}
    assert families["2025 - 2022"] == families["2025 - 2019"] == {"change of q", "change of q by place"}


def test_what_is_withheld_is_neither_tested_nor_counted(plain):
    changes = rows(plain[1], measure="change", by="place", wave="2025 - 2022")
    withheld = changes["flag"] == "suppress"
    assert withheld.any()
    assert changes.loc[withheld, ["p_value", "p_adjusted"]].isna().all(axis=None)
    assert set(changes.loc[withheld, "family"]) == {""}
    told = (~withheld).sum()
    assert set(changes.loc[~withheld, "family"]) == {f"holm, {told} tests: change of q by place"}


def test_rows_withheld_later_leave_their_family():
    pairs = [{"wave": "w", "question": "q", "option": o, "measure": "change", "p_value": p}
             for o, p in (("a", 0.02), ("b", 0.03), ("c", 0.5))]  # fmt: skip
    three = adjust_families(make_estimates(pairs, None, {}))
    assert three.frame["p_adjusted"].tolist() == pytest.approx([0.06, 0.06, 0.5])
    pairs[2] |= {"flag": "suppress"}
    two = adjust_families(make_estimates(pairs, None, {}))
    assert two.frame["p_adjusted"].tolist()[:2] == pytest.approx([0.04, 0.04])
    assert adjust(make_estimates(pairs[:1], None, {}), "x").frame["family"].tolist() == ["holm, 1 test: x"]


def test_the_first_wave_is_compared_with_the_last_and_said(plain):
    study, estimates = plain
    change = rows(estimates, measure="change", wave="2025 - 2019", by="").set_index("option")
    by_wave = rows(estimates, measure="share", by="", option="x").set_index("wave")["estimate"]
    assert change.loc["x", "estimate"] == pytest.approx(by_wave["2025"] - by_wave["2019"])
    assert change.loc["x", "p_adjusted"] < 0.05
    results = results_of(study, estimates, "en")
    assert base_wave(results) == "2019"
    since = [found.sentence for found in clear_findings(results) if found.kind == "since_base"]
    assert any("“X” than in 2019" in text and "up 1" in text for text in since)
    table = CHANGE.table(results)
    assert table.columns[-2] == "Since 2019 (points)"
    row = next(row for row in table.groups[0].rows if row[0] == "X")
    assert row[-2].endswith("*")
    assert any("clear change" in note for note in table.notes)


def test_a_base_wave_can_be_named(tmp_path, plain):
    study, samples = three_waves(tmp_path, 'base_wave = "2022"\n')
    assert rows(estimate(study, samples), wave="2025 - 2019").empty  # 2022 is the wave before anyway
    study, _ = three_waves(tmp_path, 'base_wave = "2025"\n')
    with pytest.raises(StudyError, match='base_wave: there is no wave "2025"'):
        estimate(study, samples)


def test_two_waves_are_compared_once(tmp_path):
    study, samples = three_waves(tmp_path)
    del samples["2019"]
    found = estimate(study, samples).frame
    assert {wave for wave in found["wave"] if " - " in wave} == {"2025 - 2022"}


def test_the_primary_comparison_is_a_test_by_itself_and_the_others_do_without_it(tmp_path, plain):
    study, samples = three_waves(tmp_path, 'primary = ["q", "y"]\n')
    estimates = estimate(study, samples)
    change = rows(estimates, measure="change", wave="2025 - 2022", by="").set_index("option")
    before = rows(plain[1], measure="change", wave="2025 - 2022", by="").set_index("option")
    assert change.loc["y", "p_adjusted"] == change.loc["y", "p_value"] == before.loc["y", "p_value"]
    assert change.loc["y", "family"] == "holm, 1 test: primary comparison, change of q y"
    assert set(change.loc[["x", "z"], "family"]) == {"holm, 2 tests: change of q"}
    results = results_of(study, estimates, "en")
    assert primary_option(results) == "y"
    assert primary_option(results_of(plain[0], plain[1], "en")) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('primary = ["q"]\n', "primary: is .* expected a question and one of its options"),
        ('primary = ["q", "w"]\n', "primary"),
        ('primary = ["place", "a"]\n', 'primary: "place" is not among shares'),
    ],
)
def test_a_primary_comparison_that_is_none_is_refused(tmp_path, text, words):
    study, samples = three_waves(tmp_path, text, n=60)
    with pytest.raises(StudyError, match=words):
        estimate(study, samples)


def test_a_group_is_called_different_where_its_interval_and_its_family_say_so(plain):
    study, estimates = plain
    frame = estimates.frame.copy()
    at = (frame["measure"] == "difference_from_rest") & (frame["group"] == "a") & (frame["wave"] == "2025")
    frame.loc[at, ["conf_low", "conf_high", "p_adjusted"]] = 0.1, 0.2, 0.001
    clear = results_of(study, type(estimates)(frame), "en")
    assert "A" in distinct_groups(clear, clear.lead[0])[0]
    frame.loc[at, "p_adjusted"] = 0.06
    assert distinct_groups(results_of(study, type(estimates)(frame), "en"), clear.lead[0]) == ([], [])
