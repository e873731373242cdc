import pytest

from analysis.numeric.intervals import korn_graubard
from analysis.publication.rules import NCHS, ShareRules, judge_rate, judge_share


def judged(case):
    import numpy as np

    p, n, df = (case["input"][k] for k in ("p", "n", "df"))
    n_eff = case["expected"]["n_eff"]
    limits = korn_graubard(*(np.array(float(v)) for v in (p, n, n_eff, df)), 0.95)
    return judge_share(p, n, n_eff, df, (float(limits[0]), float(limits[1])), NCHS)


def test_the_nchs_decisions_are_reproduced(vector):
    for case in vector("nchs_presentation").values():
        verdict = judged(case)
        status = case["expected"]["status"]
        if status == "suppress":
            assert verdict.flag == "suppress", case["id"]
        else:
            assert verdict.flag != "suppress", case["id"]
        if status == "review":
            assert verdict.flag == "caution", case["id"]


@pytest.mark.parametrize(
    ("p", "n", "n_eff", "limits", "flag", "note"),
    [
        (0.5, 0, 0, (0, 1), "suppress", "no_answers"),
        (0.5, 29, 29, (0.4, 0.6), "suppress", "few_answers"),
        (0.5, 30, 29.9, (0.4, 0.6), "suppress", "few_effective_answers"),
        (0.5, 30, 30, (0.35, 0.65), "suppress", "interval_too_wide"),
        (0.5, 60, 60, (0.38, 0.62), "caution", "wide_interval"),
        (0.04, 500, 500, (0.02, 0.08), "suppress", "relative_width"),
        (0.96, 500, 500, (0.92, 0.98), "caution", "complement_unreliable"),
        (0.0, 45, 45, (0, 0.079), "caution", "nobody"),
        (1.0, 45, 45, (0.921, 1), "caution", "everybody"),
        (0.02, 500, 500, (0.01, 0.05), "", ""),
    ],
)
def test_each_rule_at_its_boundary(p, n, n_eff, limits, flag, note):
    verdict = judge_share(p, n, n_eff, 400, limits)
    assert (verdict.flag, verdict.note) == (flag, note)


def test_few_degrees_of_freedom_are_marked_and_thresholds_are_arguments():
    assert judge_share(0.5, 300, 300, 5, (0.45, 0.55)).note == "few_degrees_of_freedom"
    assert judge_share(0.5, 300, 300, 5, (0.45, 0.55), ShareRules(df=3)).flag == ""


@pytest.mark.parametrize(
    ("rate", "n", "df", "width", "note"),
    [
        (4.1, (9, 500), 99, 0.5, "few_answers"),
        (4.1, (500, 9), 99, 0.5, "few_answers"),
        (4.1, (10, 10), 99, 0.5, ""),
        (4.1, (40, 500), 99, 6.6, "relative_width"),
        (4.1, (40, 500), 7, 0.5, "few_degrees_of_freedom"),
        (4.1, (0, 500), 99, 0.5, "no_answers"),
    ],
)
def test_a_rate_needs_both_its_sides_and_a_narrow_interval(rate, n, df, width, note):
    assert judge_rate(rate, n, df, width).note == note
