"""A straight line through the shares of several waves: its score test, its limits, and what is said of it."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from three_waves import three_waves

from analysis import change, estimate, score_test, shares, trend
from analysis.estimates import make_estimates
from analysis.numeric.score_trend import likeliest_rise, rise_limits, score_trend
from analysis.publication.published import sources_of
from reports.findings.clear import clear_findings
from reports.results.results import results_of
from reports.sections.questions.change import SECTION as CHANGE
from survey.errors import EstimateError

Z = 1.959963984540054
# Fleiss's smokers among patients of four studies, as in R's prop.trend.test: X-squared 8.2249, p 0.004132.
SMOKERS, PATIENTS = np.array([[83.0, 90, 129, 70]]), np.array([[86.0, 93, 136, 82]])


def test_the_plain_score_is_that_of_cochran_and_armitage_and_its_correction_by_hand():
    p, m, t = SMOKERS / PATIENTS, PATIENTS, np.array([0, 1 / 3, 2 / 3, 1])
    pooled, middle = SMOKERS.sum() / PATIENTS.sum(), (PATIENTS * t).sum() / PATIENTS.sum()
    variance = pooled * (1 - pooled) * (PATIENTS * (t - middle) ** 2).sum()
    plain = (PATIENTS * (t - middle) * (p - pooled)).sum() / np.sqrt(variance)
    assert plain**2 == pytest.approx(8.2249, abs=5e-5)
    third = pooled * (1 - pooled) * (1 - 2 * pooled) * (PATIENTS * (t - middle) ** 3).sum()
    a = third / (6 * variance**1.5)
    by_hand = (-1 + np.sqrt(1 + 4 * a * (plain + a))) / (2 * a)
    assert score_trend(p, m, t, np.zeros(1))[0] == pytest.approx(by_hand, rel=1e-9)
    assert abs(by_hand - plain) > 0.01


PAIRS = [
    ((0.695, 1374.0), (0.88, 76.0)),
    ((0.1, 50.0), (0.0, 30.0)),
    ((0.5, 40.0), (0.3, 40.0)),
    ((1.0, 30), (1.0, 20)),
]


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_of_two_waves_it_is_the_score_of_their_difference(earlier, later):
    p, m = np.array([[earlier[0], later[0]]]), np.array([[earlier[1], later[1]]])
    t, d = np.array([0.0, 1.0]), np.zeros(1)
    wanted = score_test(*later, *earlier)
    rise = likeliest_rise(p, m, t)
    low, high = rise_limits(p, m, t, estimate=rise, quantile=np.array([Z]))
    assert rise[0] == pytest.approx(later[0] - earlier[0], abs=1e-9)
    assert score_trend(p, m, t, d)[0] == pytest.approx(wanted.statistic, abs=1e-7)
    assert [low[0], high[0]] == pytest.approx([wanted.conf_low, wanted.conf_high], abs=1e-7)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=3, max_size=6))
def test_backwards_in_time_it_turns_round_and_limits_hold_what_is_not_rejected(counts):
    p = np.array([[yes / (yes + no) for yes, no in counts]])
    m = np.array([[float(yes + no) for yes, no in counts]])
    t, none = np.linspace(0, 1, len(counts)), np.zeros(1)
    z = score_trend(p, m, t, none)
    assert score_trend(p[:, ::-1], m[:, ::-1], t, none) == pytest.approx(-z, abs=1e-6)
    rise = likeliest_rise(p, m, t)
    low, high = rise_limits(p, m, t, estimate=rise, quantile=np.array([Z]))
    assert low <= rise <= high
    if abs(abs(z[0]) - Z) > 1e-6:
        assert (low[0] <= 0 <= high[0]) == (abs(z[0]) < Z)


@pytest.fixture(scope="module")
def waves(tmp_path_factory):
    study, samples = three_waves(tmp_path_factory.mktemp("waves"))
    return study, samples, estimate(study, samples)


def test_a_line_through_three_waves_is_estimated_and_said(waves):
    study, samples, estimates = waves
    found = estimates.rows(measure="trend", by="", option="x").iloc[0]
    assert found["wave"] == "2019; 2022; 2025"
    assert found["method"] == "score_trend"
    assert found["family"] == "holm, 3 tests: trend of q"
    assert found["conf_low"] > 0
    own = trend([shares(sample, "q") for sample in samples.values()]).rows(option="x").iloc[0]
    assert own["estimate"] == pytest.approx(found["estimate"])
    since = change(*(shares(samples[wave], "q") for wave in ("2025", "2019"))).rows(option="x").iloc[0]
    assert found["estimate"] == pytest.approx(since["estimate"], abs=0.02)
    results = results_of(study, estimates, "en")
    said = [found.sentence for found in clear_findings(results) if found.kind == "trend"]
    assert any(
        re.match("Along a straight line through all 3 waves, more .* “X”: up 1[0-9] points", text)
        for text in said
    )
    table = CHANGE.table(results)
    assert table.columns[-1] == "Line through all waves (points)"
    assert next(row for row in table.groups[0].rows if row[0] == "X")[-1].endswith("*")
    chinese = results_of(study, estimates, "zh")
    assert any("按3次调查拟合直线，选择“X”" in found.sentence for found in clear_findings(chinese))


def test_waves_further_apart_count_as_such(waves):
    tables = [shares(sample, "q") for sample in waves[1].values()]
    even, uneven = (
        trend(tables, times=times).rows(option="x")["estimate"].item() for times in (None, (0, 1, 9))
    )
    assert even != pytest.approx(uneven, abs=1e-4)
    assert trend(tables, times=(2, 4, 6)).rows(option="x")["estimate"].item() == pytest.approx(even)


def test_a_line_is_withheld_with_any_of_its_shares(waves):
    estimates = waves[2]
    flags = estimates.frame[estimates.frame["measure"] == "share"].set_index(
        ["wave", "option", "by", "group"]
    )["flag"]
    for row in estimates.rows(measure="trend").to_dict("records"):
        of = [flags[wave, row["option"], row["by"], row["group"]] for wave in row["wave"].split("; ")]
        assert (row["flag"] == "suppress") == ("suppress" in of)
    frame = estimates.frame
    at = int(np.flatnonzero((frame["measure"] == "trend") & (frame["by"] == ""))[0])
    assert len(sources_of(frame)[at]) == 3


def test_what_is_no_trend_is_refused(waves):
    tables = [shares(sample, "q") for sample in waves[1].values()]
    for bad in (
        lambda: trend(tables[:2]),
        lambda: trend(tables, times=(1, 1, 2)),
        lambda: trend(tables, times=(1, 2)),
    ):
        with pytest.raises(EstimateError, match="a trend of the waves"):
            bad()
    other = [{"wave": "w", "question": "other", "option": "x", "measure": "share", "confidence": 0.95}]
    with pytest.raises(EstimateError):
        trend([*tables[:2], make_estimates(other, None, {})])
