"""A question by the columns of one span: shares, bases, and what may be shown (methods 3.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from analysis.bases import question_base, technique_of
from analysis.domains import domain_means, shares_with_covariance
from analysis.estimates import Estimates, combine
from analysis.numeric.covariance import Technique
from analysis.publication.complementary import suppress, suppress_complementary
from analysis.publication.rules import ShareRules
from analysis.statistics.comparisons.panel import share_correlation
from analysis.statistics.share_rows import share_rows
from analysis.statistics.shares import share_table, shares
from survey.numeric.array_types import Bools, Floats
from survey.weighting.sample import WeightedSample

WAVES = "wave"


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """One question by the columns of one span, g columns and k options.

    Attributes
    ----------
    wave : str
        Of all columns; "" where they are waves themselves.
    by : str
        Question of the columns, or "wave".
    table : Estimates
        Shares column by column, with intervals, flags and notes.
    p, size, df : float arrays, shape (g, k)
        Shares, effective numbers of answers, degrees of freedom, also of what is not shown.
    score_df : float array, shape (g, k)
        Degrees of freedom of the score test: inf for a plain list of people.
    covariance : float array, shape (k, g, g)
        Of the columns' shares of each option.
    correlation : float array, shape (k, g, g)
        The same as correlations; 0 where a share has no variance.
    varies : bool array, shape (g, k)
        Shares that have a sampling error: not those that margins fix.
    n, n_kish : float arrays, shape (g,)
    """

    wave: str
    question: str
    by: str
    columns: tuple[str, ...]
    options: tuple[str, ...]
    table: Estimates
    p: Floats
    size: Floats
    df: Floats
    score_df: Floats
    covariance: Floats
    correlation: Floats
    varies: Bools
    n: Floats
    n_kish: Floats

    @property
    def shown(self) -> Bools:
        """Cells that are not withheld, shape (g, k)."""
        return (self.table.frame["flag"] != "suppress").to_numpy().reshape(self.p.shape)


def span_of_groups(
    sample: WeightedSample,
    question: str,
    by: str | None,
    *,
    wave: str,
    confidence: float,
    variance: Technique | None,
    rules: ShareRules,
) -> Span:
    """Return the shares of a question in each group of another, or in the whole sample."""
    technique = technique_of(sample, variance)
    base = question_base(sample, question, by)
    means = domain_means(base.inside, base)
    if technique == "replicates":
        over = np.repeat(base.inside.astype(np.float64), len(base.items), axis=1)
        domains = shares_with_covariance(base.inside, base, technique, means.whole(), means.share, over)
    else:
        domains = shares_with_covariance(base.inside, base, technique, means, means.share, None)
    # A cell of a crosstab is judged by its own share (methods 3.11).
    domains = replace(domains, elsewhere=None)
    rows, shape = share_rows(domains), domains.share.shape
    g, k = shape
    table = share_table(sample, question, by, domains, "share", confidence, "wilson_smoothed", rules)
    few = (domains.n < rules.people) | (domains.n_kish < rules.people)
    covariance = domains.covariance.reshape(g, k, g, k)
    of_options = np.stack([covariance[:, j, :, j] for j in range(k)])
    return Span(
        wave=wave,
        question=question,
        by=by or "",
        columns=domains.groups,
        options=domains.options,
        table=_withheld(replace(table, frame=table.frame.assign(wave=wave)), few, k, "few_answers"),
        p=rows.p.reshape(shape),
        size=rows.smoothed_n_eff.reshape(shape),
        df=rows.df.reshape(shape),
        score_df=np.full(shape, np.inf) if domains.plain else rows.df.reshape(shape),
        covariance=of_options,
        correlation=correlations(of_options),
        varies=~rows.constant.reshape(shape),
        n=domains.n,
        n_kish=domains.n_kish,
    )


def span_of_waves(
    samples: Mapping[str, WeightedSample],
    question: str,
    *,
    confidence: float,
    variance: Technique | None,
    rules: ShareRules,
) -> Span:
    """Return the shares of a question in each wave; independent, but for people in several of them."""
    parts = [
        span_of_groups(
            sample, question, None, wave=wave, confidence=confidence, variance=variance, rules=rules
        )
        for wave, sample in samples.items()
    ]
    options = tuple(dict.fromkeys(option for part in parts for option in part.options))
    places = [[part.options.index(o) if o in part.options else -1 for o in options] for part in parts]
    g, k = len(parts), len(options)
    covariance = np.zeros((k, g, g))
    for i, (part, place) in enumerate(zip(parts, places, strict=True)):
        covariance[:, i, i] = [part.covariance[j, 0, 0] if j >= 0 else 0.0 for j in place]
    covariance, correlation = _between_waves(
        list(samples.values()), question, options, parts, covariance, variance
    )

    def joined(name: str, empty: float) -> np.ndarray:
        values = [
            np.append(getattr(part, name)[0], empty)[place] for part, place in zip(parts, places, strict=True)
        ]
        return np.array(values)

    tables = [_in_options(part.table, options, wave) for wave, part in zip(samples, parts, strict=True)]
    return Span(
        wave="",
        question=question,
        by=WAVES,
        columns=tuple(samples),
        options=options,
        table=combine(tables),
        p=joined("p", 0.5),
        size=joined("size", 1.0),
        df=joined("df", 1.0),
        score_df=joined("score_df", 1.0),
        covariance=covariance,
        correlation=correlation,
        varies=joined("varies", 0.0).astype(bool),
        n=np.array([part.n[0] for part in parts]),
        n_kish=np.array([part.n_kish[0] for part in parts]),
    )


def _between_waves(
    samples: Sequence[WeightedSample],
    question: str,
    options: Sequence[str],
    parts: Sequence[Span],
    covariance: Floats,
    variance: Technique | None,
) -> tuple[Floats, Floats]:
    """Return covariance and correlation of the waves' shares, those of units in two waves included."""
    covariance, correlation = covariance.copy(), correlations(covariance)
    for i, j in combinations(range(len(samples)), 2):
        r = share_correlation(samples[i], samples[j], question, variance)
        if r is not None:
            at = [options.index(option) for option in parts[i].options]
            correlation[at, i, j] = correlation[at, j, i] = r
            scale = np.sqrt(covariance[at, i, i] * covariance[at, j, j])
            covariance[at, i, j] = covariance[at, j, i] = r * scale
    return covariance, correlation


def withheld_together(
    span: Span, sample: WeightedSample, variance: Technique | None, rules: ShareRules
) -> tuple[Span, Estimates]:
    """Return a span without what its total column would give away, and the total's shares.

    One withheld column of a partition beside the total could be had by subtraction, so the next
    smallest is withheld too; then single cells likewise (methods 3.5).
    """
    k = len(span.options)
    hidden: Bools = np.asarray(~span.shown.any(axis=1))
    if hidden.sum() == 1 and len(hidden) > 1:
        hidden[np.argmin(np.where(hidden, np.inf, span.n))] = True
    confidence = float(span.table.frame["confidence"].iloc[0])
    total = shares(sample, span.question, confidence=confidence, variance=variance, rules=rules)
    total = replace(total, frame=total.frame.assign(wave=span.wave))
    table = _withheld(span.table, hidden, k, "complementary")
    single = sample.tally.levels[span.question].kind == "single"
    both = suppress_complementary(combine([total, table]), adding=span.question if single else ())
    parts = [both.frame.iloc[:k], both.frame.iloc[k:]]
    total, table = (Estimates(part.reset_index(drop=True), None, both.histories) for part in parts)
    return replace(span, table=table), total


def correlations(covariance: Floats) -> Floats:
    """Return covariances as correlations, 0 where there is no variance; shape (k, g, g) both."""
    variance = np.maximum(np.einsum("kii->ki", covariance), 0.0)
    scale = np.sqrt(variance[:, :, None] * variance[:, None, :])
    ratio = np.divide(covariance, scale, out=np.zeros(covariance.shape), where=scale > 0)
    return np.asarray(np.clip(ratio, -1, 1), dtype=np.float64)


def _withheld(table: Estimates, columns: Bools, k: int, note: str) -> Estimates:
    """Return the table with whole columns withheld that are not yet."""
    added = np.repeat(columns, k) & (table.frame["flag"] != "suppress").to_numpy()
    return suppress(table, added, note)


def _in_options(table: Estimates, options: Sequence[str], wave: str) -> Estimates:
    """Return a wave's shares with a withheld row for each option that only other waves offered."""
    frame = table.frame.set_index("option")
    missing = [option for option in options if option not in frame.index]
    frame = frame.reindex(list(options)).rename_axis("option").reset_index()[list(table.frame.columns)]
    new = frame["option"].isin(missing)
    first = table.frame.iloc[0]
    for name in ("question", "by", "group", "measure", "confidence"):
        frame[name] = frame[name].where(~new, first[name])
    texts = frame.select_dtypes(exclude="number").columns
    frame[texts] = frame[texts].where(frame[texts].notna(), "")
    frame["flag"], frame["note"] = (
        frame["flag"].where(~new, "suppress"),
        frame["note"].where(~new, "not_offered"),
    )
    return Estimates(frame.assign(wave=wave), None, table.histories)
