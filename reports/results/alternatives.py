"""Shares under other choices looked up for print: which choices there are, and how far they move a share."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.sensitivity.alternatives import BARE, HERE
from analysis.sensitivity.screening_variants import half_width, range_over
from reports.language.numbers import percent, plain_points
from reports.results.results import Results, Row
from reports.results.settings import CHOICES, VARIANTS


@dataclass(frozen=True, slots=True)
class Choice:
    """One other choice: what stands under `by` and `group`, and its name in print."""

    by: str
    group: str
    label: str


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


def choices_of(results: Results) -> list[Choice]:
    """Return the choices under which the headline question was estimated, as here first, then by kind."""
    found: dict[tuple[str, str], None] = {}
    for wave, question, _, by, group, measure in results.table:
        at = (wave, question, measure) == (results.latest, results.headline, "share")
        if at and (by == CHOICES or (by == VARIANTS and group != "default")):
            found[by, group] = None
    ordered = sorted(found, key=lambda k: (k != (CHOICES, HERE), k[0] == CHOICES and not _is_rule(k[1])))
    return [Choice(by, group, _label(results, by, group)) for by, group in ordered]


def row_of(results: Results, code: str, choice: Choice) -> Row | None:
    """Return a share of the headline question under a choice."""
    return results.row("share", results.headline, code, by=choice.by, group=choice.group)


def unmet_mark(results: Results, row: Row | None) -> str:
    """Return the mark of a choice without a share: not computed where no weights meet it, else withheld."""
    unmet = row is None or row.note == "cannot_be_weighted"
    return results.words.mark("absent" if unmet else "withheld")


def moved(results: Results, code: str) -> Moved | None:
    """Return how far the choices move a share, no weights at all aside; None where nothing is told."""
    own = results.share(results.headline, code)
    rows = [
        row
        for choice in choices_of(results)
        if choice.group != BARE and (row := row_of(results, code, choice)) is not None
    ]
    shown = [row.estimate for row in rows if not row.suppressed]
    if own.suppressed or len(shown) < 2:
        return None
    return Moved(min(shown), max(shown), range_over(shown), half_width(own.low, own.high))


def _is_rule(group: str) -> bool:
    return group.startswith("rule ")


def _label(results: Results, by: str, group: str) -> str:
    words = results.words
    if by == VARIANTS:
        return words(f"choices.screening_{group}")
    if _is_rule(group):
        return words(f"choices.rule_{group.removeprefix('rule ')}")
    if group.startswith("without "):
        names = [results.question_label(q) for q in group.removeprefix("without ").split(" x ")]
        return words("choices.without", margin=" × ".join(names))
    if group.startswith("margins "):
        name = group.removeprefix("margins ")
        known = {one.id: one.label.in_(results.language) for one in results.study.weighting.alternatives}
        return words("choices.margins", name=known.get(name, name))
    return words(f"choices.{group}")


def range_text(results: Results) -> str:
    """Return between which shares the choices move the leading options, "" where nothing else was tried."""
    words, parts, wide = results.words, [], []
    for code in results.lead:
        found = moved(results, code)
        if found is None:
            continue
        option = results.quoted(results.headline, code)
        fields = {"low": percent(found.low), "high": percent(found.high)}
        fields |= {"range": plain_points(found.over), "half": plain_points(found.half)}
        still = fields["low"] == fields["high"]
        parts.append(words("choices.range_still" if still else "choices.range_one", option=option, **fields))
        wide += [option] if found.wide else []
    told = [words("choices.range_text", parts=words.listed(parts))] if parts else []
    told += [words("choices.range_wide", names=words.listed(wide))] if wide else []
    return words.sentences(told)
