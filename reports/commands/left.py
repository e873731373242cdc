"""What is left to do in a study, in the order in which a person would do it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.study.check import WaveCheck
from reports.results.settings import REQUIRED
from survey.errors import MarginError, Place, StudyError, SurveyError, shown
from survey.exports.plain import PLATFORM
from survey.exports.platforms import LABELS
from survey.messages.catalogue import ENGLISH
from survey.messages.lines import Line, line, plain, word
from survey.study.placeholders import placeholders
from survey.study.study import Study
from survey.weighting.margins.file import read_margin

Stops = Literal["run", "final", "nothing"]


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something a person still has to write or decide.

    Attributes
    ----------
    what : SurveyError
        Its key, place and words; never raised.
    stops : {"run", "final", "nothing"}
        What cannot be had before it is done.
    """

    what: SurveyError
    stops: Stops

    def as_data(self, language: str = ENGLISH) -> dict[str, object]:
        """Return it for scripts: text in a language, key, place, fields, remedies and what it stops."""
        return {**self.what.as_data(language), "stops": self.stops}


def left_to_do(study: Study, checks: Sequence[WaveCheck] = ()) -> list[ToDo]:
    """Return what is left to do, in order; empty where a study is complete.

    Parameters
    ----------
    checks : sequence of WaveCheck, optional
        What `check_study` found, for the columns that no question reads.
    """
    written = [ToDo(error, "final") for error in placeholders(study)]
    of_waves = [todo for todo in written if todo.what.place[0] == "waves"]
    return [
        *(todo for todo in written if todo not in of_waves),
        *_orders(study),
        *_margins(study),
        *of_waves,
        *_days(study),
        *_columns(study, checks),
        *_screening(study),
        *_disclosure(study),
    ]


def _orders(study: Study) -> Iterator[ToDo]:
    names = [
        question.id
        for question in study.questionnaire
        if question.options and question.order != "questionnaire"
    ]
    if names:
        place = Place(study.path.name, ("questions",))
        yield ToDo(StudyError(place, key="left.order", questions=names), "nothing")


def _margins(study: Study) -> Iterator[ToDo]:
    """Yield each margin that cannot be used yet, and that there is none."""
    if study.weighting.method == "none":
        yield ToDo(StudyError(Place(study.path.name, ("weighting",)), key="left.unweighted"), "nothing")
    for source in study.weighting.margins:
        try:
            read_margin(source, study.questionnaire)
        except MarginError as refused:
            yield ToDo(refused, "run")
        place = Place(study.path.name, source.place)
        if source.population is None:
            yield ToDo(StudyError(place, key="left.margin_population", file=source.path.name), "nothing")
        elif source.population != study.population:
            counted, target = str(source.population), str(study.population)
            error = StudyError(
                place, key="left.margin_other", file=source.path.name, counted=counted, target=target
            )
            yield ToDo(error, "nothing")


def _days(study: Study) -> Iterator[ToDo]:
    for i, wave in enumerate(study.waves):
        if wave.fieldwork is None:
            yield ToDo(StudyError(Place(study.path.name, ("waves", i)), key="left.days"), "final")


def _columns(study: Study, checks: Sequence[WaveCheck]) -> Iterator[ToDo]:
    for i, wave in enumerate(checks):
        if wave.unread:
            columns, place = [shown(header) for header in wave.unread], ("waves", i)
            yield ToDo(StudyError(wave.file, key="left.columns", place=place, columns=columns), "nothing")


def _screening(study: Study) -> Iterator[ToDo]:
    plan = study.screening
    ineligible = any(option.ineligible for question in study.questionnaire for option in question.options)
    if not (plan.eligible or plan.complete or plan.consent or ineligible):
        yield ToDo(StudyError(Place(study.path.name, ("screening",)), key="left.screening"), "nothing")


def _disclosure(study: Study) -> Iterator[ToDo]:
    absent = [key for key in REQUIRED if not study.disclosure.has(key)]
    if absent:
        place = Place(study.path.name, ("disclosure",))
        yield ToDo(StudyError(place, key="left.disclosure", keys=absent), "final")


def listed(left: Sequence[ToDo]) -> list[Line]:
    """Return what is left as the screen shows it, numbered, each with what it is needed for."""
    lines = [
        line("todo.item", number=number, what=todo.what, stops=word("todo", todo.stops))
        for number, todo in enumerate(left, 1)
    ]
    return [line("todo.heading"), *lines] if lines else []


def columns_not_read(own: Sequence[str], left_out: Sequence[tuple[str, object]]) -> list[Line]:
    """Return lines that name the columns of a file which are no questions, and those that cannot be read."""
    lines = [line("todo.own", columns=[shown(header) for header in own])] if own else []
    return lines + [
        line("todo.unreadable", reason=reason, column=shown(column)) for column, reason in left_out
    ]


def platform_name(platform: str) -> Line:
    """Return the name of a platform; a plain table, which has none, is called one."""
    return line("platform.plain") if platform == PLATFORM else plain(LABELS.get(platform, platform))
