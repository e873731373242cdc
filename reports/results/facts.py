"""Facts that several sections state: level, weighting, groups that differ from the rest, categories."""

from __future__ import annotations

from typing import Literal

from analysis.sensitivity.alternatives import UNWEIGHTED, Alternative
from reports.language.numbers import percent, points
from reports.results.results import Results

DISTINCT = 0.05  # adjusted p-value below which a group differs from the rest
# Fewer people than this in a category are not counted in print.
SMALL = 5


def level(results: Results) -> str:
    """Return the confidence level of the intervals, such as "95%"."""
    shares = results.estimates.frame["confidence"].dropna()
    return percent(float(shares.iloc[0])) if len(shares) else "95%"


def interval_name(results: Results) -> str:
    """Return what the intervals are called: model-based for an opt-in sample."""
    return results.words(f"interval.{results.study.sample}", level=level(results))


def weighted(results: Results) -> bool:
    """Say whether the latest wave was weighted to a population."""
    history = results.estimates.histories.get(results.latest)
    return history is not None and history.weighting.method != "none"


def distinct_groups(results: Results, code: str) -> tuple[list[str], list[str]]:
    """Return the groups clearly above and clearly below the rest on an option, after Holm."""
    above: list[str] = []
    below: list[str] = []
    for group in results.groups():
        row = results.printed("difference_from_rest", results.headline, code, by=results.by, group=group)
        if row is not None and row.p_adjusted < DISTINCT:
            (above if row.estimate > 0 else below).append(results.option_label(results.by, group))
    return above, below


def groups_compared(results: Results) -> bool:
    """Say whether groups were compared with the rest."""
    return any(key[5] == "difference_from_rest" and key[0] == results.latest for key in results.table)


def suppressed_groups(results: Results) -> list[str]:
    """Return the groups of which no lead option may be printed."""
    return [
        results.option_label(results.by, g)
        for g in results.groups()
        if all(
            results.share(results.headline, code, by=results.by, group=g).suppressed for code in results.lead
        )
    ]


def category_label(
    results: Results,
    questions: tuple[str, ...],
    codes: tuple[str, ...],
    joint: Literal["join", "merged_join"] = "join",
) -> str:
    """Return the label of a margin category, of merged ones joined, of crossed ones side by side.

    Parameters
    ----------
    joint : {"join", "merged_join"}
        What stands between merged categories: in a table, or in a list with another separator.
    """
    if codes == ("",):
        return results.words("weights.unknown")
    names = []
    for joined in codes:
        parts = zip(questions, joined.split(" x "), strict=True)
        names.append(" ".join(results.option_label(q, code) for q, code in parts))
    return results.words.text(f"weights.{joint}").join(names)


def other_populations(results: Results) -> list[str]:
    """Return the margins that count other people than the study's, each with the leading share without it."""
    words, study, code, parts = results.words, results.study, results.lead[0], []
    history = results.estimates.histories.get(results.latest)
    margins = history.weighting.margins if history is not None else ()
    declared = study.weighting.margins
    for margin, source in zip(margins, declared, strict=True) if len(margins) == len(declared) else ():
        if source.population is None or source.population == study.population:
            continue
        # Without the only margin there are no weights.
        left_out = Alternative("margin_left_out", margin.name) if len(margins) > 1 else UNWEIGHTED
        own = results.printed("share", results.headline, code)
        row = results.printed(question=results.headline, option=code, **left_out.keys)
        fields = {"margin": margin_name(results, margin.questions)}
        fields["population"] = source.population.in_(results.language)
        if row is None or own is None:
            parts.append(words("caution.margin", **fields))
            continue
        fields |= {"share": percent(row.estimate), "option": results.quoted(results.headline, code)}
        parts.append(words("caution.margin_moved", points=points(row.estimate - own.estimate), **fields))
    return parts


def undeclared_margins(results: Results) -> list[str]:
    """Return the names of margins of which it is not declared whom they count."""
    declared = results.study.weighting.margins
    history = results.estimates.histories.get(results.latest)
    margins = history.weighting.margins if history is not None else ()
    pairs = zip(margins, declared, strict=True) if len(margins) == len(declared) else ()
    return [margin_name(results, margin.questions) for margin, source in pairs if source.population is None]


def margin_name(results: Results, questions: tuple[str, ...]) -> str:
    """Return the name of a margin inside a sentence: its question, or the questions it crosses."""
    return " × ".join(results.words.noun(results.question_label(question)) for question in questions)
