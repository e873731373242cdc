"""Rows of estimates of the small study, made up for a test, and results of them."""

from analysis.estimates import make_estimates
from reports.results.results import results_of

SHARE = {"wave": "2024", "question": "concerns", "by": "", "group": "", "measure": "share",
         "method": "wilson", "confidence": 0.95, "n": 400.0, "df": 399.0}  # fmt: skip
HELD = {"flag": "suppress", "note": "few_answers"}


def share(option, p, half=0.03, **more):
    return SHARE | {"option": option, "estimate": p, "conf_low": p - half, "conf_high": p + half} | more


def change(option, d, half, **more):
    row = {"wave": "2024 - 2023", "measure": "change", "method": "t"}
    return share(option, d, half, **row) | more


def rest(group, d, p_adjusted):
    row = {"measure": "difference_from_rest", "by": "district", "group": group, "p_adjusted": p_adjusted}
    return share("price", d, 0.05, **row)


def results_from(study, rows, language="en"):
    return results_of(study, make_estimates(rows, None, {}), language)
