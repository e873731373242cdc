"""R's calls of tests and models, asked of our public API."""

from __future__ import annotations

import re

import numpy as np
from reference_designs import Answer, Asked, NotOffered, Refused, call, taylor, terms_of

import survey
from analysis import rank_test, rao_scott, regression, term_test, wald


def of_table_tests(folder, lonely, plain, named, _case):
    statistic = named.get("statistic", '"F"').strip('"')
    if statistic in ("lincom", "saddlepoint"):
        raise NotOffered(f"svychisq(statistic = {statistic})")
    asked = Asked(folder, plain[1], lonely)
    first, second = terms_of(plain[0])
    for name in (first, second):
        if asked.frame[name].dtype.kind in "fi":
            asked.frame[name] = asked.frame[name].map(lambda v: f"{v:g}", na_action="ignore").astype(object)
    if asked.conditions:
        asked.frame[first] = asked.frame[first].where(asked.frame["in.domain"] == "yes")
    sample = asked.sample([first, second])
    if statistic in ("Wald", "adjWald"):
        denominator = "design" if statistic == "Wald" else "adjusted"
        found = wald(sample, first, second, denominator=denominator, variance=taylor(sample))
    else:
        order = "second" if statistic == "F" else "first"
        found = rao_scott(sample, first, second, order=order, empty="leave_out", variance=taylor(sample))
    if statistic == "Chisq":
        return Answer({"statistic": found.chi_square, "parameter": [found.numerator], "p": found.p_value})
    parameter = [found.numerator, found.denominator]
    return Answer({"statistic": found.statistic, "parameter": parameter, "p": found.p_value})


def formula_of(text, frame):
    """Return a formula and an offset for ours from R's."""
    offset = None
    if match := re.search(r"\+ offset\(log\((\w+)\)\)", text):
        offset, text = f"np.log({match[1]})", text.replace(match[0], "")
    for name in frame.columns:
        if "." in name:
            text = text.replace(name, f'Q("{name}")')
    return text.strip(), offset


def fitted(folder, lonely, text):
    """Return our regression for a call of svyglm()."""
    _, plain, named = call(text)
    asked = Asked(folder, named.get("design") or plain[1], lonely)
    formula, offset = formula_of(plain[0], asked.frame)
    family = {"quasibinomial()": "logistic", "quasipoisson()": "log_linear"}.get(
        named.get("family"), "linear"
    )
    columns = [n for n in asked.frame if re.search(rf"(?<![\w.]){re.escape(n)}(?![\w.])", text)]
    sample = asked.sample(columns)
    yes = (
        [o for o in sample.tally.levels["in.domain"].options if o.startswith("yes")]
        if asked.conditions
        else []
    )
    among = {"in.domain": yes[0]} if yes else None
    try:
        return regression(sample, formula, family=family, offset=offset, among=among, variance=taylor(sample))
    except survey.SurveyError as error:
        if "have no answer" in str(error):
            raise Refused("R takes the replicates whose coefficients are infinite as they come") from None
        raise


def of_regressions(folder, lonely, _plain, _named, case):
    found = fitted(folder, lonely, case["r"])
    frame = found.frame
    values = {"coef": frame["estimate"], "se": frame["std_error"], "vcov": found.covariance,
              "df_resid": found.df, "t": frame["statistic"], "p": frame["p_value"]}  # fmt: skip
    return Answer(values, 1e-7)


def of_term_tests(folder, lonely, plain, _named, _case):
    found = term_test(fitted(folder, lonely, plain[0]), plain[1][1:].strip())
    values = {"statistic": found.statistic, "df": found.numerator, "ddf": found.denominator}
    return Answer(values | {"p": found.p_value}, 1e-7)


def of_t_tests(folder, lonely, plain, _named, _case):
    """A t test is a regression on the groups."""
    if plain[0].endswith("~ 0"):
        raise NotOffered("R takes a degree of freedom for a second group from the mean of one")
    found = fitted(folder, lonely, f"svyglm({plain[0]}, design = {plain[1]})")
    row = found.frame.iloc[1]
    values = {"statistic": row["statistic"], "parameter": [found.df], "p": row["p_value"]}
    values |= {"estimate": [row["estimate"]], "conf_int": [row["conf_low"], row["conf_high"]]}
    return Answer(values, 1e-7)


def of_rank_tests(folder, lonely, plain, _named, _case):
    number, group = (side.strip() for side in plain[0].split("~"))
    sample = Asked(folder, plain[1], lonely).sample([number, group])
    found = rank_test(sample, number, group, variance=taylor(sample))
    if found.numerator > 1:
        # R swaps the names of its chi-square and its degrees of freedom.
        chi_square = found.statistic * found.numerator
        return Answer({"statistic": found.numerator, "parameter": [chi_square], "p": found.p_value})
    apart = found.mean_rank[1] - found.mean_rank[0]
    t = np.copysign(np.sqrt(found.statistic), apart)
    return Answer({"statistic": t, "parameter": [found.denominator], "p": found.p_value, "estimate": [apart]})
