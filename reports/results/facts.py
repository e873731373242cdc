"""Facts that several sections state: level, weighting, groups that differ from the rest, categories."""

from __future__ import annotations

from typing import Literal

from analysis.plans.estimates import read_estimate_plan
from analysis.publication.rules import NCHS
from analysis.sensitivity.alternatives import UNWEIGHTED, Alternative
from reports.language.numbers import as_given, percent, plain_points, whole
from reports.results.results import Results, Row
from survey.history import MarginHistory
from survey.study.questionnaire import Condition, Question
from survey.study.weighting_plan import MarginSource

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


def fielded(results: Results) -> str:
    """Return the latest wave with the days of its fieldwork, where they are known."""
    label = results.wave_label(results.latest)
    for wave in results.study.waves:
        if wave.id == results.latest and wave.fieldwork:
            return results.words.days(wave.fieldwork)
    return label


def rule_fields() -> dict[str, str]:
    """Return the thresholds of the rules of publication as printed: numbers of answers, widths in points."""
    widths = {name: getattr(NCHS, name) for name in ("too_wide", "narrow", "wide")}
    points = {name: plain_points(width).removesuffix(".0") for name, width in widths.items()}
    return {"people": whole(NCHS.people), "relative": as_given(NCHS.relative), **points}


def distinct_groups(results: Results, code: str) -> tuple[list[str], list[str]]:
    """Return the groups clearly above and below the rest on an option, after Holm, doubtful ones marked."""
    above: list[str] = []
    below: list[str] = []
    for group in results.groups():
        row = results.printed("difference_from_rest", results.headline, code, by=results.by, group=group)
        if row is not None and row.clear:
            name = results.flagged(row, results.option_label(results.by, group))
            (above if row.estimate > 0 else below).append(name)
    return above, below


def primary_option(results: Results) -> str:
    """Return the option of the headline question that the study's primary comparison is of; "" for none."""
    primary = read_estimate_plan(results.study).primary
    return primary[1] if primary and primary[0] == results.headline else ""


def base_wave(results: Results) -> str:
    """Return the wave that the last is compared with beside the one before it; "" where there is none."""
    for wave, *_, measure in results.table:
        later, _, earlier = wave.partition(" - ")
        if measure == "change" and later == results.latest and earlier != results.previous:
            return earlier
    return ""


def trend_row(results: Results, question: str, option: str) -> Row | None:
    """Return the straight line through all waves of a share of the whole sample; None where there is none."""
    return results.row("trend", question, option, wave="; ".join(results.waves))


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
    words, study, parts = results.words, results.study, []
    for margin, source in _declared_margins(results):
        if source.population is None or source.population == study.population:
            continue
        # Without the only margin there are no weights.
        several = len(study.weighting.margins) > 1
        left_out = Alternative("margin_left_out", margin.name) if several else UNWEIGHTED
        row = results.printed(question=results.headline, option=results.lead[0], **left_out.keys)
        place = "caution.margin" if row is None else "caution.margin_without"
        fields = {"margin": margin_name(results, margin.questions)}
        fields["population"] = source.population.in_(results.language)
        fields["share"] = "" if row is None else percent(row.estimate)
        parts.append(words(place, **fields))
    return parts


def undeclared_margins(results: Results) -> list[str]:
    """Return the names of margins of which it is not declared whom they count."""
    pairs = _declared_margins(results)
    return [margin_name(results, margin.questions) for margin, source in pairs if source.population is None]


def _declared_margins(results: Results) -> list[tuple[MarginHistory, MarginSource]]:
    """Return the margins of the latest wave with what the study file says of each."""
    declared, history = results.study.weighting.margins, results.estimates.histories.get(results.latest)
    margins = history.weighting.margins if history is not None else ()
    return list(zip(margins, declared, strict=True)) if len(margins) == len(declared) else []


def margin_name(results: Results, questions: tuple[str, ...]) -> str:
    """Return the name of a margin inside a sentence: its question, or the questions it crosses."""
    return " × ".join(results.words.noun(results.question_label(question)) for question in questions)


def asked_of(results: Results, question: Question) -> str:
    """Return whom a question was put to, such as "those who answered “Yes” to intent"; "" for everybody."""
    if not question.asked_if:
        return ""
    conditions = [_condition(results, condition) for condition in question.asked_if]
    return results.words("asked.who", conditions=results.words.text("asked.and").join(conditions))


def _condition(results: Results, condition: Condition) -> str:
    words, other = results.words, results.study.questionnaire[condition.question]
    label = other.label or other.text
    name = words.quoted(label.in_(results.language))
    if condition.between is not None:
        low, high = map(as_given, condition.between)
        return words("asked.between", question=name, low=low, high=high)
    place, codes = ("of", condition.codes) if condition.codes else ("not_of", condition.not_codes)
    options = words.text("asked.or").join(results.quoted(other.id, code) for code in codes)
    return words(f"asked.{place}", question=name, options=options)
