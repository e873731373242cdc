"""The errors a caller can cause: each says where, what was found, and what to do, as data and in words."""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self, TypeVar, get_args

from survey.identifiers import masked
from survey.messages.catalogue import ENGLISH, filled, sentence, shortened, told
from survey.messages.catalogue import Cell as Cell
from survey.messages.catalogue import Keys as Keys
from survey.messages.catalogue import Place as Place
from survey.messages.catalogue import listing as listing
from survey.messages.catalogue import named as named
from survey.messages.lines import Line

LONGEST = 1000
MOST = 10  # mistakes named at once
Value = TypeVar("Value")
Where = str | Place | Cell | Line


class SurveyError(Exception):
    """A mistake in what the toolkit was given; its text is one line.

    Parameters
    ----------
    where : str, Place, Cell or Line
        File, table, row, column or argument that contains the mistake.
    problem : str
        What was found and what was expected; left out where `key` names a sentence of the catalogue.
    remedy : str
        What to do; left out only where the problem says it already.
    key : str
        Stable name of the mistake, such as "study.unknown_key".
    place : tuple of str and int
        Where in the study file, entries of arrays counted from 0; as `where` has it unless given.
    remedies : mapping of tuple to value
        Edits of the study file that would do: for a place the value to write, None to take it out.
        A place of one key is in the table of the wave that is read; see `of_wave`.
    **fields
        What the sentence is filled with.

    Attributes
    ----------
    others : int
        How many more questions cannot be read, besides the one that is named.
    """

    def __init__(
        self,
        where: Where,
        problem: str = "",
        remedy: str = "",
        *,
        key: str = "",
        place: Keys = (),
        remedies: Mapping[Keys, object] | None = None,
        **fields: Any,
    ) -> None:
        self.key, self.fields, self.remedies = key, fields, dict(remedies or {})
        self.place = place or getattr(where, "path", ())
        self.others = 0
        self._where, self._texts = where, (problem, remedy)
        super().__init__(where)

    @property
    def where(self) -> str:
        """File, table, row, column or argument that contains the mistake."""
        return str(self._where)

    @property
    def problem(self) -> str:
        """What was found and what was expected."""
        return self._words(ENGLISH)[0]

    @property
    def remedy(self) -> str:
        """What to do; "" where the problem says it already."""
        return self._words(ENGLISH)[1]

    def elsewhere(self, where: Where) -> Self:
        """Return the error with another place in words."""
        error = copy.copy(self)
        error._where = where
        error.args = (where,)
        return error

    def of_wave(self, wave: int) -> Self:
        """Return the error with its place, if it has none yet, and its edits in the table of a wave."""
        error, table = copy.copy(self), ("waves", wave)
        error.place = self.place or (*table, "responses")
        error.remedies = {(*table, *at) if len(at) == 1 else at: value for at, value in self.remedies.items()}
        return error

    def _words(self, language: str) -> tuple[str, str]:
        return sentence(self.key, self.fields, language) if self.key else self._texts

    def __str__(self) -> str:
        """Return "where: problem; remedy" on one line, whatever characters the quoted values contain."""
        return self.told()

    def told(self, language: str = ENGLISH) -> str:
        """Return the line in a language; in English where the catalogue of that language lacks it."""
        where = told(self._where, language)
        problem, remedy = self._words(language)
        # A stray quote can turn half a file into one cell, and a key can be as long.
        problem, remedy = shortened(problem, LONGEST), shortened(remedy, LONGEST)
        parts = {"where": shortened(where, LONGEST // 2), "problem": problem, "remedy": remedy}
        text = filled("line.whole" if remedy else "line.short", parts, language)
        text += f" {filled('line.others', {'others': self.others}, language)}" if self.others else ""
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

    def as_data(self, language: str = ENGLISH) -> dict[str, object]:
        """Return the error for scripts: its text in a language, key, place, fields and remedies."""
        edits = [{"place": list(place), "value": value} for place, value in self.remedies.items()]
        told = {"text": self.told(language), "key": self.key, "place": list(self.place)}
        where = self._where.fields if isinstance(self._where, Cell) else {}
        return told | {"fields": where | self.fields, "remedies": edits}


class SeveralErrors(SurveyError):
    """Several mistakes found at once; its text has a line for each of the first ten."""

    def __init__(self, errors: Sequence[SurveyError]) -> None:
        first, self.errors = errors[0], tuple(errors)
        super().__init__(first._where, *first._texts, key=first.key, place=first.place, **first.fields)
        self.args = (self.errors,)

    def told(self, language: str = ENGLISH) -> str:
        """Return one line per error, at most ten, and how many more there are."""
        lines, more = [error.told(language) for error in self.errors[:MOST]], len(self.errors) - MOST
        return "\n".join([*lines, filled("line.more", {"more": more}, language)] if more > 0 else lines)


class StudyError(SurveyError):
    """The study file names something missing, unrecognised or contradictory."""


class ExportError(SurveyError):
    """A questionnaire export cannot be read, or contains an answer that is not in the study file."""


class MarginError(SurveyError):
    """Population margins are incomplete, disagree, or do not fit the answers."""


class CalibrationError(SurveyError):
    """No weights within the bounds meet the margins; the text names the margins in conflict."""


class EstimateError(SurveyError):
    """A statistic was requested that cannot be computed from the answers."""


class ReportError(SurveyError):
    """A briefing cannot be printed."""


class FollowUp(StudyError):
    """What cannot be judged because of a mistake that is already noted; never shown."""

    def __init__(self) -> None:
        super().__init__("study file", key="study.follow_up")
        self.args = ()


_noted: ContextVar[list[SurveyError] | None] = ContextVar("_noted", default=None)


def note(error: SurveyError) -> None:
    """Keep a mistake for the end of `reading_on`, so that reading goes on; raise it outside of that."""
    noted = _noted.get()
    if noted is None:
        raise error
    noted += error.errors if isinstance(error, SeveralErrors) else [error]


def withdraw(place: Keys) -> None:
    """Take back the mistakes noted at a place or inside it: another one explains them."""
    noted = _noted.get()
    if noted is not None:
        noted[:] = [error for error in noted if error.place[: len(place)] != place]


@contextmanager
def noting() -> Iterator[None]:
    """Note a mistake that stops the block, as `note` does; what follows the block is still read."""
    try:
        yield
    except SurveyError as error:
        note(error)


def reading_on(read: Callable[[], Value]) -> Value:
    """Return what `read` returns; it reads on after each mistake, and all of them are raised at its end.

    Inside another call, the mistakes are left to that one.

    Raises
    ------
    SurveyError
        The mistake, where there is one.
    SeveralErrors
        All of them, in the order found, each once.
    """
    if _noted.get() is not None:
        return read()
    noted: list[SurveyError] = []
    token = _noted.set(noted)
    try:
        value = read()
    except SurveyError as error:
        note(error)
    finally:
        _noted.reset(token)
    if not noted:
        return value
    errors = [*{str(e): e for e in noted if not isinstance(e, FollowUp)}.values()] or noted
    raise errors[0] if len(errors) == 1 else SeveralErrors(errors)


def shown(value: str) -> str:
    """Return a cell as a message may quote it: at most 60 characters, only the start of several lines.

    A stray quote turns many rows into one cell, with other people's addresses in it. Telephone
    numbers and the like are masked: people type them where they were not asked for.
    """
    text = masked(value.strip()[:LONGEST])
    if "\n" in text:
        return re.split(r"[,;\t\n]", text, maxsplit=1)[0][:60] + " …"
    return text if len(text) <= 60 else text[:60] + " …"


def closest(value: object, choices: Iterable[object]) -> str:
    """Return the choice spelt most like `value`, or "" if none is close."""
    close = difflib.get_close_matches(str(value), [str(c) for c in choices], n=1, cutoff=0.5)
    return close[0] if close else ""


def nearest(value: object, choices: Iterable[object]) -> str:
    """Return a remedy that names the choice spelt most like `value`, or "" if none is close."""
    close = closest(value, choices)
    return f'did you mean "{close}"?' if close else ""


def refuse_shadows(package: str, file: str) -> None:
    """Refuse a script or folder of the caller's own that has the name of a package beside this one.

    Parameters
    ----------
    package, file : str
        The package that may be shadowed, and a file of one that was found, in the folder beside it.

    Raises
    ------
    EstimateError
        If Python finds another module under that name.
    """
    found, beside = find_spec(package), Path(file).parents[1] / package
    if found and found.origin and beside.is_dir() and Path(found.origin).parent != beside:
        raise EstimateError(found.origin, key="call.shadowed", package=package)


def check_choice(
    name: str, value: object, choices: Any, *, error: type[SurveyError] = EstimateError, where: str = ""
) -> None:
    """Refuse a value that is not among those an argument accepts.

    Parameters
    ----------
    name : str
        The argument, as its caller writes it.
    choices : Literal type or sequence of str
        The values it accepts, such as ``Literal["wilson", "logit"]``.
    error : type of SurveyError
        What is raised.
    where : str
        The object or file the argument belongs to, where its name alone does not say.

    Raises
    ------
    SurveyError
        Of the type `error`, naming the argument, the value and the recognised values.
    """
    recognised: Sequence[str] = get_args(choices) or choices
    if not isinstance(value, str) or value not in recognised:
        quoted = f'"{value}"' if isinstance(value, str) else repr(value)
        place = f"{where}, {name}={quoted}" if where else f"{name}={quoted}"
        listed = ", ".join(f'"{choice}"' for choice in recognised)
        raise error(place, key="call.unknown_value", argument=name, value=quoted, choices=listed)
