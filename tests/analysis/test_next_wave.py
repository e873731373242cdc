"""The next wave's answers and response rates: by hand, by simulation, properties, and what is refused."""

import json
from dataclasses import replace as with_
from math import inf, isnan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf import failures, pages, words_of
from scipy.stats import norm
from small_study import reported, write_sound

from analysis.estimates import make_estimates
from analysis.numeric.score import answers_for_difference, power_of_difference
from analysis.study.next_wave import Goal, detectable_change, empty_risks, half_width_now, next_wave
from reports.cli import main
from survey import read_study
from survey.errors import EstimateError, StudyError
from survey.history import MarginCategory, MarginHistory
from survey.study.dispositions import Dispositions, response_rate

TABLES = json.loads((Path(__file__).parents[1] / "vectors" / "two_shares.json").read_text(encoding="utf-8"))


def share(p, n, deff, *, by="", group="", option="a", **more):
    error = np.sqrt(deff * p * (1 - p) / n)
    row = {"wave": "w", "question": "q", "option": option, "measure": "share", "by": by, "group": group}
    row |= {"estimate": p, "std_error": error, "n": float(n), "deff": deff, "confidence": 0.95}
    return row | more


def needs_of(*rows, **goal):
    return next_wave(make_estimates(rows, None, {}), "q", ["a"], by="g", goal=Goal(**goal))


def test_the_answers_for_an_interval_and_a_change_by_hand():
    (need,) = needs_of(share(0.5, 2000, 1.5))
    # 1.5 × 0.25 × (1.96 / 0.03)² = 1600.5
    assert need.for_half == 1601
    # 0.05 = 1.96 √(P(1 − P)(1/m1 + 1/m2)) + 0.8416 √(0.55 × 0.45/m1 + 0.25/m2), m2 = 2000/1.5
    m1, m2 = (need.for_change - 0.5) / 1.5, 2000 / 1.5
    pooled = (0.55 * m1 + 0.5 * m2) / (m1 + m2)
    reached = 1.959964 * np.sqrt(pooled * (1 - pooled) * (1 / m1 + 1 / m2))
    reached += 0.841621 * np.sqrt(0.55 * 0.45 / m1 + 0.25 / m2)
    assert reached == pytest.approx(0.05, rel=1e-3)
    assert need.family == 1
    assert half_width_now(need) == pytest.approx(1.959964 * np.sqrt(1.875e-4))
    assert detectable_change([need], "") == pytest.approx(2.80158 * np.sqrt(2 * 1.875e-4), rel=1e-5)


def test_a_change_smaller_than_this_waves_own_error_is_told_by_no_number():
    (need,) = needs_of(share(0.5, 400, 1.5), change=0.05)
    assert need.for_change == inf
    # Φ((0.05 − 1.96 √(0.55 × 0.45/m2))/√(0.25/m2)), the next wave without an error of its own
    m2 = 400 / 1.5
    gap = 0.05 - 1.959964 * np.sqrt(0.55 * 0.45 / m2)
    assert need.most_power == pytest.approx(norm.cdf(gap / np.sqrt(0.25 / m2)), rel=1e-4)


PLANS = [case for case in TABLES["cases"] if case["id"].startswith("plan_")]


@pytest.mark.parametrize("case", PLANS, ids=[case["id"] for case in PLANS])
def test_the_answers_for_a_difference_equal_the_worked_ones(case):
    given_, expected = case["input"], case["expected"]
    tests = {name: given_[name] for name in ("alpha", "family")}
    shares = given_["p_new"], given_["p_old"]
    asked = {"deff": given_["deff"], "m2": given_["m_old"], "ratio": given_["ratio"] or 1.0}
    n = answers_for_difference(*shares, **asked, **tests, power=given_["power"])
    if expected.get("status") == "infeasible":
        assert n == inf
        found = power_of_difference(shares[0], inf, shares[1], given_["m_old"], **tests)
        assert found == pytest.approx(expected["power_at_infinity"], rel=1e-9)
        return
    assert n == pytest.approx(expected["n_exact"], rel=1e-6)
    assert np.ceil(n) == expected["n"]
    m1 = expected["n"] / given_["deff"]
    m2 = given_["m_old"] or given_["ratio"] * m1
    found = power_of_difference(shares[0], m1, shares[1], m2, **tests)
    assert found == pytest.approx(expected["power_at_n"], rel=1e-9)


def test_a_change_of_nothing_is_found_by_no_number():
    assert answers_for_difference(0.5, 0.5, deff=1, m2=1000) == inf


def test_the_plan_tests_what_the_briefing_tests_and_the_primary_comparison_by_itself():
    options = [share(p, 3000, 1.0, option=name) for name, p in (("a", 0.5), ("b", 0.3), ("c", 0.2))]
    table = make_estimates(options, None, {})
    together = next_wave(table, "q", ["a"])[0]
    alone, *_ = next_wave(table, "q", ["a"], primary="a")
    others = next_wave(table, "q", ["b"], primary="a")[0]
    assert (together.family, alone.family, others.family) == (3, 1, 2)
    assert alone.for_change < together.for_change
    assert alone.for_half == together.for_half


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.floats(0.05, 0.95), st.integers(200, 5000), st.floats(0.8, 3), st.floats(0.01, 0.1))
def test_the_number_asked_for_gives_the_interval_asked_for(p, n, deff, half):
    (need,) = needs_of(share(p, n, deff), half=half)
    found = half_width_now(with_(need, n=need.for_half))
    assert found <= half + 1e-12
    assert half_width_now(with_(need, n=max(need.for_half - 1, 1))) >= half - 1e-9 or need.for_half == 1


def test_a_change_is_told_as_often_as_said():
    random = np.random.default_rng(4)
    (need,) = needs_of(share(0.5, 3000, 1.0), change=0.05, power=0.8)
    now = random.binomial(3000, 0.5, 4000) / 3000
    then = random.binomial(int(need.for_change), 0.45, 4000) / need.for_change
    error = np.sqrt(now * (1 - now) / 3000 + then * (1 - then) / need.for_change)
    assert (np.abs(now - then) / error > 1.96).mean() == pytest.approx(0.8, abs=0.03)


def test_a_withheld_group_borrows_the_share_and_design_effect_of_everybody():
    held = {"flag": "suppress", "note": "few_answers"}
    rows = [
        share(0.7, 2000, 1.4),
        share(0.6, 300, 1.2, by="g", group="x"),
        share(0.9, 8, 1, by="g", group="y"),
    ]
    whole, x, y = needs_of(rows[0], rows[1], rows[2] | held)
    assert (x.share, x.deff, x.suppressed) == (0.6, 1.2, False)
    assert (y.share, y.deff, y.suppressed) == (whole.share, whole.deff, True)
    assert isnan(y.n)
    assert y.for_change == inf
    assert isnan(detectable_change([y], "y"))


def margin(*counts):
    n = sum(counts)
    categories = [MarginCategory((f"c{i}",), c, c / n, c / n, c / n) for i, c in enumerate(counts)]
    return MarginHistory("m", ("m",), "counts", (), tuple(categories))


def test_the_risk_of_an_empty_category_by_hand():
    # Two categories, one of a tenth: nobody of it among n with chance 0.9^n.
    for found in empty_risks([margin(900, 100)], [10, 20, 500]):
        assert found.empty == pytest.approx(0.9**found.n, abs=0.02)
    assert found.thin < 0.01
    one, two = (empty_risks([margin(900, 100)], [20], seed=5)[0] for _ in range(2))
    assert one == two
    with pytest.raises(EstimateError, match="no margins"):
        empty_risks([], [10])
    with pytest.raises(EstimateError, match="above 0"):
        empty_risks([margin(9, 1)], [0])


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ({"half": 0}, "half=0"),
        ({"change": 0.5}, "change=0.5"),
        ({"power": 1}, "power=1"),
        ({"confidence": 0.2}, "0.2"),
    ],
)
def test_goals_that_are_none_are_refused(goal, words):
    with pytest.raises(EstimateError, match=words):
        needs_of(share(0.5, 2000, 1.5), **goal)


def test_a_question_without_a_share_to_print_is_refused():
    with pytest.raises(EstimateError, match="no share that may be printed"):
        needs_of(share(0.5, 20, 1.0, flag="suppress"))
    with pytest.raises(EstimateError, match="has no shares"):
        next_wave(make_estimates([share(0.5, 20, 1.0)], None, {}), "other", ["a"])


def test_the_command_writes_a_page_and_a_table_and_takes_what_is_there(tmp_path, capsys):
    path = write_sound(tmp_path)
    out = tmp_path / "out"
    assert main(["plan", str(path), "--out", str(out), "--half", "5"]) == 0
    said = capsys.readouterr().out
    assert "for plus or minus 5.0 points" in said
    for language in ("zh", "en"):
        assert len(pages(out / f"plan-{language}.pdf")) == 1
        assert failures(out / f"plan-{language}.pdf") == []
    table = (out / "plan.csv").read_text(encoding="utf-8").splitlines()
    assert table[0].startswith("by,group,option,answers,share")
    assert len(table) > 4
    first = (out / "plan-en.pdf").read_bytes()
    assert main(["plan", str(path), "--out", str(out), "--half", "5"]) == 0
    assert "reading" not in capsys.readouterr().out  # the estimates are up to date
    assert (out / "plan-en.pdf").read_bytes() == first
    assert main(["plan", str(path), "--out", str(out), "--half", "70"]) == 2
    assert "half=0.7" in capsys.readouterr().err


# --- response rates, AAPOR Standard Definitions


CASES = Dispositions(
    complete=600, partial=50, refused=200, not_contacted=100, other=50, unknown=500, eligible=0.4
)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("RR1", 600 / 1500),
        ("RR2", 650 / 1500),
        ("RR3", 600 / 1200),
        ("RR4", 650 / 1200),
        ("RR5", 600 / 1000),
        ("RR6", 650 / 1000),
    ],
)
def test_rates_by_hand(rate, expected):
    assert response_rate(CASES, rate) == pytest.approx(expected)


def test_rates_that_cannot_be_reckoned_are_refused():
    with pytest.raises(StudyError, match="lack eligible"):
        response_rate(with_(CASES, eligible=None), "RR3")
    with pytest.raises(StudyError, match="no eligible case"):
        response_rate(Dispositions(complete=0), "RR1")
    with pytest.raises(StudyError, match='rate="RR7": is not a recognised value; use one of "RR1", "RR2"'):
        response_rate(CASES, "RR7")
    assert with_(CASES, eligible=None).usual == "RR1"
    assert CASES.usual == "RR3"


GIVEN = (
    "dispositions = { complete = 600, partial = 50, refused = 200, not_contacted = 100, other = 50, "
    "unknown = 500"
)


def with_dispositions(folder, text, *, sample):
    changes = ('sample = "opt-in"', f'sample = "{sample}"'), ('id = "2024"\n', f'id = "2024"\n{text}\n')
    return write_sound(folder, *changes)


def test_a_probability_sample_prints_its_rate_and_volunteers_have_none(tmp_path, capsys):
    path = with_dispositions(tmp_path / "drawn", GIVEN + ", eligible = 0.4 }", sample="probability")
    text = words_of(reported(path) / "briefing-en.pdf")
    assert "2024:RR350%" in text
    assert "werevolunteers" not in text
    path = with_dispositions(tmp_path / "chosen", GIVEN + " }", sample="opt-in")
    capsys.readouterr()
    assert main(["check", str(path)]) == 2
    assert "no sampling frame" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dispositions = { partial = 3 }", "complete: is missing"),
        ("dispositions = { complete = 3.5 }", "a whole number of cases"),
        (GIVEN + ", eligible = 40 }", "a share from 0 to 1"),
        (GIVEN + ", ineligible = 40 }", "ineligible: is not a key"),
        ("dispositions = { complete = 0 }", "no eligible case"),
    ],
)
def test_mistakes_in_dispositions_are_named(tmp_path, capsys, text, words):
    assert main(["check", str(with_dispositions(tmp_path, text, sample="probability"))]) == 2
    assert words in capsys.readouterr().err


def test_a_study_without_dispositions_has_none(tmp_path):
    assert read_study(write_sound(tmp_path)).waves[0].dispositions is None
