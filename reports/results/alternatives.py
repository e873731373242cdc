"""Alternatives looked up for print: which there are, and how far they move a share."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.sensitivity.alternatives import (
    AS_HERE,
    CHANGE_MEASURE,
    MEASURE,
    NO_CHOICE,
    NOT_COUNTED,
    OWN_RULES,
    Alternative,
    EffectOfChoices,
    alternative_of,
    effect_of_choices,
)
from reports.results.facts import margin_name
from reports.results.results import Results, Row


def alternatives_of(results: Results) -> list[Alternative]:
    """Return how else the headline question was estimated: as here first, then screening, then weighting.

    What leaves the same people and weights as another is left out, as is the study's own set of screening
    rules, which is "as here".
    """
    alternatives = dict.fromkeys(
        alternative_of(by, group)
        for (wave, question, _, by, group, measure), row in results.table.items()
        if (wave, question, measure) == (results.latest, results.headline, MEASURE) and row.note != NO_CHOICE
    )
    return sorted(
        (alternative for alternative in alternatives if alternative != OWN_RULES),
        key=lambda a: (a != AS_HERE, a.kind not in ("screening", "rule_left_out", "copies_left_out")),
    )


def row_of(results: Results, code: str, alternative: Alternative) -> Row | None:
    """Return a share of the headline question under an alternative."""
    return results.row(question=results.headline, option=code, **alternative.keys)


def label_of(results: Results, alternative: Alternative) -> str:
    """Return the name of an alternative in print."""
    words, name = results.words, alternative.name
    match alternative.kind:
        case "margin_left_out":
            return words("choices.without", margin=margin_name(results, alternative.questions))
        case "other_margins":
            known = {one.id: one.label.in_(results.language) for one in results.study.weighting.alternatives}
            return words("choices.margins", name=known.get(name, name))
        case "rule_left_out":
            return words(f"choices.rule_{name}")
        case "bounds":
            return words(f"choices.{name}_bounds")
        case "base" | "screening" as kind:
            return words(f"choices.{kind}_{name}")
        case "as_here" | "unweighted" | "copies_left_out" as kind:
            return words(f"choices.{kind}")


def unmet_mark(results: Results, row: Row | None) -> str:
    """Return the mark of an alternative without a share: no weights meet it, or it is suppressed."""
    unmet = row is None or row.note == "cannot_be_weighted"
    return results.words.mark("absent" if unmet else "withheld")


def moved(results: Results, code: str) -> EffectOfChoices | None:
    """Return how far the choices that count move a share; None where fewer than two are shown."""
    own = results.printed("share", results.headline, code)
    rows = {a: row_of(results, code, a) for a in alternatives_of(results)}
    return _effect(results, own, rows)


def moved_change(results: Results, code: str) -> EffectOfChoices | None:
    """Return how far choices made in both waves move a change; None where fewer than two are shown."""
    waves = f"{results.latest} - {results.previous}"
    rows = {
        alternative_of(by, group): row
        for (wave, question, option, by, group, measure), row in results.table.items()
        if (wave, question, option, measure) == (waves, results.headline, code, CHANGE_MEASURE)
        and row.note != NO_CHOICE
    }
    return _effect(results, results.printed("change", results.headline, code), rows)


def _effect(
    results: Results, own: Row | None, rows: Mapping[Alternative, Row | None]
) -> EffectOfChoices | None:
    """Return the effect of the choices that count, under their names in print; None with fewer than two."""
    choices = {
        results.words.noun(label_of(results, alternative)): (
            None if row is None or row.suppressed else row.estimate
        )
        for alternative, row in rows.items()
        if alternative not in NOT_COUNTED
    }
    made = [value for value in choices.values() if value is not None]
    if own is None or len(made) < 2:
        return None
    return effect_of_choices(own.estimate, own.low, own.high, choices)
