"""What a run publishes of its estimates, so that nothing suppressed can be worked out (methods 3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates import FURTHER, KEYS, NUMBERS, Estimates, waves_of
from analysis.publication.complementary import suppress, suppress_complementary
from analysis.publication.measures import AMOUNTS, GIVEN, SOURCES
from analysis.publication.rules import WITHOUT_DOUBT
from analysis.publication.sums import Ties
from survey.errors import EstimateError
from survey.history import WaveHistory
from survey.numeric.array_types import Bools, Floats

Key = tuple[str, ...]
DECIMALS, SIGNIFICANT = 4, 4
# Figures on the scale of a share; of other measures, such as amounts and ratios, digits are significant.
ON_SHARES = ("estimate", "std_error", "conf_low", "conf_high", *FURTHER)
OF_OPTIONS = ("difference", "difference_from_first")
# What is smaller is 0: its digits depend on the processor. Tail probabilities are exact however small.
NOTHING, TAILS = 1e-9, ("p_value", "p_adjusted")
# Whole numbers of people, and the level of the intervals.
EXACT = ("n", "confidence")


def published(estimates: Estimates, ties: Ties) -> Estimates:
    """Return everything a run has estimated as it may be published, in files and on pages (methods 3.5).

    In this order: as many more figures are suppressed as keep each suppressed one unknown
    (`suppress_complementary`); what is worked out from a suppressed figure is suppressed (note
    "share_withheld"), and what is worked out from a doubtful one is marked; of the rest only so many
    digits are left as do not give a suppressed whole number back (`shortened`).

    Parameters
    ----------
    ties : Ties
        As `suppress_complementary` takes them.

    Raises
    ------
    EstimateError
        If a row has a measure of which it is not said what it is worked out from.
    """
    return shortened(without_leaks(estimates, ties), ties)


def without_leaks(estimates: Estimates, ties: Ties) -> Estimates:
    """Return the estimates as `published` does, but with all their digits; raises as it does."""
    return replace(_derived(suppress_complementary(estimates, ties=ties), ties), joint=None)


def shortened(full: Estimates, ties: Ties) -> Estimates:
    """Return estimates, and the history of their waves, with the digits that are published."""
    frame, even = rounded(full.frame), _even_groups(full.frame, ties)
    frame = _coarse(frame, {cell[:3] for cell in even})
    histories = {wave: _without(history, full.frame, even) for wave, history in full.histories.items()}
    return replace(full, frame=frame, histories=histories, joint=None)


def _derived(estimates: Estimates, ties: Ties) -> Estimates:
    """Return estimates with everything suppressed, or marked, that comes from such a row."""
    frame = estimates.frame
    sources = sources_of(frame)
    flags = frame["flag"].to_numpy()
    doubtful = (flags == "caution") & ~frame["note"].isin(WITHOUT_DOUBT).to_numpy()
    suppressed = _inherited(flags == "suppress", sources) | _counts(frame, ties)
    marked = _inherited(doubtful, sources) & ~suppressed
    closed = suppress(estimates, suppressed & (flags != "suppress"), "share_withheld")
    caution = closed.frame["flag"].mask(marked & (flags == ""), "caution")
    return replace(closed, frame=closed.frame.assign(flag=caution))


def _counts(frame: pd.DataFrame, ties: Ties) -> Bools:
    """Return the unweighted shares of options with a suppressed group in which all weights are equal.

    They are whole numbers over n, and so are those of the groups, which the weighted share adds up.
    """
    options = {cell[:3] for cell in _even_groups(frame, ties)}
    unweighted = frame["measure"].eq("weighting_move") | (
        frame["by"].eq("unweighted") & frame["measure"].isin(("alternative_share", "alternative_change"))
    )
    held = [
        any((one, question, option) in options for one in wave.split(" - "))
        for wave, question, option in frame[list(KEYS[:3])].itertuples(index=False, name=None)
    ]
    return np.asarray(unweighted.to_numpy() & np.array(held, dtype=bool), dtype=bool)


def _even_groups(frame: pd.DataFrame, ties: Ties) -> set[Key]:
    """Return the keys of suppressed shares of groups in which all weights are equal."""
    even = [pair in ties.even for pair in zip(frame["wave"], frame["by"], strict=True)]
    held = frame["flag"].eq("suppress") & frame["measure"].eq("share") & np.array(even, dtype=bool)
    return {*frame.loc[held, list(KEYS)].itertuples(index=False, name=None)}


def _coarse(frame: pd.DataFrame, options: set[Key]) -> pd.DataFrame:
    """Return the table with errors and limits of some options of the whole sample as pages print them.

    With equal weights in each group the variance of the whole is one more equation for suppressed ones.
    """
    rows = np.zeros(len(frame), dtype=bool)
    keys = zip(frame["wave"], frame["question"], frame["option"], strict=True)
    for i, (wave, question, names) in enumerate(keys):
        rows[i] = any((w, question, o) in options for w in waves_of(wave) for o in names.split(" - "))
    rows &= ~frame["by"].isin(set(frame.loc[frame["measure"] == "share", "by"]) - {""}).to_numpy()
    columns = {}
    for name in frame.columns.intersection([*ON_SHARES[1:]]):
        values = frame[name].to_numpy(dtype=np.float64)
        coarse = np.where(frame["measure"].isin(AMOUNTS), significant(values, 2), np.round(values, 2) + 0.0)
        columns[name] = np.where(rows, coarse, values)
    for name in ("n_eff", "deff", "statistic", "p_value", "p_adjusted"):
        values = frame[name].to_numpy(dtype=np.float64)
        columns[name] = np.where(rows, significant(values, 1), values)
    return frame.assign(**columns)


def _without(history: WaveHistory, frame: pd.DataFrame, even: set[Key]) -> WaveHistory:
    """Return the history of a wave without the numbers of answers of groups of which none is published."""
    groups = {(by, group) for wave, _, _, by, group, _ in even if wave == history.wave}
    shown = frame[frame["flag"].ne("suppress") & frame["wave"].eq(history.wave)]
    groups -= {*zip(shown["by"], shown["group"], strict=True)}
    if not groups:
        return history
    margins = []
    for margin in history.weighting.margins:
        by = " x ".join(margin.questions)
        categories = [
            replace(one, n=None, unweighted=None) if any((by, code) in groups for code in one.codes) else one
            for one in margin.categories
        ]
        margins.append(replace(margin, categories=tuple(categories)))
    weighting = history.weighting
    effect, *ends = significant(
        np.array([weighting.design_effect, weighting.smallest, weighting.median, weighting.largest]), 2
    ).tolist()
    weighting = replace(
        weighting,
        margins=tuple(margins),
        design_effect=effect,
        n_eff=float(round(weighting.n / effect)),
        **dict(zip(("smallest", "median", "largest"), ends, strict=True)),
    )
    return replace(history, weighting=weighting)


def _inherited(rows: Bools, sources: dict[int, list[int]]) -> Bools:
    """Return the rows with all that are worked out from one of them, at whatever remove."""
    found, more = rows.copy(), True
    while more:
        new = [i for i, of in sources.items() if not found[i] and found[of].any()]
        found[new] = True
        more = bool(new)
    return np.asarray(found, dtype=bool)


def sources_of(frame: pd.DataFrame) -> dict[int, list[int]]:
    """Return for each row that is worked out from others of the table the places of these.

    Raises
    ------
    EstimateError
        If a measure is not among `SOURCES`: what it is worked out from has to be said there first.
    """
    unknown = sorted({*frame["measure"]} - SOURCES.keys())
    if unknown:
        raise EstimateError("published", key="estimate.no_source", measure=unknown[0])
    keys = list(frame[list(KEYS)].itertuples(index=False, name=None))
    # Where only bounds are given they stand in the place of the curve, which hides nothing of them.
    instead = (frame["note"] == "bounds_only").to_numpy()
    place = {key: i for i, key in enumerate(keys) if not instead[i]}
    demands: dict[Key, list[tuple[str, int]]] = {}
    waves = [*dict.fromkeys(key[0] for key in keys if key[5] in ("share", "mean"))]
    pairs = {f"{later} - {earlier}": (later, earlier) for later in waves for earlier in waves}
    errors: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        if key[5] == "benchmark_error":
            errors.setdefault(key[0], []).append(i)
        elif key[5] == "demand":
            wave, question, option, by, group, _ = key
            for fee in (option.partition("@")[2], "own fee"):
                demands.setdefault((wave, question, fee, by), []).append((group, i))
    found = {}
    for i, key in enumerate(keys):
        rows = errors.get(key[0], []) if "errors" in SOURCES[key[5]] else []
        if "places" in SOURCES[key[5]]:
            rows = [row for group, row in demands.get(key[:4], []) if key[4] in ("", group)]
        rows = [*rows, *(place[source] for source in _cells(key, pairs) if source in place)]
        if rows:
            found[i] = rows
    return found


def _cells(key: Key, pairs: Mapping[str, tuple[str, str]]) -> Iterator[Key]:
    """Yield the keys of the rows from which a row is worked out.

    Parameters
    ----------
    pairs : mapping
        The two waves that "2024 - 2023" names.
    """
    wave, question, option, by, group, measure = key
    for source in SOURCES[measure]:
        if source == "cell":
            for one_wave in pairs.get(wave, wave.split("; ")):
                for one in option.split(" - ") if measure in OF_OPTIONS else (option,):
                    for one_group in group.split(" - ") if measure == "pair_difference" else (group,):
                        yield one_wave, question, one, by, one_group, "share"
        elif source == "whole":
            for one_wave in pairs.get(wave, (wave,)):
                yield one_wave, question, option, "", "", "share"
        elif source == "curve":
            answers, _, fees = option.rpartition("@")
            for fee in fees.partition(" x ")[0].split(" - "):
                yield wave, question, f"{answers}@{fee}", by, group, "demand"
        else:  # one row
            rows = {
                "mean": (wave, question, "", by, group, "mean"),
                "mean_of_all": (wave, question, "", "", "", "mean"),
                "reference": (wave, question, option, "", "", "reference_share"),
                "bias": (wave, "", "", by, group, "bias"),
            }
            yield from [rows[source]] if source in rows else []


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of estimates with the digits that are published (methods 3.5).

    Four decimals of shares, their limits and errors, and of what is a difference of shares; four
    significant digits of amounts, ratios, effective numbers, statistics and p-values.
    """
    of_share, given = ~frame["measure"].isin(AMOUNTS).to_numpy(), frame["measure"].isin(GIVEN).to_numpy()
    columns = {}
    for name in (*NUMBERS, *FURTHER):
        if name in EXACT or name not in frame:
            continue
        values = frame[name].to_numpy(dtype=np.float64)
        if name not in TAILS:
            values = np.where(np.abs(values) < NOTHING, 0.0, values)
        digits = np.where(given, values, significant(values))
        # Adding 0 leaves no "-0.0".
        columns[name] = (
            np.where(of_share, np.round(values, DECIMALS) + 0.0, digits) if name in ON_SHARES else digits
        )
    return frame.assign(**columns)


def significant(values: Floats, digits: int = SIGNIFICANT) -> Floats:
    """Return numbers with so many significant digits, each the nearest double to its decimal form."""
    finite = np.isfinite(values) & (values != 0)
    out = values.copy()
    out[finite] = [float(f"{value:.{digits}g}") for value in values[finite].tolist()]
    return out
