"""Texts that are on no list of options and too frequent to be what respondents typed under "other"."""

from __future__ import annotations

import difflib

import numpy as np

from survey.errors import ExportError, shown
from survey.exports.export import Column, Export
from survey.identifiers import masked
from survey.numeric.array_types import Bools
from survey.responses.answers import Answers
from survey.responses.single_answers import typed_place, without_typed
from survey.responses.ticks import separator_of, tick_reader
from survey.study.questionnaire import Missing, Question
from survey.text import normalised

# What people type is nearly always unique: a text this frequent is an option of the form.
FREQUENT, FREQUENT_SHARE = 5, 0.01
# Beside a listed option without a single answer, a text that occurs twice is enough.
REPEATED = 2


def refuse_renamed_options(
    question: Question,
    column: Column,
    export: Export,
    *,
    answers: Answers,
    coded: Answers,
    decided: frozenset[str] = frozenset(),
) -> None:
    """Refuse texts on no list that look like a renamed option, which would be counted as "other".

    That is a text in at least 5 answers and 1 % of them; or, where nobody chose one of the listed
    options, a text in at least 2 answers.

    Parameters
    ----------
    answers, coded : Answers
        As read from the column, and with the coded texts among them.
    decided : set of str
        Normalised texts for which the table of coded texts has a decision.

    Raises
    ------
    ExportError
        Naming the texts, how many answers they are in, and the listed options that nobody chose.
    """
    other = typed_place(question)
    unlisted = answers.unlisted
    if unlisted is None or other is None:
        return
    counts = _off_list_counts(question, column, export, unlisted, decided)
    answered = export.paradata.people(answers.missing == Missing.ANSWERED)
    unchosen = [
        str(option.label)
        for option, chosen in zip(question.options, _chosen(coded), strict=True)
        if not chosen and not option.typed
    ]
    least = REPEATED if unchosen else max(FREQUENT, FREQUENT_SHARE * answered)
    renamed = {text: n for text, n in counts.items() if n >= least}
    if not renamed:
        return
    first = next(iter(renamed))
    raise ExportError(
        export.place(question=question.id),
        key="answer.renamed_option" if unchosen else "answer.frequent_text",
        answers=answered,
        times=[f'"{shown(text)}" in {n:,}' for text, n in renamed.items()],
        label=str(question.options[other].label),
        text=shown(first),
        unchosen=[f'"{text}"' for text in unchosen],
        nearest=next(iter(difflib.get_close_matches(first, unchosen, n=1, cutoff=0.0)), ""),
    )


def _off_list_counts(
    question: Question, column: Column, export: Export, unlisted: Bools, decided: frozenset[str]
) -> dict[str, int]:
    """Return the texts on no list and undecided, with the people who gave them, most frequent first."""
    per_cell = column.counts(np.where(unlisted, export.paradata.count, 0))
    separator = separator_of(question, export) if question.kind == "multiple" else ""
    counts, spelling = dict[str, int](), dict[str, str]()
    ticks_in = tick_reader(question, separator)
    for i in np.flatnonzero(per_cell):
        texts = ticks_in(without_typed(column.texts[i], export))[1]
        if normalised(masked(separator.join(texts))) in decided:
            continue
        for word, text in {normalised(text): text.strip() for text in texts}.items():
            spelling.setdefault(word, text)
            counts[word] = counts.get(word, 0) + int(per_cell[i])
    return {spelling[word]: n for word, n in sorted(counts.items(), key=lambda item: -item[1])}


def _chosen(answers: Answers) -> list[bool]:
    """Return for each option whether anybody chose it."""
    if answers.question.kind == "multiple":
        return list(map(bool, np.any(answers.values, axis=0)))
    places = set(answers.values[answers.missing == Missing.ANSWERED].tolist())
    return [place in places for place in range(len(answers.question.options))]
