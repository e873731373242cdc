"""What the questions weighted on can say of an answer, and of the people who did not come (methods 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import Base, project, question_base
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.opt_in import Proxy, biserial, population_share
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.weighting.sample import WeightedSample

MODERATE = 0.4  # under it the range of P says little (Andridge et al. 2019)
FOLDS, STEPS, STILL = 5, 60, 1e-10
# Keeps coefficients finite where a whole category answers alike: a normal prior of this precision.
PRIOR = 1.0
PHIS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """People who answered, by weighting cell and answer: design of the cells, people who chose, and all."""

    x: Floats
    yes: Floats
    all: Floats


def proxy_reading(sample: WeightedSample, question: str, *, population: float = np.inf) -> Estimates:
    """Return how well the margins foretell each option, and P under selection on the answer (methods 4.3).

    The proxy is the linear predictor of a probit on the categories weighted on, whose means over the
    population the margins hold. Measure "proxy_correlation" is its biserial correlation with the answer,
    each fifth of the people foretold from the others (note "weak" under 0.4: the margins say little of
    this answer, so that weighting by them mends little). Where it is 0.4 or more, measure
    "share_if_selected", `by` "phi": the share P for phi of 0 (who joins depends on the proxy alone, which
    weighting mends), 0.5, and 1 (on the answer alone), as p - [MUBP(phi) - MUBP(0)] of the raked share p
    (Andridge et al. 2019).

    Parameters
    ----------
    population : float
        People the questionnaire was for; without limit unless given.

    Raises
    ------
    EstimateError
        If the question has no options, the sample is not weighted to margins, or is the larger one.
    """
    calibration = sample.calibration
    if calibration is None:
        raise EstimateError("proxy_reading", "the sample is not weighted to margins", "rake it first")
    base = question_base(sample, question, None)
    cells = base.records.cell
    n = float(base.records.count[base.inside[:, 0]].sum())
    if not population > n:
        problem = f"is not more than the {n:.0f} people who answered"
        raise EstimateError(f"population={population:g}", problem, "give the size of the population")
    weight = _weights(sample)
    rows: list[dict[str, object]] = []
    for k, (_, option) in enumerate(base.items):
        at = {"wave": sample.wave, "question": question, "option": option, "n": n}
        people = _by_cell(base, k, cells, calibration.x)
        rows += _rows_of(people, weight, at, float(n / population), _share(base, k))
    return make_estimates(rows, None, {sample.wave: sample.history})


def _weights(sample: WeightedSample) -> Floats:
    """Return the weight of each weighting cell, shape (cells,)."""
    assert sample.calibration is not None
    _, records = project(sample, [])
    cells = len(sample.calibration.x)
    weight = np.bincount(records.cell, weights=records.base * records.factor, minlength=cells)
    return weight.astype(np.float64)


def _by_cell(base: Base, k: int, cells: np.ndarray, x: Floats) -> _Cells:
    inside = base.inside[:, 0]
    count = np.where(inside, base.records.count, 0).astype(np.float64)
    yes = np.bincount(cells, weights=count * base.y[:, k], minlength=len(x))
    total = np.bincount(cells, weights=count, minlength=len(x))
    return _Cells(x, yes.astype(np.float64), total.astype(np.float64))


def _share(base: Base, k: int) -> float:
    weight = np.where(base.inside[:, 0], base.records.base * base.records.factor, 0.0)
    return float(weight @ base.y[:, k] / weight.sum())


def _rows_of(
    people: _Cells, weight: Floats, at: dict[str, object], f: float, p: float
) -> list[dict[str, object]]:
    keys = at | {"measure": "proxy_correlation", "method": "biserial"}
    total = people.all.sum()
    if not 0 < people.yes.sum() < total:
        return [keys | {"flag": "suppress", "note": "all_alike"}]
    rho = _foretold(people)
    rows = [keys | {"estimate": rho, "note": "weak" if rho < MODERATE else ""}]
    if rho < MODERATE:
        return rows
    predictor = people.x @ probit(people.x, people.yes, people.all)
    mean, square = (float(people.all @ predictor**power / total) for power in (1, 2))
    whole, whole_square = (float(weight @ predictor**power / weight.sum()) for power in (1, 2))
    out, out_square = (whole - f * mean) / (1 - f), (whole_square - f * square) / (1 - f)
    proxy = Proxy(mean, square - mean**2, out, max(out_square - out**2, 1e-12))
    raw = float(people.yes.sum() / total)
    truth = [population_share(raw, proxy, rho=rho, f=f, phi=phi) for phi in PHIS]
    for phi, value in zip(PHIS, truth, strict=True):
        keys = at | {"measure": "share_if_selected", "by": "phi", "group": f"{phi:g}", "method": "mubp"}
        rows.append(keys | {"estimate": min(max(p + value - truth[0], 0.0), 1.0)})
    return rows


def _foretold(people: _Cells) -> float:
    """Return the biserial correlation with a proxy fitted to other people, 0 where it is below."""
    yes, no = (_dealt(side) for side in (people.yes, people.all - people.yes))
    answers, proxies, counts = [], [], []
    for fold in range(FOLDS):
        rest = yes.sum(axis=1) - yes[:, fold], no.sum(axis=1) - no[:, fold]
        predictor = people.x @ probit(people.x, rest[0], rest[0] + rest[1])
        for answer, side in ((1.0, yes), (0.0, no)):
            answers.append(np.full(len(predictor), answer))
            proxies.append(predictor)
            counts.append(side[:, fold])
    y, x, count = (np.concatenate(parts) for parts in (answers, proxies, counts))
    centre = np.average(x, weights=count)
    if np.average((x - centre) ** 2, weights=count) < 1e-12:
        return 0.0
    return max(biserial(y, x, count=count), 0.0)


def _dealt(people: Floats) -> Floats:
    """Return people of each cell dealt out to the folds in turn, shape (cells, folds)."""
    ends = np.cumsum(people)
    places = np.arange(FOLDS)
    # How many of the numbers start..end-1 leave each remainder.
    return np.floor((ends[:, None] - 1 - places) / FOLDS) - np.floor(
        ((ends - people)[:, None] - 1 - places) / FOLDS
    )


def probit(x: Floats, yes: Floats, people: Floats) -> Floats:
    """Return the coefficients of a probit of grouped answers, shape (c,), by penalised scoring.

    Parameters
    ----------
    x : float array, shape (cells, c)
        Membership of each cell in each category of the margins; it spans the constant.
    yes, people : float arrays, shape (cells,)
        How many chose, and how many there are. A normal prior of precision 1 stands around the
        coefficients of the common share, so that a category that answers alike stays finite.
    """
    p = (yes.sum() + 0.5) / (people.sum() + 1)
    start = special.ndtri(p)
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        eta = np.clip(start + x @ beta, -8, 8)
        phi, cdf = np.exp(-(eta**2) / 2) / np.sqrt(2 * np.pi), special.ndtr(eta)
        spread = np.maximum(cdf * (1 - cdf), 1e-15)
        score = x.T @ ((yes - people * cdf) * phi / spread) - PRIOR * beta
        information = x.T @ (x * (people * phi**2 / spread)[:, None]) + PRIOR * np.eye(x.shape[1])
        step = np.linalg.solve(information, score)
        beta = beta + step
        if np.abs(step).max() < STILL:
            break
    # The common share enters by the membership columns, which add up to the number of margins.
    return np.asarray(beta, dtype=np.float64)
