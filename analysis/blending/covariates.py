"""Covariates as columns of both samples, or a refusal that names the category only one of them has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.blending.matching import Matched, check_kinds, one_hot
from analysis.numeric.blending.joining import Pair
from survey.errors import EstimateError
from survey.numeric.array_types import Floats

# Which categories both samples must have: all of them, or those of the random sample, which a fit among the
# volunteers has to know.
Common = Literal["all", "of_reference"]


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """Columns of both samples, standardised by the random sample; and as they are, for distances.

    Attributes
    ----------
    names : tuple of (question, category)
        Of each column after the constant; category "" for a number.
    firsts : tuple of (question, category)
        The categories without a column.
    pair : Pair
    raw_a, raw_b : float arrays
        Without the constant.
    """

    names: tuple[tuple[str, str], ...]
    firsts: tuple[tuple[str, str], ...]
    pair: Pair
    raw_a: Floats
    raw_b: Floats


def columns_of(pair: Matched, names: Sequence[str], common: Common) -> Covariates:
    """Return covariates as columns of both samples.

    Raises
    ------
    EstimateError
        If one is a select-all question or of different kinds, or has a category that somebody of one sample
        is in and nobody of the other.
    """
    labels: list[tuple[str, str]] = []
    firsts: list[tuple[str, str]] = []
    of_a, of_b = [], []
    for name in names:
        check_kinds(pair.tally_a, pair.tally_b, name)
        kind = pair.tally_a.levels[name].kind
        if kind == "single":
            first, *codes = _common_categories(pair, name, common)
            firsts.append((name, first))
            labels += [(name, code) for code in codes]
            of_a.append(one_hot(pair.tally_a, name, codes)[pair.rows_a])
            of_b.append(one_hot(pair.tally_b, name, codes))
        elif kind == "number":
            labels.append((name, ""))
            of_a.append(pair.tally_a.levels[name].values[pair.tally_a.codes[name]][pair.rows_a])
            of_b.append(pair.tally_b.levels[name].values[pair.tally_b.codes[name]])
        else:
            raise EstimateError(f'covariate "{name}"', key="blend.covariate_kind", kind=kind)
    a = pair.records_a.count[pair.rows_a].astype(np.float64)
    d = pair.records_b.base * pair.records_b.factor * pair.known_b
    raw_a = np.hstack([np.empty((len(a), 0)), *of_a])
    raw_b = np.hstack([np.empty((len(d), 0)), *of_b])
    centre = d @ raw_b / d.sum()
    spread = np.sqrt(np.maximum(d @ (raw_b - centre) ** 2 / d.sum(), 0.0))
    number = np.array([code == "" for _, code in labels], dtype=bool)
    centre, spread = np.where(number, centre, 0.0), np.where(number & (spread > 0), spread, 1.0)
    x_a, x_b = (np.column_stack([np.ones(len(x)), (x - centre) / spread]) for x in (raw_a, raw_b))
    x_b[~pair.known_b] = 0.0
    for sample, rows in (("volunteers", x_a), ("reference", x_b))[: 2 if common == "all" else 1]:
        if np.linalg.matrix_rank(rows) < rows.shape[1]:
            raise EstimateError(sample, key="blend.collinear", covariates=list(names))
    return Covariates(tuple(labels), tuple(firsts), Pair(x_a, a, x_b, d), raw_a, raw_b)


def _common_categories(pair: Matched, name: str, common: Common) -> list[str]:
    """Return the categories that both samples have; refuses, by name, one that only one of them has."""
    counts_a = dict.fromkeys(pair.tally_a.levels[name].options, 0.0)
    member = one_hot(pair.tally_a, name, [*counts_a])[pair.rows_a]
    people = pair.records_a.count[pair.rows_a] @ member
    counts_a = dict(zip(counts_a, people.tolist(), strict=True))
    options_b = pair.tally_b.levels[name].options
    people = np.where(pair.known_b, pair.records_b.count, 0) @ one_hot(pair.tally_b, name, options_b)
    counts_b = dict(zip(options_b, people.tolist(), strict=True))
    for ours, theirs, key in (
        (counts_b, counts_a, "blend.not_among_volunteers"),
        (counts_a, counts_b, "blend.not_in_reference"),
    ):
        absent = [code for code, n in ours.items() if n and not theirs.get(code)]
        if absent and (key == "blend.not_among_volunteers" or common == "all"):
            raise EstimateError(
                f'covariate "{name}"', key=key, categories=absent, people=int(sum(ours[c] for c in absent))
            )
    found = list(dict.fromkeys([*counts_a, *counts_b]))
    kept = [code for code in found if counts_a.get(code) and counts_b.get(code)]
    # Volunteers in a category that nobody of the random sample is in are fitted too.
    return kept + [code for code in found if counts_a.get(code) and not counts_b.get(code)]
