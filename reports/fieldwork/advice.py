"""What a person should do today, in the order of what can still be changed, five sentences at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from analysis.study.watch.watch import Watched
from reports.fieldwork.labels import Labels
from reports.language.numbers import decimal, percent, whole

MOST = 5


def advice(watched: Watched, labels: Labels) -> list[str]:
    """Return the sentences; one that says so where there is nothing to do."""
    found = [text for part in (_form, _link, _people, _look) for text in part(watched, labels)]
    if not found:
        return [labels.words.text("watch.nothing")]
    more = len(found) - MOST
    return found[:MOST] + ([labels.words("watch.more", n=whole(more))] if more > 0 else [])


def _form(watched: Watched, labels: Labels) -> Iterator[str]:
    """Yield what was changed in the form, or in answers that had come."""
    words, changes = labels.words, watched.changes
    if changes is not None and changes.gone:
        yield words("watch.gone", n=whole(changes.gone))
    if changes is not None and changes.altered:
        yield words("watch.altered", n=whole(changes.altered))
    for question, text in watched.reworded.items():
        yield words("watch.reworded", question=labels.question(question), text=text)
    for question in () if changes is None else changes.headers:
        if question not in watched.reworded:
            yield words("watch.header", question=labels.question(question))
    for new in watched.appeared:
        yield words(
            "watch.appeared", day=labels.day(new.since), question=labels.question(new.question),
            option=labels.option(new.question, new.option), before=whole(new.before), after=whole(new.after),
            ticks=whole(new.ticks),
        )  # fmt: skip


def _link(watched: Watched, labels: Labels) -> Iterator[str]:
    """Yield times in which nobody could answer."""
    for gap in watched.gaps:
        start, end = (labels.as_of(moment) for moment in (gap.start, gap.end))
        yield labels.words("watch.gap", start=start, end=end, n=whole(gap.expected))


def _people(watched: Watched, labels: Labels) -> Iterator[str]:
    """Yield whom to send the link once more."""
    words, least = labels.words, whole(watched.study.weighting.collapse_below)
    empty = [labels.category(one) for one in watched.categories if one.n == 0]
    if empty:
        yield words("watch.empty", names=words.few(empty))
    thin = [one for one in watched.categories if one.short and one.n]
    if thin:
        items = [
            words("watch.item", name=labels.one(one.questions, code), n=whole(n))
            for one in thin
            for code, n, _ in one.short
            if n
        ]
        worthy = next((one for one in thin if np.isfinite(one.worth)), None)
        if items and worthy is not None:
            first, worth = labels.category(worthy), decimal(worthy.worth, 1)
            yield words("watch.short", names=words.few(items), least=least, first=first, worth=worth)
    by_day = watched.by_day
    if by_day is not None and any(by_day.behind):
        lacking = {code for one in thin for code, _, _ in one.short if one.questions == (by_day.question,)}
        names = [
            labels.option(by_day.question, code)
            for code, behind in zip(by_day.codes, by_day.behind, strict=True)
            if behind and code not in lacking
        ]
        if names:
            yield words("watch.behind", names=words.few(names))


def _look(watched: Watched, labels: Labels) -> Iterator[str]:
    """Yield answers to look at before anything is done, and rules that set many aside."""
    words = labels.words
    for busy in watched.busy:
        until = (busy.start + timedelta(hours=1)).hour or 24
        yield words(
            "watch.busy", day=labels.day(busy.start), hour=busy.start.hour, until=until, n=whole(busy.n),
            expected=whole(busy.expected),
        )  # fmt: skip
    for batch in () if watched.copies is None else watched.copies.batches:
        yield words("watch.batch", n=whole(batch.n))
    for rule in watched.biting:
        fields = {"rule": labels.rule(rule.rule), "n": whole(rule.n), "of": whole(rule.of)}
        if rule.day is None:
            yield words("watch.rule", share=percent(rule.n / rule.of), **fields)
        else:
            yield words("watch.rule_day", day=labels.day(rule.day), **fields)
