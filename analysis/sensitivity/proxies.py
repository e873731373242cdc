"""How well the weighting variables predict an answer, and what follows under self-selection (methods 4.3)."""

from __future__ import annotations

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import project, question_base
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.opt_in import Proxy, biserial, population_share
from analysis.numeric.records import Records
from analysis.sensitivity.tipping import check_population
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

MODERATE = 0.4  # a weaker correlation leaves the range of P uninformative (Andridge et al. 2019)
FOLDS = 5
ITERATIONS, CONVERGED = 60, 1e-10
# Precision of a normal prior, which keeps coefficients finite where a category is unanimous.
PRIOR_PRECISION = 1.0
PHIS = (0.0, 0.5, 1.0)


@on_one_thread
def proxy_pattern_mixture(sample: WeightedSample, question: str, *, population: float = np.inf) -> Estimates:
    """Return how well the margins predict each option, and P under selection on the answer (methods 4.3).

    The proxy is the linear predictor of a probit on the weighting variables; the margins hold their
    population means. Measure "proxy_correlation" is its biserial correlation with the answer,
    cross-fitted in five folds (note "weak" under 0.4: the margins predict this answer poorly, so that
    weighting corrects little of any self-selection bias in it). Where it is 0.4 or more, measure
    "share_if_selected", `by` "phi": the share P for phi of 0 (who answers depends on the proxy alone, which
    weighting corrects), 0.5, and 1 (on the answer alone), as p - [MUBP(phi) - MUBP(0)] of the raked share p
    (Andridge et al. 2019).

    Parameters
    ----------
    population : float
        Size of the target population; without limit unless given.

    Raises
    ------
    EstimateError
        If the question has no options, the sample is not weighted to margins, or is the larger one.
    """
    if sample.calibration is None:
        raise EstimateError("proxy_pattern_mixture", key="honesty.not_raked")
    x = sample.calibration.x
    base = question_base(sample, question, None)
    records, inside = base.records, base.inside[:, 0]
    count = np.where(inside, records.count, 0).astype(np.float64)
    n = float(count.sum())
    check_population(population, n)
    f = n / population
    weight = np.where(inside, records.base * records.factor, 0.0)
    everybody = project(sample, [])[1]
    weights = everybody.base * everybody.factor
    cell_weight = _cell_sums(everybody, weights)
    rows: list[dict[str, object]] = []
    for k, (_, option) in enumerate(base.items):
        yes, people = (_cell_sums(records, part) for part in (count * base.y[:, k], count))
        keys = {"wave": sample.wave, "question": question, "option": option, "n": n}
        share = float(weight @ base.y[:, k] / weight.sum())
        correlation = keys | {"measure": "proxy_correlation", "method": "biserial"}
        if not 0 < yes.sum() < n:
            rows.append(correlation | {"flag": "suppress", "note": "all_alike"})
            continue
        rho = _cross_fitted_correlation(x, yes, people)
        rows.append(correlation | {"estimate": rho, "note": "weak" if rho < MODERATE else ""})
        if rho < MODERATE:
            continue
        predictor = x @ probit(x, yes, people)
        mean_in, square_in = (float(people @ predictor**power / n) for power in (1, 2))
        mean, square = (float(cell_weight @ predictor**power / cell_weight.sum()) for power in (1, 2))
        mean_out, square_out = (mean - f * mean_in) / (1 - f), (square - f * square_in) / (1 - f)
        proxy = Proxy(mean_in, square_in - mean_in**2, mean_out, max(square_out - mean_out**2, 1e-12))
        raw = float(yes.sum() / n)
        selected = [population_share(raw, proxy, rho=rho, f=f, phi=phi) for phi in PHIS]
        for phi, value in zip(PHIS, selected, strict=True):
            row = keys | {"measure": "share_if_selected", "by": "phi", "group": f"{phi:g}", "method": "mubp"}
            rows.append(row | {"estimate": min(max(share + value - selected[0], 0.0), 1.0)})
    return make_estimates(rows, None, {sample.wave: sample.history})


def _cell_sums(records: Records, values: Floats) -> Floats:
    """Return the sums of values of the records in each cell of the calibration, shape (cells,)."""
    assert records.calibration is not None
    cell, cells = records.calibration.cell, len(records.calibration.x)
    return np.bincount(cell, weights=values, minlength=cells).astype(np.float64)


def _cross_fitted_correlation(x: Floats, yes: Floats, people: Floats) -> float:
    """Return the biserial correlation with a proxy fitted to the other folds, 0 where it is below.

    Arguments as of `probit`.
    """
    # People of each cell are assigned to the folds in turn: how many of their running numbers leave each
    # remainder, shape (2, cells, folds).
    answered = np.stack([yes, people - yes])[:, :, None]
    last = np.cumsum(answered, axis=1)
    first = last - answered
    up_to_last, before_first = (np.floor((end - 1 - np.arange(FOLDS)) / FOLDS) for end in (last, first))
    chosen, not_chosen = up_to_last - before_first
    answers, proxies, counts = [], [], []
    for fold in range(FOLDS):
        others = [side.sum(axis=1) - side[:, fold] for side in (chosen, not_chosen)]
        predictor = x @ probit(x, others[0], others[0] + others[1])
        for answer, side in ((1.0, chosen), (0.0, not_chosen)):
            answers.append(np.full(len(predictor), answer))
            proxies.append(predictor)
            counts.append(side[:, fold])
    y, proxy, count = (np.concatenate(parts) for parts in (answers, proxies, counts))
    mean = np.average(proxy, weights=count)
    if np.average((proxy - mean) ** 2, weights=count) < 1e-12:
        return 0.0
    return max(biserial(y, proxy, count=count), 0.0)


def probit(x: Floats, yes: Floats, people: Floats) -> Floats:
    """Return the coefficients of a probit of grouped answers, shape (c,), by penalised scoring.

    Parameters
    ----------
    x : float array, shape (cells, c)
        Membership of each cell in each category of the margins; it spans the constant.
    yes, people : float arrays, shape (cells,)
        How many chose, and how many there are. A normal prior of precision 1 around the coefficients
        of the common share keeps the coefficient of a unanimous category finite.
    """
    p = (yes.sum() + 0.5) / (people.sum() + 1)
    intercept = special.ndtri(p)
    beta = np.zeros(x.shape[1])
    for _ in range(ITERATIONS):
        eta = np.clip(intercept + x @ beta, -8, 8)
        density, cdf = np.exp(-(eta**2) / 2) / np.sqrt(2 * np.pi), special.ndtr(eta)
        variance = np.maximum(cdf * (1 - cdf), 1e-15)
        score = x.T @ ((yes - people * cdf) * density / variance) - PRIOR_PRECISION * beta
        information = x.T @ (x * (people * density**2 / variance)[:, None])
        step = np.linalg.solve(information + PRIOR_PRECISION * np.eye(x.shape[1]), score)
        beta = beta + step
        if np.abs(step).max() < CONVERGED:
            break
    # The common share enters by the membership columns, which add up to the number of margins.
    return np.asarray(beta, dtype=np.float64)
