"""Groups with clearly larger or smaller amounts, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.findings.clear import told_apart
from reports.findings.finding import Finding
from reports.language.words import capitalised
from reports.results.amounts import (
    APART,
    amount_groupings,
    amount_questions,
    amount_rows,
    apart_groups,
    with_unit,
)
from reports.results.naming import called, other_groups
from reports.results.results import Results, Row


def amount_findings(results: Results) -> Iterator[Finding]:
    """Yield a sentence on each amount and grouping of which a group clearly differs from the rest.

    Its size is the largest difference over the mean of everybody, so that amounts of several units can be
    ranked among themselves.
    """
    for question in amount_questions(results):
        for by in amount_groupings(results, question):
            apart, whole = apart_groups(results, question, by), results.printed("mean", question, "")
            if not apart or whole is None:
                continue
            for rows in told_apart([*apart.items()], lambda item: item[1].estimate):
                keys = tuple((results.latest, question, "", by, code, APART) for code, _ in rows)
                size = max(abs(row.estimate) for _, row in rows) / abs(whole.estimate or 1.0)
                doubtful = any(row.doubtful for _, row in rows)
                sentence = capitalised(amount_sentence(results, question, by, dict(rows)))
                yield Finding("amounts", keys, size, sentence, doubtful)


def amount_sentence(results: Results, question: str, by: str, apart: Mapping[str, Row]) -> str:
    """Return which groups are above and below the rest, with their means."""
    words, label = results.words, results.words.noun(results.question_label(question))
    codes = [code for code, _ in amount_rows(results, question, by)]
    if len(codes) == 2:
        return _two_groups(results, question, by, codes, next(iter(apart.items())))
    parts: list[str] = []
    for way, sign in (("up", 1), ("down", -1)):
        items = [
            (code, _item(results, question, by, code, row))
            for code, row in apart.items()
            if sign * row.estimate > 0
        ]
        if items:
            group = _among(results, by, called(results, by, items))
            parts.append(words(f"finding.amount_{way}", group=group, others=other_groups(results, by)))
    told = words.text("finding.parts_join").join(parts)
    return words("finding.amounts", label=label, parts=told, others=other_groups(results, by))


def _item(results: Results, question: str, by: str, code: str, row: Row) -> str:
    """Return what the name of a group is filled into: "{name} (2,310 yuan)", marked where doubtful."""
    mean = results.row("mean", question, "", by=by, group=code)
    assert mean is not None
    size = with_unit(results, question, mean.estimate)
    return results.flagged(row, results.words("finding.amount_item", name="{name}", amount=size))


def _among(results: Results, by: str, group: str) -> str:
    """Return groups after a preposition, which those without a form of their own already have."""
    form = results.study.questionnaire[by].group
    if form is None or results.language not in form.languages:
        return group
    return results.words("finding.amount_among", group=group)


def _two_groups(results: Results, question: str, by: str, codes: list[str], found: tuple[str, Row]) -> str:
    """Return the sentence on two groups, of which the one is the rest of the other."""
    code, row = found
    other = next(one for one in codes if one != code)
    higher, lower = (code, other) if row.estimate > 0 else (other, code)
    means = {one: results.row("mean", question, "", by=by, group=one) for one in codes}
    first, second = (_among(results, by, called(results, by, [(one, "{name}")])) for one in (higher, lower))
    high, low = (
        "" if (mean := means[one]) is None else with_unit(results, question, mean.estimate)
        for one in (higher, lower)
    )
    label = results.words.noun(results.question_label(question))
    text = results.words("finding.amount_two", label=label, first=first, second=second, high=high, low=low)
    return results.flagged(row, text)
