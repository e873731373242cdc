"""Which margin categories still lack answers, and what one more of each is worth (methods 10.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from analysis.numeric.fieldwork import projection
from survey.history import WeightingHistory
from survey.numeric.array_types import Floats, Ints
from survey.responses.responses import Responses
from survey.study.questionnaire import Missing
from survey.study.study import Study
from survey.weighting.margins.margins import Margin


@dataclass(frozen=True, slots=True)
class Category:
    """A category of a margin as the weighting takes it, merged ones together.

    Attributes
    ----------
    questions : tuple of str
    codes : tuple of str
        Categories merged in it, the codes of crossed ones joined by " x ".
    n : int
        Answers.
    factor : float
        Share of the population over share of the answers; inf where nobody has answered yet.
    worth : float
        By how much one more answer raises the effective number: inf where nobody has answered yet, NaN where
        nothing can be weighted.
    short : tuple of (str, int, int)
        Of the categories in it that will stay under the minimum at the planned number: answers, and how
        many are lacking.
    """

    questions: tuple[str, ...]
    codes: tuple[str, ...]
    n: int
    factor: float
    worth: float
    short: tuple[tuple[str, int, int], ...]


def categories(
    study: Study,
    margins: Sequence[Margin],
    kept: Responses,
    weighting: WeightingHistory | None,
    planned: int | None,
) -> list[Category]:
    """Return the categories of all margins, those where one more answer is worth most first.

    With one margin the effective number is that after post-stratification; with several the weights' own,
    and the worth is about so much.
    """
    found: list[Category] = []
    merged = {} if weighting is None else {m.name: [c.codes for c in m.categories] for m in weighting.margins}
    for margin in margins:
        counts = margin_counts(margin, kept)
        names = margin.categories
        groups = [codes for codes in merged.get(margin.name, []) if codes != ("",)] or [(c,) for c in names]
        place = {name: i for i, name in enumerate(names)}
        at = [[place[code] for code in codes if code in place] for codes in groups]
        population = np.array(list(margin.figures.values())) / margin.total
        share = np.array([population[rows].sum() for rows in at])
        n = np.array([counts[rows].sum() for rows in at], dtype=np.float64)
        several = len(margins) > 1 and weighting is not None
        size = weighting.n_eff if several and weighting else projection.poststratified_size(share, n)
        worth = projection.worth_of_one_more(share, n, size) if size > 0 else np.where(n > 0, nan, np.inf)
        factor = _factors(share, n)
        for i, rows in enumerate(at):
            if share[i] > 0:
                short = _short(study.weighting.collapse_below, names, counts, rows, planned)
                found.append(
                    Category(margin.questions, groups[i], int(n[i]), float(factor[i]), float(worth[i]), short)
                )
    return sorted(found, key=lambda category: (-np.nan_to_num(category.worth, nan=-1.0), category.n))


def margin_counts(margin: Margin, kept: Responses) -> Ints:
    """Return how many answers fall into each category of a margin, in the order of its figures."""
    known = np.ones(len(kept), dtype=bool)
    codes = []
    for name in margin.questions:
        answers = kept[name]
        known &= answers.missing == Missing.ANSWERED
        codes.append(np.array(answers.question.codes, dtype=object)[answers.values])
    joined = codes[0].astype(object)
    for further in codes[1:]:
        joined = joined + " x " + further
    return np.array([int((known & (joined == name)).sum()) for name in margin.categories], dtype=np.int64)


def _factors(share: Floats, n: Floats) -> Floats:
    part = n / max(n.sum(), 1)
    out = np.full(len(n), np.inf)
    np.divide(share, part, out=out, where=part > 0)
    return out


def _short(
    minimum: float, names: Sequence[str], counts: Ints, rows: Sequence[int], planned: int | None
) -> tuple[tuple[str, int, int], ...]:
    """Return the categories of a group that will lack answers of the minimum."""
    n = float(counts.sum())
    if planned is None or not n:
        return ()
    lacking = [(i, projection.short_of(minimum, float(counts[i]), n, planned)) for i in rows]
    return tuple((names[i], int(counts[i]), lack) for i, lack in lacking if lack)
