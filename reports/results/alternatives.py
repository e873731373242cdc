"""Alternatives looked up for print: which there are, and how far they move a share."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.sensitivity.alternatives import (
    AS_HERE,
    MEASURE,
    OWN_RULES,
    UNWEIGHTED,
    Alternative,
    alternative_of,
)
from reports.language.numbers import plain_points
from reports.results.facts import margin_name
from reports.results.results import Results, Row


@dataclass(frozen=True, slots=True)
class Moved:
    """How far other choices move a share: from and to what, the range, half of the interval."""

    low: float
    high: float
    over: float
    half: float

    @property
    def wide(self) -> bool:
        """Whether the range is wider than half the interval, also as printed."""
        return self.over > self.half and plain_points(self.over) != plain_points(self.half)


def alternatives_of(results: Results) -> list[Alternative]:
    """Return how else the headline question was estimated: as here first, then screening, then weighting.

    The study's own set of screening rules is left out, since it is "as here".
    """
    alternatives = dict.fromkeys(
        alternative_of(by, group)
        for wave, question, _, by, group, measure in results.table
        if (wave, question, measure) == (results.latest, results.headline, MEASURE)
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


def moved(results: Results, code: str) -> Moved | None:
    """Return how far the alternatives move a share, no weights at all aside; None where that is not shown."""
    own = results.share(results.headline, code)
    rows = [row_of(results, code, a) for a in alternatives_of(results) if a != UNWEIGHTED]
    shares = [row.estimate for row in rows if row is not None and not row.suppressed]
    if own.suppressed or len(shares) < 2:
        return None
    low, high = min(shares), max(shares)
    return Moved(low, high, over=high - low, half=(own.high - own.low) / 2)
