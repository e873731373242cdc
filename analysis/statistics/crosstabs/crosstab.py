"""Questions by spans of columns: shares, bases, letters of tested differences, tests of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.bases import check_sample, technique_of
from analysis.domains import check_confidence
from analysis.numeric.covariance import Technique
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.crosstabs.pairs import Letters, letters_of, marks, pair_tests
from analysis.statistics.crosstabs.result import Crosstab
from analysis.statistics.crosstabs.spans import WAVES, Span, span_of_groups, span_of_waves, withheld_together
from analysis.statistics.testing.adjust import adjusted_p_values
from analysis.statistics.testing.associations import TableTest, corrected_test, rao_scott
from analysis.statistics.testing.tick_tests import tick_all_test, tick_tables
from survey.errors import EstimateError, check_choice
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Withheld = Literal["each", "together"]


@on_one_thread
def crosstab(
    sample: WeightedSample | Mapping[str, WeightedSample],
    rows: str | Sequence[str],
    *,
    by: str | Sequence[str],
    letters: Letters = "score_span",
    confidence: float = 0.95,
    withheld: Withheld = "each",
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Crosstab:
    """Return questions by spans of columns, with letters where two columns differ (methods 3.11).

    Parameters
    ----------
    sample : WeightedSample, or mapping of wave to WeightedSample
        Of several waves each span is given wave by wave, and "wave" is a span of its own: the waves are
        independent samples unless units are in common (`key` of `survey.from_frame`).
    rows : str or sequence of str
        Questions with options.
    by : str or sequence of str
        Spans: questions with one answer, or "wave". Columns are tested within a span only.
    letters : str
        Test and family: "score_span", the skewness-corrected score with Holm over every tested pair of
        a question by a span; "score_row" within each row; "score_none" unadjusted; the same with
        "linear" (Student's t) for comparison only.
    confidence : float
        Of intervals; a letter is given where the adjusted p-value is at most one minus it.
    withheld : {"each", "together"}
        Cells by their own precision; or with a total column and without what could be worked out from
        it, as a table is published. Columns with fewer than 30 people or effective people show nothing.
    variance, rules
        As `analysis.shares`.

    Raises
    ------
    EstimateError
        If a question is unknown or of another kind, nobody answered, or waves are given wrongly.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"area": ["north", "south"] * 200, "use": ["yes", "no", "yes", "yes"] * 100})
    >>> table = crosstab(survey.from_frame(frame), "use", by="area")
    >>> table.letters.loc[("use", "yes")].tolist()
    ['B', '']
    """
    check_confidence(confidence)
    check_choice("letters", letters, Letters)
    check_choice("withheld", withheld, Withheld)
    samples = _samples(sample)
    questions, spans = _names("rows", rows), _names("by", by)
    several = isinstance(sample, Mapping)
    if WAVES in spans and not several:
        raise EstimateError('by="wave"', key="call.crosstab_one_wave")
    parts: dict[str, list[pd.DataFrame]] = {"frame": [], "bases": [], "pairs": [], "rao_scott": []}
    for question in questions:
        for span, total, whole in _spans(samples, question, spans, confidence, withheld, variance, rules):
            pairs = pair_tests(span, letters)
            parts["frame"] += _cells(span, total, marks(span, pairs, confidence))
            parts["bases"].append(_bases(span))
            parts["pairs"].append(pairs)
            if whole is not None:
                parts["rao_scott"].append(_tests(whole, span, variance))
    empty = pd.DataFrame(columns=["wave", "question", "by", "option", *TEST_FIGURES, "p_adjusted", "note"])
    frames = {name: pd.concat(found, ignore_index=True) if found else empty for name, found in parts.items()}
    frames["frame"] = frames["frame"].drop_duplicates(["wave", "question", "span", "column", "option"])
    return Crosstab(**{name: frame.reset_index(drop=True) for name, frame in frames.items()})


def _spans(
    samples: Mapping[str, WeightedSample],
    question: str,
    spans: Sequence[str],
    confidence: float,
    withheld: Withheld,
    variance: Technique | None,
    rules: ShareRules,
) -> Iterator[tuple[Span, pd.DataFrame | None, WeightedSample | None]]:
    """Yield each span of a question with the total's shares, and the sample if its table may be tested."""
    for by in spans:
        if by == WAVES:
            yield (
                span_of_waves(samples, question, confidence=confidence, variance=variance, rules=rules),
                None,
                None,
            )
            continue
        for wave, sample in samples.items():
            span = span_of_groups(
                sample, question, by, wave=wave, confidence=confidence, variance=variance, rules=rules
            )
            total = None
            if withheld == "together":
                span, table = withheld_together(span, sample, variance, rules)
                total = table.frame.assign(wave=wave)
            yield span, total, sample


def _samples(sample: WeightedSample | Mapping[str, WeightedSample]) -> dict[str, WeightedSample]:
    """Return samples by the name of their wave; raises EstimateError."""
    if not isinstance(sample, Mapping):
        check_sample(sample)
        return {sample.wave: sample}
    found = dict(sample)
    for one in found.values():
        check_sample(one)
    if len(found) < 2 or not all(isinstance(name, str) and name for name in found):
        raise EstimateError("sample", key="call.crosstab_waves", waves=len(found))
    if any(WAVES in one.tally.codes for one in found.values()):
        raise EstimateError("sample", key="call.crosstab_question_wave")
    return found


def _names(argument: str, names: str | Sequence[str]) -> list[str]:
    found = [names] if isinstance(names, str) else list(names)
    if not found or not all(isinstance(name, str) for name in found) or len(set(found)) < len(found):
        raise EstimateError(argument, key="call.crosstab_questions", given=repr(names))
    return found


def _cells(span: Span, total: pd.DataFrame | None, letters: list[str]) -> list[pd.DataFrame]:
    """Return the rows of a span's cells, after those of the total where there is one."""
    k = len(span.options)
    frame = span.table.frame.assign(
        span=span.by,
        column=np.repeat(np.array(span.columns, dtype=object), k),
        letter=np.repeat(np.array(letters_of(span.columns), dtype=object), k),
        letters=letters,
    )
    if span.by == WAVES:
        frame = frame.assign(wave="")
    return [frame] if total is None else [total.assign(span="", column="", letter="", letters=""), frame]


def _bases(span: Span) -> pd.DataFrame:
    return pd.DataFrame({
        "wave": span.wave,
        "question": span.question,
        "span": span.by,
        "column": np.array(span.columns, dtype=object),
        "letter": letters_of(span.columns),
        "n": span.n,
        "n_kish": span.n_kish,
    })  # fmt: skip


TEST_FIGURES = ("statistic", "numerator", "denominator", "p_value", "chi_square", "n")


def _tests(sample: WeightedSample, span: Span, variance: Technique | None) -> pd.DataFrame:
    """Return the tests of a table: of the whole, and of each option where people tick several."""
    question, by = span.question, span.by
    keys: dict[str, object] = {"wave": span.wave, "question": question, "by": by}
    tests: dict[str, TableTest | str] = {}
    try:
        if sample.tally.levels[question].kind == "single":
            tests[""] = rao_scott(sample, question, by, empty="leave_out", variance=variance)
        else:
            tests[""] = tick_all_test(sample, question, by, variance=variance)
            technique = technique_of(sample, variance)
            for option, table in tick_tables(sample, question, by).items():
                tests[option] = "no_variation"
                if table is not None:
                    tests[option] = corrected_test([table], (question, by), "second", technique)
    except EstimateError as error:
        tests.setdefault("", error.problem)
    rows: list[dict[str, object]] = []
    for option, test in tests.items():
        figures: dict[str, object] = (
            {} if isinstance(test, str) else {f: getattr(test, f) for f in TEST_FIGURES}
        )
        rows.append({**keys, "option": option, **figures, "note": test if isinstance(test, str) else ""})
    frame = pd.DataFrame(rows, columns=[*keys, "option", *TEST_FIGURES, "p_adjusted", "note"])
    frame["p_adjusted"] = frame["p_value"]
    several = (frame["option"] != "") & frame["p_value"].notna()
    if several.any():
        frame.loc[several, "p_adjusted"] = adjusted_p_values(
            frame.loc[several, "p_value"].to_numpy(np.float64)
        )
    return frame
