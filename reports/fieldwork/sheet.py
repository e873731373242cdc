"""What the page of a fieldwork says, in one language: texts and tables, for page and terminal alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.study.watch.watch import Watched
from reports.fieldwork.advice import advice
from reports.fieldwork.grids import Grid, grids_of
from reports.fieldwork.labels import Labels
from reports.language.numbers import decimal, percent, plain_points, whole
from reports.language.words import synthetic_mark

LOGGED = 3  # entries of the log shown, the latest


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the top: what it is, its value, what belongs to it."""

    label: str
    large: str
    note: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is shown, in order."""

    language: str
    title: str
    subtitle: str
    source: str
    mark: str
    figures: tuple[Figure, ...]
    todo_heading: str
    todo: tuple[str, ...]
    grids: tuple[Grid, ...]
    stop_heading: str
    stop: tuple[str, ...]
    log_heading: str
    log: tuple[str, ...]
    skip: str


def sheet_of(watched: Watched, language: str) -> Sheet:
    """Return what the page says of a fieldwork so far."""
    labels = Labels(watched.study, language)
    words = labels.words
    maker = _Maker(watched, labels)
    return Sheet(
        language=language,
        title=words.text("watch.title"),
        subtitle=maker.subtitle(),
        source=words.clauses(maker.source()),
        mark=synthetic_mark(watched.study, language),
        figures=tuple(maker.figures()),
        todo_heading=words.text("watch.todo"),
        todo=tuple(advice(watched, labels)),
        grids=tuple(grids_of(watched, labels)),
        stop_heading=words.text("watch.stop"),
        stop=tuple(maker.stop()),
        log_heading=words.text("watch.log"),
        log=tuple(
            f"{labels.day(entry.day)}{words.text('term_separator')}{entry.text.in_(language)}"
            for entry in watched.plan.log[-LOGGED:]
        ),
        skip=words.text("watch.skip"),
    )


class _Maker:
    """Makes the parts of a sheet."""

    def __init__(self, watched: Watched, labels: Labels) -> None:
        self.watched, self.labels, self.words = watched, labels, labels.words

    def subtitle(self) -> str:
        calendar, study = self.watched.calendar, self.watched.study.title.in_(self.labels.language)
        if calendar is None:
            return study
        fields = {"study": study, "k": len(calendar.days), "planned": calendar.planned}
        if calendar.last is None:
            return self.words("watch.subtitle_open", **fields)
        return self.words("watch.subtitle", days=self.words.days((calendar.first, calendar.last)), **fields)

    def source(self) -> Iterator[str]:
        yield self.words("watch.file", file=self.watched.file)
        if self.watched.calendar is not None:
            yield self.labels.as_of(self.watched.calendar.now)
        changes = self.watched.changes
        if changes is None:
            yield self.words.text("watch.first_look")
            return
        key = "since" if changes.altered is not None else "since_unnumbered"
        yield self.words(
            f"watch.{key}", since=self.labels.as_of_text(changes.since), new=whole(changes.new),
            gone=whole(changes.gone), altered=whole(changes.altered or 0),
        )  # fmt: skip

    def figures(self) -> Iterator[Figure]:
        words, watched, precision = self.words, self.watched, self.watched.precision
        planned, returned = watched.plan.planned, whole(watched.returned)
        note = words("watch.analysed_unplanned", returned=returned)
        if planned is not None and watched.due is not None:
            note = words(
                "watch.analysed_note", planned=whole(planned), due=whole(watched.due), returned=returned
            )
        yield Figure(words.text("watch.analysed"), whole(watched.analysed), note)
        if precision is None:
            return
        deff = decimal(precision.deff)
        note = words("watch.effective_note", deff=deff)
        if precision.first is not None:
            note = words("watch.effective_first", deff=deff, first=decimal(precision.first[1]))
        yield Figure(words.text("watch.effective"), whole(precision.effective), note)
        option = self.labels.option(watched.headline, precision.option)
        level = percent(self.labels.confidence)
        half = words("watch.half_note", option=option, level=level)
        if precision.half is None:
            yield Figure(words.text("watch.half"), "–", words.text("watch.half_withheld"))
        else:
            large = words("watch.half_large", half=plain_points(precision.half))
            yield Figure(words.text("watch.half"), large, half)
        yield self._end()

    def _end(self) -> Figure:
        words, precision, calendar = self.words, self.watched.precision, self.watched.calendar
        assert precision is not None
        last = None if calendar is None else calendar.last
        label = (
            words.text("watch.end_unknown") if last is None else words("watch.end", day=self.labels.day(last))
        )
        if precision.ends is None:
            key = "no_end" if last is None else "too_early_note"
            return Figure(label, words.text("watch.too_early") if last else "–", words.text(f"watch.{key}"))
        few, many = precision.ends
        large = words("watch.end_large", low=plain_points(many.half), high=plain_points(few.half))
        note = words("watch.end_note", low=whole(few.n), high=whole(many.n), deff=decimal(many.deff))
        return Figure(label, large, note)

    def stop(self) -> Iterator[str]:
        words, plan, precision = self.words, self.watched.plan, self.watched.precision
        if self.watched.problem is not None:
            yield words("watch.not_weighted", reason=self.watched.problem.told(self.labels.language))
        if plan.stop is not None:
            yield words("watch.stop_day", day=self.labels.day(plan.stop))
        if plan.half is not None:
            half, needed = plain_points(plan.half), None if precision is None else precision.needed
            key = "stop_half_plain" if needed is None else "stop_half"
            yield words(f"watch.{key}", half=half, needed="" if needed is None else whole(needed))
        if not plan.has_rule:
            yield words.text("watch.stop_none")
        elif plan.written is not None:
            yield words("watch.stop_written", day=self.labels.day(plan.written))
        looks = self.watched.looks
        if len({look.rule for look in looks}) > 1:
            yield words.text("watch.stop_changed")
        yield words("watch.looks", n=whole(len(looks)), chance=percent(self.watched.chance))
        yield from self._allowance()

    def _allowance(self) -> Iterator[str]:
        words, precision = self.words, self.watched.precision
        if precision is None or precision.allowed is None:
            return
        fields = {
            "bias": plain_points(precision.bias),
            "n": whole(precision.n),
            "now": plain_points(precision.allowed),
        }
        if precision.allowed_planned is None or self.watched.plan.planned is None:
            yield words("watch.allowance_now", **fields)
        else:
            planned, then = whole(self.watched.plan.planned), plain_points(precision.allowed_planned)
            yield words("watch.allowance", planned=planned, then=then, **fields)
        if precision.at_bounds:
            yield words.text("watch.at_bounds")
