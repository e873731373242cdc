"""The questionnaire as asked: wording, kind and options of each question, whom it was put to, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.results.facts import asked_of
from reports.results.results import Results
from reports.sections.section import Block, Printing, Section, terms
from survey.study.questionnaire import Option, Question


def texts(printing: Printing) -> Iterator[Block]:
    """Yield every question that was asked, in the order of the study file."""
    results = printing.results
    asked = [question for question in results.study.questionnaire if question.derived_from is None]
    numbers = _numbers(asked)
    yield from terms(
        (
            number,
            results.words.sentences([_wording(results, question), *_told(results, question)]),
        )
        for number, question in zip(numbers, asked, strict=True)
    )


def _numbers(asked: Sequence[Question]) -> list[str]:
    """Return the numbers of questions in the export where all have one of their own, else their places."""
    columns = [question.column for question in asked]
    if all(isinstance(column, int) for column in columns) and len({*columns}) == len(columns):
        return [str(column) for column in columns]
    return [str(place) for place in range(1, len(asked) + 1)]


def _wording(results: Results, question: Question) -> str:
    """Return the wording, with the row of a matrix that the question is."""
    text = question.text.in_(results.language)
    if question.row is None or question.row in text:
        return text
    return results.words("questionnaire.row", text=text, row=question.row)


def _told(results: Results, question: Question) -> Iterator[str]:
    """Yield the kind of a question, whom it was put to, its options, and what waves had otherwise."""
    words = results.words
    yield words(f"questionnaire.{question.kind}")
    if question.asked_if:
        yield words("questionnaire.asked", who=asked_of(results, question))
    if question.options:
        yield words("questionnaire.options", options=_listed(results, question.options))
    for wave in results.waves:
        form, label = question.form(wave), results.wave_label(wave)
        if not form.asked:
            yield words("questionnaire.not_asked", wave=label)
            continue
        if form.text is not None:
            yield words("questionnaire.worded", wave=label, text=form.text.in_(results.language))
        if form.options:
            offered = _listed(results, question.as_asked(wave).options)
            yield words("questionnaire.offered", wave=label, options=offered)


def _listed(results: Results, options: Sequence[Option]) -> str:
    """Return options in the order of the form; in the language of the form, as it writes them."""
    words, own = results.words, results.study.languages[0] == results.language
    told = []
    for option in options:
        label = option.label.in_(results.language)
        other = [text for text in option.match if own and text != label]
        told.append(
            words("questionnaire.written", option=label, text=words.listed(other)) if other else label
        )
    return words.text("questionnaire.join").join(told)


SECTION = Section("questionnaire", texts=texts)
