"""The questionnaire: questions, their options, and the wording of both in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Literal

from survey.errors import Cell, EstimateError, closest
from survey.text import normalised

Kind = Literal["single", "multiple", "number", "month", "text"]
# How options stand in the study file: as in the questionnaire, by what they mean (amounts), or neither.
Order = Literal["questionnaire", "meaning", "unknown"]

# In a draft, in place of a text that only a person knows.
TO_FILL = {"zh": "待填", "en": "FILL IN"}
Decimal = Literal[".", ","]
Thousands = Literal[",", ".", " ", "'"]


class Missing(IntEnum):
    """Why a respondent has no answer to a question."""

    ANSWERED = 0
    BLANK = 1
    NOT_ASKED = 2
    DONT_KNOW = 3
    REFUSED = 4
    INVALID = 5

    @property
    def key(self) -> str:
        """The name in study files and tables: "blank", "not_asked", …; "" if answered."""
        return "" if self is Missing.ANSWERED else self.name.lower()


@dataclass(frozen=True, slots=True)
class Label:
    """One text in one or more languages, such as ``{ zh = "价格", en = "Price" }``.

    Attributes
    ----------
    texts : tuple of (language, text)
        The study's first language first.
    """

    texts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the text in the study's first language, as messages quote it."""
        return self.texts[0][1]

    def in_(self, language: str) -> str:
        """Return the text in `language`, or in the study's first language if that one is absent."""
        return dict(self.texts).get(language, str(self))

    def told(self, language: str) -> str:
        """Return the text as a message in `language` quotes it."""
        return self.in_(language)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages for which a text was given."""
        return tuple(key for key, _ in self.texts)


def unwritten(language: str) -> Label:
    """Return what stands for a text that only a person knows, until it is written."""
    return Label(((language, TO_FILL[language]),))


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a closed question.

    Attributes
    ----------
    code : str
        Short name used in margins, tables and `Estimates`.
    match : tuple of str
        Further spellings under which exports write it.
    column : str or None
        Header of the option's own 0/1 column.
    exclusive : bool
        "None of these": dropped if ticked together with another option.
    ineligible : bool
        Whoever gives this answer is outside the target population.
    typed : bool
        "Other": typed words that are not an option count as this one, where the platform writes what
        was typed in place of the label.
    keywords : tuple of str
        Words by which `survey.responses.open_texts` proposes this option for a typed text.
    between : tuple of float or None
        For a derived band: smallest and largest value, both included.
    of : tuple of str
        For a derived grouping: the source options it gathers.
    says : Label or None
        What those who chose it do, as a sentence about several people goes on: "say nurseries cost too much".
    """

    code: str
    label: Label
    match: tuple[str, ...] = ()
    column: str | None = None
    exclusive: bool = False
    ineligible: bool = False
    typed: bool = False
    keywords: tuple[str, ...] = ()
    between: tuple[float, float] | None = None
    of: tuple[str, ...] = ()
    says: Label | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text that stands for this option: its code, its labels, its matches."""
        return (self.code, *(text for _, text in self.label.texts), *self.match)


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one answer: among `codes`, not among `not_codes`, or `between` two numbers."""

    question: str
    codes: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    between: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class WaveForm:
    """How one wave asked a question, where it differs from the other waves.

    Attributes
    ----------
    asked : bool
        False if the wave did not have the question.
    column, text
        Its column in that wave's export and its wording; None if they are as in the other waves.
    options : tuple of str
        Codes of those offered; empty if all were.
    comparable : bool
        Whether the study file declares the answers comparable all the same.
    """

    asked: bool = True
    column: int | str | None = None
    text: Label | None = None
    options: tuple[str, ...] = ()
    comparable: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or a variable derived from one.

    Attributes
    ----------
    text : Label
        The wording in the questionnaire.
    label : Label or None
        The short name used in print, if one is given.
    column : int, str or None
        Its number or header in the export; None for derived variables and for questions with a
        column for each option.
    row : str or None
        For one row of a matrix question: the row's label; `column` is then the matrix.
    missing : tuple of (str, Missing)
        Texts that mean "no answer", and the kind of missing.
    valid : tuple of float or None
        For a number: the smallest and largest valid value; others are invalid.
    decimal, thousands : str or None
        For a number: the marks of decimals and of thousands that its cells are written with.
    unit : Label or None
        For a number: the unit of its cells, whether they name it or not, in the study's first language.
    top : int or None
        For a ranking read as ticks: an option ranked among the first so many counts as ticked.
    coded : Path or None
        The reviewed table that codes what was typed beside the options.
    order : {"questionnaire", "meaning", "unknown"}
        Whether the options are listed as the questionnaire has them, only in the order of what they mean
        (such as rising amounts), or in neither.
    forms : tuple of (str, WaveForm)
        The waves that asked the question differently.
    derived_from : str or None
        The question this variable is computed from.
    groups, group : Label or None
        What its options are called as groups of people, "districts", and how one of them is, with {} for its
        label, or {lower} for that without its capital: "parents in {}".
    """

    id: str
    kind: Kind
    text: Label
    label: Label | None
    options: tuple[Option, ...] = ()
    column: int | str | None = None
    row: str | None = None
    separator: str | None = None
    asked_if: tuple[Condition, ...] = ()
    missing: tuple[tuple[str, Missing], ...] = ()
    valid: tuple[float, float] | None = None
    decimal: Decimal | None = None
    thousands: Thousands | None = None
    unit: Label | None = None
    top: int | None = None
    coded: Path | None = None
    order: Order = "questionnaire"
    forms: tuple[tuple[str, WaveForm], ...] = ()
    derived_from: str | None = None
    groups: Label | None = None
    group: Label | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all options, in the order of the study file (see `order`)."""
        return tuple(option.code for option in self.options)

    @property
    def offers_choice(self) -> bool:
        """Whether there are two options at least: of one alone the share is 100 %, whatever people think."""
        return len(self.options) > 1

    @property
    def eligible_codes(self) -> tuple[str, ...]:
        """Codes of the options that members of the target population can choose."""
        return tuple(option.code for option in self.options if not option.ineligible)

    def form(self, wave: str) -> WaveForm:
        """Return how a wave asked the question."""
        return dict(self.forms).get(wave, WaveForm())

    def as_asked(self, wave: str) -> Question:
        """Return the question as a wave asked it: its column, its wording, the options offered."""
        form = self.form(wave)
        offered = tuple(o for o in self.options if not form.options or o.code in form.options)
        return replace(self, column=form.column or self.column, text=form.text or self.text, options=offered)

    def is_called(self, text: str) -> bool:
        """Say whether a text is the question's label or wording in one of the languages."""
        labels = (self.text,) if self.label is None else (self.text, self.label)
        return normalised(text) in {normalised(words) for label in labels for _, words in label.texts}

    def spelt(self, text: str) -> Option | None:
        """Return the option with this code, else the one that a label or `match` spells so; None if none."""
        with_code = next((option for option in self.options if option.code == text), None)
        wanted = normalised(text)
        spelt = (o for o in self.options if wanted and wanted in map(normalised, o.spellings))
        return with_code or next(spelt, None)

    def option(self, code: str) -> Option:
        """Return the option with this code; raises EstimateError listing the codes."""
        for option in self.options:
            if option.code == code:
                return option
        raise EstimateError(
            Cell(question=self.id),
            key="call.no_option",
            option=code,
            codes=self.codes,
            nearest=closest(code, self.codes),
        )


@dataclass(frozen=True, slots=True)
class UnreadQuestion(Question):
    """A question with a mistake in its kind or options: there is one of its name, and no more is sure."""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions of a study in order, derived variables last."""

    questions: Mapping[str, Question]

    def __getitem__(self, name: str) -> Question:
        """Return a question by its name; raises EstimateError listing the questions."""
        if name not in self.questions:
            raise EstimateError(
                Cell(question=name),
                key="call.no_question",
                questions=list(self.questions),
                nearest=closest(name, self.questions),
            )
        return self.questions[name]

    def __iter__(self) -> Iterator[Question]:
        """Iterate over the questions in order."""
        return iter(self.questions.values())

    def __contains__(self, name: object) -> bool:
        """Say whether there is a question of this name."""
        return name in self.questions
