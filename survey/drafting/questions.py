"""From the columns of an export to drafted questions: kinds guessed, options listed, identifiers left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey.drafting.amounts import thousands_in
from survey.drafting.families import (
    FOLDS,
    SIDE_BY_SIDE,
    families,
    is_ranked,
    reference_of,
    takes_one_answer,
)
from survey.drafting.identity import identifier_in
from survey.drafting.nothing import Gaps, gaps_in
from survey.drafting.options import (
    DraftOption,
    draft_options,
    is_ranked_in_cells,
    is_ranking,
    likely_separator,
    options_of,
    parts_of,
    separator_in,
    short_name,
)
from survey.drafting.roles import Role, one_of_each, role_like
from survey.exports.export import Column, Export
from survey.exports.headings import one_line
from survey.identifiers import personal_data_in
from survey.messages.lines import Line, Problem, line, word
from survey.responses.number_cells import is_number
from survey.responses.option_columns import NO_TICK, TICKED, TYPED, UNTICKED
from survey.responses.single_answers import MONTH, without_typed
from survey.responses.turned_bands import refuse_turned_bands
from survey.study.questionnaire import TO_FILL, Condition, Kind, Missing, Order
from survey.text import normalised, visible

# More different answers than this, or than this share of the answers, are no list of options.
MOST_OPTIONS, MOST_DIFFERENT, ALWAYS_FEW = 40, 0.4, 5
SCALE, MONTHS = range(11), range(1, 13)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNWORDED = line("draft.unworded")
RANKING = line("draft.ranking")


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """One question as drafted from its columns.

    Attributes
    ----------
    column : int or str
        As the study file names it.
    notes : tuple of str
        What a person should look at.
    left_out : str
        Why the question is not in the draft, such as "telephone number"; "" if it is.
    answered : float
        Share of those who finished the questionnaire who answered, 0–1.
    texts : tuple of (str, str)
        The wording by language, where a codebook gives it.
    asked_if : tuple of Condition
        When it is put, where a codebook says so.
    order : {"questionnaire", "meaning", "unknown"}
        What order the options are in, as `survey.study.questionnaire.Question` has it.
    missing : tuple of (str, str)
        Texts proposed as no answer, each with the kind.
    label : str
        A short name proposed for print, in the language of the draft; "" for none.
    """

    id: str
    kind: Kind
    column: int | str
    text: str
    options: tuple[DraftOption, ...] = ()
    row: str = ""
    separator: str = ""
    thousands: str = ""
    top: int = 0
    role: Role = ""
    notes: tuple[Line, ...] = ()
    left_out: str | Line | Problem = ""
    answered: float = 0.0
    texts: tuple[tuple[str, str], ...] = ()
    asked_if: tuple[Condition, ...] = ()
    order: Order = "questionnaire"
    missing: tuple[tuple[str, str], ...] = ()
    label: str = ""


def draft_questions(export: Export) -> list[DraftQuestion]:
    """Return a draft of every question of an export, in the order of its columns.

    Raises
    ------
    ExportError
        If a column holds bands that a spreadsheet turned into dates.
    """
    for column in export.columns:
        refuse_turned_bands(column, export)
    finished = np.ones(len(export), dtype=bool)
    for marks in (export.paradata.unfinished, export.paradata.preview):
        finished &= True if marks is None else ~marks
    if not export.separator:
        whole = (column for column in export.columns if not column.typed)
        export = replace(export, likely_separator=likely_separator(whole, export))
    drafts: list[DraftQuestion] = []
    for family in FOLDS[export.families](families(export)):
        answered = np.any([column.missing == Missing.ANSWERED for column in family], axis=0)
        share = float((answered & finished).sum() / max(int(finished.sum()), 1))
        drafts += [replace(question, answered=share) for question in _questions_of(family, export)]
    questions: dict[str, DraftQuestion] = {}  # by id: a role, a short name, or a number
    kept = one_of_each([(question.role, question.text) for question in drafts])
    for place, question in enumerate(drafts, 1):
        if place - 1 not in kept:
            question = replace(question, role="")
        elif rivals := kept[place - 1]:
            note = line("draft.rivals", role=word("role", question.role), rivals=list(rivals))
            question = replace(question, notes=(*question.notes, note))
        wanted: str = question.role
        if not wanted and isinstance(question.column, str) and not question.row:
            # The platform's short name, or a header of a word or three.
            short = short_name(question.column)
            wanted = short if short[:1].isalpha() else ""
        if not wanted or wanted in questions:
            wanted = f"q{question.column if isinstance(question.column, int) else place}"
        name, more = wanted, 1
        while name in questions:
            more += 1
            name = f"{wanted}_{more}"
        questions[name] = replace(question, id=name)
    return list(questions.values())


def _questions_of(family: Sequence[Column], export: Export) -> list[DraftQuestion]:
    """Return the question of a family of columns, or a question for each row of a matrix."""
    answers = [column for column in family if not column.typed]
    if not answers:
        return []
    if any(column.row for column in answers):
        return _rows_of_ticks(answers, export)
    whole = [column for column in answers if not column.option]
    if len(answers) == 1 or (whole and len(whole) == len(answers)):
        return [_single_column(answers[0], export, repeated=len(answers) > 1)]
    if whole:
        return [_single_column(whole[0], export)]
    tick_words = TICKED | UNTICKED | NO_TICK | {normalised(text) for text in export.unticked}
    ticks = all(
        {*map(normalised, _answered(column, export))} <= tick_words | {normalised(column.option)}
        or TYPED.search(normalised(column.option))
        for column in answers
    )
    if ticks or is_ranked(answers):
        options = options_of([column.option for column in answers], {})  # headings: no one's own words
        question = replace(_text_question(answers[0]), kind="multiple", options=options)
        if export.families != "told":
            question = _by_own_columns(question, answers, export)
        if ticks and export.singles == "whole_or_split" and takes_one_answer(answers):
            single = replace(question, kind="single", role=role_like(question.text, "single"))
            return [replace(single, options=tuple(replace(o, exclusive=False) for o in question.options))]
        return [question if ticks else replace(question, top=1, notes=(*question.notes, RANKING))]
    header = next((column.header for column in answers if column.header), "")
    rows = []
    for column in answers:
        question = _single_column(replace(column, header=header), export)
        text = f"{question.text} — {column.option}" if header else column.option
        rows.append(replace(question, row=column.option, text=text, role=""))
    return rows


def _rows_of_ticks(answers: Sequence[Column], export: Export) -> list[DraftQuestion]:
    """Return a question for each row of a matrix of ticks."""
    rows = dict.fromkeys(column.row for column in answers)
    return [
        replace(question, row=row, text=f"{question.text} — {row}", role="")
        for row in rows
        for question in _questions_of([replace(c, row="") for c in answers if c.row == row], export)
    ]


def _by_own_columns(question: DraftQuestion, answers: Sequence[Column], export: Export) -> DraftQuestion:
    """Return the question of folded columns, each option under the header that its column has in the file."""
    header = {column.place: column.heading or column.header for column in export.columns}
    options = [replace(o, column=header[c.place]) for o, c in zip(question.options, answers, strict=True)]
    question = replace(question, column="", options=tuple(options))
    if answers[0].header:
        return question
    question = replace(question, text=TO_FILL["en"], notes=(UNWORDED,))
    if export.families != "by_place":
        return question
    options = [replace(o, label=f"{o.label} {TO_FILL['en']}") for o in options]  # names of variables
    return replace(question, options=tuple(options), notes=(SIDE_BY_SIDE, UNWORDED))


def _text_question(column: Column) -> DraftQuestion:
    """Return a question of kind text for a column, under the name a study file gives the column."""
    text = one_line(column.header or column.name)
    if text or column.number is None:
        return DraftQuestion("", "text", reference_of(column), text or one_line(column.option))
    chinese = CHINESE.search(column.option)
    text = f"第{column.number}题 {TO_FILL['zh']}" if chinese else f"question {column.number}: {TO_FILL['en']}"
    return DraftQuestion("", "text", reference_of(column), text, notes=(UNWORDED,))


def _answered(column: Column, export: Export) -> dict[str, int]:
    """Return the answers, without what was typed beside, with their counts, the most frequent first."""
    counts = dict[str, int]()
    for cell, n in Counter(column.answers()).most_common():
        text = visible(without_typed(cell, export))
        counts[text] = counts.get(text, 0) + n
    return dict(Counter(counts).most_common())


def _single_column(column: Column, export: Export, *, repeated: bool = False) -> DraftQuestion:
    """Return the question that one column holds.

    Parameters
    ----------
    repeated : bool
        Whether other columns have the same header.
    """
    draft = _text_question(column)
    counts = _answered(column, export)
    if kind := identifier_in(column, counts, few=_few(counts)):
        return replace(draft, left_out=word("identifier", kind))
    if repeated:
        return replace(draft, left_out=line("draft.same_header"))
    gaps = gaps_in(counts) if not column.listed else Gaps(counts)
    draft = _of_kind(draft, column, export, gaps.counts)
    if draft.kind != "text":
        draft = replace(draft, missing=gaps.missing, notes=(*draft.notes, *gaps.notes))
    if kind := next((kind for o in draft.options if (kind := personal_data_in(o.label))), ""):
        note = line("draft.personal", kind=word("identifier", kind))
        draft = replace(draft, kind="text", options=(), separator="", top=0, notes=(note,))
    return replace(draft, role=role_like(draft.text, draft.kind))


def _of_kind(
    draft: DraftQuestion, column: Column, export: Export, counts: Mapping[str, int]
) -> DraftQuestion:
    """Return the question as of the kind that its answers look like."""
    texts = [*counts]
    if not texts:
        return replace(draft, notes=(line("draft.nobody"),))
    if column.listed:
        return replace(draft, kind="single", options=draft_options(column.listed, counts))
    if all(map(is_number, texts)):
        # Places in its list of options, points of a scale, or amounts.
        whole = all(text.isascii() and text.isdecimal() and len(text) < 10 for text in texts)
        if whole and export.coding == "position" and (last := max(map(int, texts))) <= MOST_OPTIONS:
            listed = draft_options([(str(i), f"{i} {TO_FILL['zh']}") for i in range(1, last + 1)], counts)
            note = line("draft.positions")
            options = tuple(replace(option, match=()) for option in listed)
            return replace(draft, kind="single", options=options, notes=(note,))
        points = [text.removesuffix("分") for text in texts]
        scale = len(texts) > 1 and all(
            text.isdecimal() and len(text) < 3 and int(text) in SCALE for text in points
        )
        if scale:
            return replace(draft, kind="single", options=options_of(texts, counts))
        thousands, notes = thousands_in(texts)
        return replace(draft, kind="number", thousands=thousands, notes=notes)
    if is_ranked_in_cells(counts):
        parts = parts_of(counts, "→")
        return replace(draft, kind="multiple", options=options_of(parts, parts), top=1, notes=(RANKING,))
    months = (MONTH.fullmatch(normalised(text)) for text in texts)
    if all(month is not None and int(month[2]) in MONTHS for month in months):  # not 1970-1979
        return replace(draft, kind="month")
    if separator := separator_in(counts, export):
        parts = parts_of(counts, separator)
        draft = replace(draft, kind="multiple", options=options_of(parts, parts))
        if is_ranking(counts, separator):
            own = "" if separator == export.separator == " " else separator
            return replace(draft, top=1, separator=own, notes=(RANKING,))
        sign = separator.replace("\n", "\\n")
        note = line("draft.ticks", sign=sign)
        return draft if separator == export.separator else replace(draft, separator=separator, notes=(note,))
    # What was typed beside "other" is somebody's own words, however few there are.
    beside = TYPED.search(normalised(draft.text)) and not any(TYPED.search(normalised(t)) for t in texts)
    if export.coding == "text" and _few(counts) and not beside:
        return replace(draft, kind="single", options=options_of(texts, counts))
    return draft


def _few(counts: Mapping[str, int]) -> bool:
    """Say whether different answers are few and short enough to be a list of options."""
    different, answered = len(counts), sum(counts.values())
    if not different or different > MOST_OPTIONS or np.mean([*map(len, counts)]) > 60:
        return False
    return different <= ALWAYS_FEW or different <= MOST_DIFFERENT * answered
