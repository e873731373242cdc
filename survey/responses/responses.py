"""Answers as codes: one row a respondent, every value an option, a number or a kind of missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.history import Flow
from survey.identifiers import MOST, NOTICEABLE, identifier_by_content
from survey.messages.lines import word
from survey.numeric.array_types import Bools, Ints, Texts
from survey.privacy import channel_names, placeholder_accounts, placeholder_note, pseudonyms
from survey.responses.answers import Answers, among_all_options, flags_or_none, not_asked
from survey.responses.columns import (
    all_columns_of,
    columns_of,
    has_option_columns,
    headers_of,
    unread_columns,
)
from survey.responses.derived import derive, holds, without_days
from survey.responses.off_list import refuse_renamed_options
from survey.responses.open_texts import read_codes, typed_texts, with_codes
from survey.responses.option_columns import one_choice, tick_readings
from survey.responses.single_answers import code_column
from survey.responses.ticks import code_ticks
from survey.shown import Facts, Shown
from survey.study.questionnaire import Missing, Question, Questionnaire
from survey.study.study import Wave
from survey.tick_readings import TickReading


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Responses(Shown):
    """The answers of one wave, with the paradata that screening needs and without identifiers.

    Attributes
    ----------
    paradata : Paradata
        How and when each answer was sent, and how many people a row is.
    device, user : int array, shape (n,)
        Equal for answers from one address or account; -1 if unknown. See `survey.privacy`.
    channel : array of str, shape (n,), or None
        Name of the channel through which each answer came, as the platform has it and rare ones together;
        None where it does not say, or names one alone.
    notes, unread : tuple of str
        Remarks on the file, and the columns that no question of the study reads.
    own, left_out : tuple
        Headers of the platform's own columns, and of columns that cannot be read with the reason (see
        `survey.exports.export.Export`).
    headers : mapping of str to str
        The file's own wording of each question that has a single header.
    ticks : tuple of TickReading
        How empty cells and noughts in columns of options were read, for all who answered.
    flow : Flow or None
        How many were excluded, once screened.
    """

    wave: Wave
    questionnaire: Questionnaire
    answers: Mapping[str, Answers]
    paradata: Paradata
    platform: str
    encoding: str
    device: Ints = field(repr=False, default_factory=lambda: np.zeros(0, dtype=np.int64))
    user: Ints = field(repr=False, default_factory=lambda: np.zeros(0, dtype=np.int64))
    channel: Texts | None = None
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    ticks: tuple[TickReading, ...] = ()
    flow: Flow | None = None

    def _facts(self) -> Facts:
        people = int(self.paradata.count.sum())
        return {"": self.wave.id, "n": people, "questions": len(self.answers), "platform": self.platform}

    def __len__(self) -> int:
        """Return the number of rows: of respondents, or of groups of them where they are grouped."""
        return len(self.paradata.rows)

    def __getitem__(self, question: str) -> Answers:
        """Return the answers to a question; raises EstimateError naming those there are."""
        return self.answers[self.questionnaire[question].id]

    def take(self, keep: Bools, flow: Flow | None) -> Responses:
        """Return the rows chosen, with the flow that led to them and without pseudonyms."""
        unknown = np.full(int(keep.sum()), -1, dtype=np.int64)
        return replace(
            self,
            answers={name: a.take(keep) for name, a in self.answers.items()},
            paradata=self.paradata.take(keep),
            device=unknown,
            user=unknown,
            channel=None if self.channel is None else self.channel[keep],
            flow=flow,
        )

    @property
    def frame(self) -> pd.DataFrame:
        """The answers as a table: codes as categories, one boolean column an option, numbers.

        A gap is NA; `missing` tells which kind. Where people are grouped, `people` says how many a row is.
        """
        columns: dict[str, object] = {} if self.paradata.grouped is None else {"people": self.paradata.count}
        for name, answers in self.answers.items():
            answered = answers.missing == Missing.ANSWERED
            if answers.question.kind == "single":
                kind = pd.CategoricalDtype([*answers.question.codes])
                columns[name] = pd.Categorical.from_codes(answers.values, dtype=kind)
            elif answers.question.kind == "multiple":
                for code, ticked in zip(answers.question.codes, answers.values.T, strict=True):
                    columns[f"{name}.{code}"] = pd.arrays.BooleanArray(ticked.copy(), ~answered)
            elif answers.question.kind != "text":
                columns[name] = answers.values
        return pd.DataFrame(columns, index=pd.Index(self.paradata.rows, name="row"))

    @property
    def missing(self) -> pd.DataFrame:
        """Why answers are missing, for each respondent and question.

        "" where answered, else "blank", "not_asked", "dont_know", "refused" or "invalid".
        """
        names = np.array([kind.key for kind in Missing])
        return pd.DataFrame(
            {name: names[a.missing] for name, a in self.answers.items()},
            index=pd.Index(self.paradata.rows, name="row"),
        )


def responses_of(export: Export, questionnaire: Questionnaire, wave: Wave) -> Responses:
    """Return the coded answers of an export; raises ExportError of the first question that cannot be read."""
    answers, problems = coded_answers(export, questionnaire, wave.id)
    if problems:
        first = next(iter(problems.values()))
        first.others = len(problems) - 1
        raise first
    for question in questionnaire:
        if question.derived_from is not None:
            values, missing = derive(question, answers[question.derived_from], export)
            answers[question.id] = Answers(question, values, missing)
    accounts, remarks = _accounts(export)
    return Responses(
        wave=wave,
        questionnaire=questionnaire,
        answers={question.id: without_days(answers[question.id]) for question in questionnaire},
        paradata=export.paradata,
        platform=export.platform,
        encoding=export.encoding,
        device=pseudonyms(export.device, len(export)),
        user=pseudonyms(accounts, len(export)),
        channel=channel_names(export.channel),
        notes=(
            *export.notes,
            *remarks,
            *(f"question {name}: {read.note}" for name, read in answers.items() if read.note),
        ),
        unread=unread_columns(export, questionnaire, wave.id),
        own=export.own,
        left_out=export.left_out,
        headers=headers_of(export, questionnaire, wave.id),
        ticks=_tick_readings(export, questionnaire, wave.id, answers),
    )


def _tick_readings(
    export: Export, questionnaire: Questionnaire, wave: str, answers: Mapping[str, Answers]
) -> tuple[TickReading, ...]:
    """Return how the columns of options of the select-all questions were read."""
    found: list[TickReading] = []
    for question in questionnaire:
        if question.kind == "multiple" and question.form(wave).asked:
            asked = question.as_asked(wave)
            if has_option_columns(asked, columns := columns_of(asked, export)):
                found += tick_readings(asked, columns, answers[question.id], export)
    return tuple(found)


def _accounts(export: Export) -> tuple[Texts | None, tuple[str, ...]]:
    """Return the accounts without placeholders, which identify no person, and a remark if there are any."""
    if export.user is None:
        return None, ()
    people = export.paradata.count
    counts = pd.Series(people).groupby(export.user).sum()
    placeholders = placeholder_accounts({str(a): int(n) for a, n in counts.items()}, int(people.sum()))
    shared = pd.Series(export.user, dtype=object).isin(placeholders).to_numpy()
    if not shared.any():
        return export.user, ()
    return np.where(shared, "", export.user), (placeholder_note(int(people[shared].sum())),)


def coded_answers(
    export: Export, questionnaire: Questionnaire, wave: str
) -> tuple[dict[str, Answers], dict[str, ExportError]]:
    """Return the answers by question, and by question the error of each that cannot be read."""
    answers, problems = dict[str, Answers](), dict[str, ExportError]()
    for question in questionnaire:
        if question.derived_from is not None:
            continue
        if not question.form(wave).asked:
            answers[question.id] = not_asked(question, len(export))
            continue
        asked = question.as_asked(wave)
        try:
            columns = columns_of(asked, export)
            refuse_identifiers(asked, columns, export)
            coded = _coded(asked, columns, export)
            read, decided = coded, dict[str, tuple[str, ...]]()
            if asked.coded is not None:
                typed = typed_texts(asked, all_columns_of(asked, export), export)
                decided = read_codes(asked.coded, asked)
                coded = with_codes(read, typed, decided)
            if read.unlisted is not None:
                refuse_renamed_options(
                    asked, columns[0], export, answers=read, coded=coded, decided=frozenset(decided)
                )
            answers[question.id] = among_all_options(coded, question)
        except ExportError as error:
            problems[question.id] = error
    return (answers if problems else _mark_not_asked(answers)), problems


def _coded(question: Question, columns: Sequence[Column], export: Export) -> Answers:
    """Return the answers to a question from its columns; raises ExportError."""
    if question.kind == "multiple":
        return code_ticks(question, columns, export)
    if question.kind == "single" and (question.column is None or len(columns) > 1):
        return one_choice(question, columns, export)
    return code_column(question, columns[0], export)


def _mark_not_asked(answers: dict[str, Answers]) -> dict[str, Answers]:
    """Turn blanks into "not asked" where the study file says the question was skipped.

    Whoever was not asked a question was not asked those that depend on it, so this is repeated until
    nothing changes. Answers given all the same are kept, and flagged.
    """
    settled = dict(answers)
    conditional = {name: coded for name, coded in answers.items() if coded.question.asked_if}
    for _ in conditional:
        before = {name: settled[name].missing for name in conditional}
        for name, coded in conditional.items():
            skipped = np.zeros(len(coded.missing), dtype=bool)
            for condition in coded.question.asked_if:
                source = settled[condition.question]
                met, known = holds(condition, source)
                skipped |= (known & ~met) | (source.missing == Missing.NOT_ASKED)
            blank = skipped & (coded.missing == Missing.BLANK)
            missing = np.where(blank, int(Missing.NOT_ASKED), coded.missing).astype(np.int64)
            out_of_turn = flags_or_none(skipped & (coded.missing == Missing.ANSWERED))
            settled[name] = replace(coded, missing=missing, out_of_turn=out_of_turn)
        if all(np.array_equal(before[name], settled[name].missing) for name in conditional):
            break
    return settled


def refuse_identifiers(question: Question, columns: Sequence[Column], export: Export) -> None:
    """Refuse a question with answers that would be kept and identify people.

    Raises
    ------
    ExportError
        Naming the question and the kind of identifier, never a cell.
    """
    if question.kind == "text":
        return
    grouped = export.paradata.grouped
    people = None if grouped is None else grouped.count
    for column in columns:
        least = NOTICEABLE if question.kind == "number" else MOST
        kind = identifier_by_content(column.texts, column.counts(people), least=least)
        if kind:
            raise ExportError(
                export.place(question=question.id),
                key="answer.identifier",
                identifier=word("identifier", kind),
                header=column.header or column.name or column.option,
                kind=question.kind,
            )
