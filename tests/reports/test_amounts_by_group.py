"""Amounts by group on the page: a sentence on the furthest groups, a table, a chart, and what is withheld."""

import pytest
from estimate_rows import results_from

from reports.charts.amounts import lines_of
from reports.findings.amounts import amount_findings
from reports.findings.choice import choose
from reports.results.amounts import APART
from reports.sections.questions import amounts
from reports.sections.section import Printing
from survey import read_study

MEANS = {"under_5000": 1000.0, "y5000_9999": 1500.0, "y10000_19999": 2100.0, "y20000_up": 3100.0}


def fee(measure, estimate, half, *, option="", group="", **more):
    row = {"wave": "2024", "question": "fee", "option": option, "measure": measure, "n": 200.0}
    row |= {"by": "income" if group else "", "group": group, "confidence": 0.95}
    row |= {"estimate": estimate, "conf_low": estimate - half, "conf_high": estimate + half}
    return row | {"p_adjusted": 0.001 if abs(estimate) > half else 0.6} | more


def withheld(row):
    return (
        row | dict.fromkeys(("estimate", "conf_low", "conf_high", "n"), float("nan")) | {"flag": "suppress"}
    )


def rows(*, held=(), doubtful=(), differences=(-920.0, -420.0, 180.0, 1180.0)):
    share = {"wave": "2024", "question": "concerns", "option": "price", "measure": "share", "estimate": 0.7}
    found = [share | {"conf_low": 0.68, "conf_high": 0.72, "n": 900.0, "confidence": 0.95}]
    found += [
        fee("mean", 1920.0, 50),
        *(fee("quantile", 1600.0, 90, option=p) for p in ("0.25", "0.5", "0.75")),
    ]
    for (group, mean), difference in zip(MEANS.items(), differences, strict=True):
        flag = {"flag": "caution", "note": "few_degrees_of_freedom"} if group in doubtful else {}
        own = [fee("mean", mean, 60, group=group, **flag), fee(APART, difference, 100, group=group, **flag)]
        own += [fee("quantile", mean - 20, 60, option=p, group=group) for p in ("0.25", "0.5", "0.75")]
        found += [withheld(row) for row in own] if group in held else own
    return found


@pytest.fixture
def results(demo_study):
    return lambda language="en", **more: results_from(demo_study, rows(**more), language)


@pytest.fixture(scope="module")
def demo_study():
    return read_study("data/taiyuan/study.toml")


def test_the_furthest_groups_are_said_first_and_the_others_after(results):
    first, second = sorted(amount_findings(results()), key=lambda f: -f.size)
    assert first.sentence == (
        "The mean acceptable monthly fee is higher among families on 20,000 yuan or more (3,100 yuan) and "
        "lower among families on under 5,000 yuan (1,000 yuan) than in other income groups."
    )
    assert "5,000 to 9,999 yuan (1,500 yuan)" in second.sentence
    assert first.size == pytest.approx(1180 / 1920)
    chinese = min(amount_findings(results("zh")), key=lambda f: -f.size).sentence
    assert chinese == (
        "可接受月托费均值：月收入20000元及以上（3,100元）的家庭高于其他收入组，月收入5000元以下（1,000元）的家庭低于其他收入组。"
    )
    assert choose(results()).front[0].kind == "amounts"


def test_nothing_is_said_where_nothing_is_clear(results):
    chosen = choose(results(differences=(20.0, -30.0, 40.0, -50.0)))
    assert [f.sentence for f in chosen.front] == [
        "No clear difference in acceptable monthly fee by monthly household income."
    ]


def test_withheld_groups_are_named_nowhere_with_a_number(results):
    found = results(held=("y20000_up",), doubtful=("under_5000",))
    said = " ".join(f.sentence for f in amount_findings(found))
    assert "20,000" not in said
    assert "[u] under 5,000 yuan (1,000 yuan)" in said
    table = amounts.table(found)
    assert table.groups[1].rows[-1] == ("20,000 yuan or more", *["[c]"] * 6)
    assert table.groups[1].rows[0][2] == "[u] 1,000 [d]"
    (chart,) = amounts.charts(Printing(found, "", {}))
    assert "3,100" not in chart.alt + chart.caption
    assert [line.clear for line in lines_of(found, "fee")] == [True, True, True, False]


def test_two_groups_are_one_sentence(results):
    held = results()
    pair = {key: row for key, row in held.table.items() if key[4] in ("", "under_5000", "y20000_up")}
    two = type(held)(
        held.study, held.estimates, held.words, pair, held.waves, held.headline, held.by, held.lead
    )
    (found,) = amount_findings(two)
    assert found.sentence == (
        "The mean acceptable monthly fee is higher among families on 20,000 yuan or more than among "
        "families on under 5,000 yuan: 3,100 yuan against 1,000 yuan."
    )
