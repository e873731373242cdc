"""The tables of a fieldwork so far: by day, channels, who is missing, set aside, early against late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.study.watch.missing import Category
from analysis.study.watch.watch import Watched
from reports.fieldwork.labels import Labels
from reports.language.numbers import decimal, percent, whole

# Categories listed, those where one more answer is worth most; p-values under this are said to be.
LISTED, TINY = 8, 0.001


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its heading, columns and rows, and what is said below.

    Attributes
    ----------
    rows : sequence of sequence of str
        The first cell heads the row.
    foot : int
        How many of the last rows are totals.
    shaded : array of float, shape (rows, columns), or None
        How dark each cell is, 0-1.
    marked : set of (row, column)
        Cells that stand out, as their text says too.
    on_screen : bool
        Whether it is hidden on paper.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    foot: int = 0
    shaded: np.ndarray | None = None
    marked: frozenset[tuple[int, int]] = frozenset()
    on_screen: bool = False


def grids_of(watched: Watched, labels: Labels) -> Iterator[Grid]:
    """Yield the tables in their order."""
    yield from _Grids(watched, labels).grids()


class _Grids:
    """Makes the tables."""

    def __init__(self, watched: Watched, labels: Labels) -> None:
        self.watched, self.labels, self.words = watched, labels, labels.words

    def grids(self) -> Iterator[Grid]:
        if self.watched.by_day is not None:
            yield self._by_day()
        if self.watched.channels:
            yield Grid(
                self.words.text("watch.channels"),
                tuple(self.words.text(f"watch.{key}") for key in ("channel", "first_half", "second_half")),
                tuple(
                    (self.labels.channel(self.watched, c.name), whole(c.early), whole(c.late))
                    for c in self.watched.channels
                ),
            )
        if self.watched.categories:
            yield self._missing()
        yield from self._aside()
        if self.watched.halves is not None:
            yield self._halves()

    def _by_day(self) -> Grid:
        words, by_day, calendar = self.words, self.watched.by_day, self.watched.calendar
        assert by_day is not None
        assert calendar is not None
        counts = by_day.counts
        shown = (
            np.flatnonzero(counts.any(axis=0))
            if by_day.due is None
            else np.flatnonzero(counts.any(axis=0) | (np.array(by_day.due) > 0))
        )
        names = [self.labels.option(by_day.question, by_day.codes[i]) for i in shown] if by_day.codes else []
        shown = shown if by_day.codes else shown[:0]
        # Those who did not say which group they are of are in the totals.
        each = self.watched.aside.get("", counts.sum(axis=1))
        rows = []
        for i, day in enumerate(calendar.days):
            today = i == len(calendar.days) - 1
            head = self.labels.today(calendar.now) if today else self.labels.day(day)
            rows.append((head, *map(whole, counts[i, shown]), whole(each[i])))
        totals, unknown = counts.sum(axis=0), int(each.sum() - counts.sum())
        mark = words.text("watch.behind_mark")
        behind = {j: mark for j, i in enumerate(shown) if by_day.due and by_day.behind[i]}
        sums = [f"{whole(totals[i])}{behind.get(j, '')}" for j, i in enumerate(shown)]
        rows.append((words.text("watch.total"), *sums, whole(each.sum())))
        foot = 1
        if by_day.due is not None:
            due = [whole(by_day.due[i]) for i in shown]
            rows.append(
                (words.text("watch.due"), *due, "" if self.watched.due is None else whole(self.watched.due))
            )
            foot = 2
        heading = words.text("watch.by_day_plain")
        if by_day.question:
            heading = words("watch.by_day", question=self.labels.question(by_day.question))
        total_row = len(rows) - foot
        notes = (words("watch.ungrouped", n=whole(unknown)),) if by_day.question and unknown else ()
        return Grid(
            heading,
            (words.text("watch.date"), *names, words.text("watch.total")),
            tuple(rows),
            notes,
            foot=foot,
            shaded=counts[:, shown] / max(int(counts[:, shown].max(initial=0)), 1),
            marked=frozenset((total_row, j + 1) for j in behind),
        )

    def _missing(self) -> Grid:
        text = self.words.text
        rows = tuple(
            (
                self.labels.category(one),
                whole(one.n),
                decimal(one.factor) if np.isfinite(one.factor) else "–",
                self._worth(one),
            )
            for one in self.watched.categories[:LISTED]
        )
        columns = (text("watch.category"), text("watch.count"), text("watch.factor"), text("watch.worth"))
        return Grid(text("watch.missing"), columns, rows, (text("watch.missing_note"),))

    def _worth(self, category: Category) -> str:
        if category.n == 0:
            return self.words.text("watch.worth_none")
        if not np.isfinite(category.worth):
            return "–"
        return self.words("watch.worth_of", worth=decimal(category.worth, 1))

    def _aside(self) -> Iterator[Grid]:
        words, flow, calendar = self.words, self.watched.flow, self.watched.calendar
        steps = [step for step in flow.steps if step.judged]
        rows = tuple((self.labels.rule(step.rule), whole(step.removed)) for step in steps)
        notes = [
            words("watch.returned_to_analysed", returned=whole(flow.returned),
                  aside=whole(flow.returned - flow.analysed), analysed=whole(flow.analysed)),
            words.text("watch.aside_note"),
        ]  # fmt: skip
        if self.watched.changes is not None and self.watched.changes.sides:
            notes.append(words("watch.sides", n=whole(self.watched.changes.sides)))
        yield Grid(
            words.text("watch.aside"),
            (words.text("watch.aside_rule"), words.text("watch.count")),
            rows,
            tuple(notes),
        )
        found = [step.rule for step in steps if step.removed and step.rule in self.watched.aside]
        if calendar is not None and found:
            by_day = np.array([self.watched.aside[rule] for rule in found]).T
            lines = tuple(
                (self.labels.day(day), *map(whole, by_day[i])) for i, day in enumerate(calendar.days)
            )
            heads = (words.text("watch.date"), *map(self.labels.rule, found))
            yield Grid(words.text("watch.aside_by_day"), heads, lines, on_screen=True)

    def _halves(self) -> Grid:
        words, halves = self.words, self.watched.halves
        assert halves is not None
        columns = (
            self.labels.question(self.watched.headline),
            *(words.text(f"watch.{key}") for key in ("early", "late", "difference")),
        )
        if not halves.options:
            few = words("watch.halves_few", early=whole(halves.n[0]), late=whole(halves.n[1]))
            return Grid(words.text("watch.halves"), columns, (), (few,))
        rows, notes = [], [words.text("watch.halves_note")]
        for one in halves.options:
            tiny = one.p_adjusted < TINY
            p = words.text("watch.under") if tiny else words("watch.p", p=decimal(one.p_adjusted, 3))
            told = words("watch.clear" if one.clear else "watch.unclear", p=p)
            name = self.labels.option(self.watched.headline, one.option)
            rows.append((name, percent(one.early), percent(one.late), told))
            if one.clear:
                notes.append(
                    words("watch.late_less" if one.late < one.early else "watch.late_more", option=name)
                )
        leading = halves.options[0]
        if leading.standardised is not None:
            name = self.labels.option(self.watched.headline, leading.option)
            notes.append(words("watch.standardised", option=name, share=percent(leading.standardised)))
        return Grid(words.text("watch.halves"), columns, tuple(rows), tuple(notes))
