"""Every two columns of a span tested against each other, and the letters that say so (methods 3.11)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from string import ascii_uppercase
from typing import Literal

import numpy as np
import pandas as pd

from analysis.numeric.score import score, two_sided_p_value
from analysis.statistics.comparisons.difference import t_test
from analysis.statistics.crosstabs.spans import Span
from analysis.statistics.testing.adjust import adjusted_p_values

# The test, and over what its p-values are adjusted: a question by a span, one row of it, nothing.
Letters = Literal["score_span", "score_row", "score_none", "linear_span", "linear_row", "linear_none"]
PAIR_KEYS = ("wave", "question", "by", "option", "first", "second")


def letters_of(columns: Sequence[str]) -> list[str]:
    """Return a letter for each column, A to Z and then AA, AB and so on."""
    names = []
    for i in range(len(columns)):
        name, rest = "", i + 1
        while rest:
            rest, last = divmod(rest - 1, 26)
            name = ascii_uppercase[last] + name
        names.append(name)
    return names


def pair_tests(span: Span, letters: Letters) -> pd.DataFrame:
    """Return every pair of columns in every row, with its test; rows run option by option.

    Not tested, and without numbers, where either cell is withheld or does not vary.
    """
    test, family = letters.split("_")
    i, j = (
        np.array(side, dtype=np.int64)
        for side in zip(*combinations(range(len(span.columns)), 2), strict=True)
    )
    k, m = len(span.options), len(i)
    p, size = span.p.T, span.size.T
    one, two = p[:, i], p[:, j]
    if test == "score":
        statistic = score(
            one, size[:, i], two, size[:, j], d=np.zeros(one.shape), correlation=span.correlation[:, i, j]
        )
        p_value = two_sided_p_value(statistic, np.maximum(span.score_df.T[:, i], span.score_df.T[:, j]))
    else:
        v = span.covariance
        variance = v[:, i, i] + v[:, j, j] - 2 * v[:, i, j]
        df = span.df.T[:, i] + span.df.T[:, j]
        flat = t_test((one - two).reshape(-1), variance.reshape(-1), df.reshape(-1))
        statistic, p_value = (values.reshape(one.shape) for values in flat)
    ready = (span.shown & span.varies).T
    tested = ready[:, i] & ready[:, j] & np.isfinite(p_value)
    adjusted = _adjusted(p_value, tested, family)
    numbers = {"difference": one - two, "statistic": statistic, "p_value": p_value, "p_adjusted": adjusted}
    count = int(tested.sum())
    over = {"span": f"holm, {count} tests: ", "row": "holm within the row: ", "none": "not adjusted: "}[
        family
    ]
    name = over + f"{span.question} by {span.by}" + (f", {span.wave}" if span.wave else "")
    return pd.DataFrame({
        "wave": span.wave,
        "question": span.question,
        "by": span.by,
        "option": np.repeat(np.array(span.options, dtype=object), m),
        "first": np.tile(np.array(span.columns, dtype=object)[i], k),
        "second": np.tile(np.array(span.columns, dtype=object)[j], k),
        **{key: np.where(tested, values, np.nan).reshape(-1) for key, values in numbers.items()},
        "tested": tested.reshape(-1),
        "family": np.where(tested.reshape(-1), name, ""),
    })  # fmt: skip


def marks(span: Span, pairs: pd.DataFrame, confidence: float) -> list[str]:
    """Return for each cell, column by column, the letters of the columns it is clearly above."""
    names, g, k = letters_of(span.columns), len(span.columns), len(span.options)
    place = {column: i for i, column in enumerate(span.columns)}
    above: list[list[list[int]]] = [[[] for _ in range(k)] for _ in range(g)]
    clear = pairs[pairs["p_adjusted"] <= 1 - confidence]
    options = {option: j for j, option in enumerate(span.options)}
    for option, first, second, difference in zip(
        *(clear[name].tolist() for name in ("option", "first", "second", "difference")), strict=True
    ):
        high, low = (first, second) if difference > 0 else (second, first)
        above[place[high]][options[option]].append(place[low])
    between = "" if g <= len(ascii_uppercase) else " "
    return [between.join(names[low] for low in sorted(above[i][j])) for i in range(g) for j in range(k)]


def _adjusted(p: np.ndarray, tested: np.ndarray, family: str) -> np.ndarray:
    """Return p-values after Holm over the tested pairs of the family, shape (k, pairs)."""
    adjusted = np.full(p.shape, np.nan)
    if family == "span":
        adjusted[tested] = adjusted_p_values(p[tested])
    else:
        for row, here in enumerate(tested):
            adjusted[row, here] = adjusted_p_values(p[row, here]) if family == "row" else p[row, here]
    return adjusted
