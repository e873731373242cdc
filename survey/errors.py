"""The errors a caller can cause: each says where, what was found, and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from survey.identifiers import masked

LONGEST = 1000


class SurveyError(Exception):
    """A mistake in what the toolkit was given; its text is one line.

    Parameters
    ----------
    where : str
        File, table, row, column or argument that contains the mistake.
    problem : str
        What was found and what was expected.
    remedy : str
        What to do; left out only where the problem says it already.
    """

    def __init__(self, where: str, problem: str, remedy: str = "") -> None:
        self.where, self.problem, self.remedy = where, problem, remedy
        super().__init__(where, problem, remedy)

    def __str__(self) -> str:
        """Return "where: problem; remedy" on one line, whatever characters the quoted values contain."""
        # A stray quote can turn half a file into one cell.
        problem = self.problem if len(self.problem) <= LONGEST else self.problem[:LONGEST] + " …"
        text = f"{self.where}: {problem}"
        if self.remedy:
            text += f"; {self.remedy}"
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class SeveralErrors(SurveyError):
    """Several mistakes found at once; its text has a line for each."""

    def __init__(self, errors: Sequence[SurveyError]) -> None:
        self.errors = tuple(errors)
        super().__init__(errors[0].where, errors[0].problem, errors[0].remedy)

    def __str__(self) -> str:
        """Return one line per error."""
        return "\n".join(map(str, self.errors))


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


def shown(value: str) -> str:
    """Return a cell as a message may quote it: at most 60 characters, only the start of several lines.

    A stray quote turns many rows into one cell, with other people's addresses in it. Telephone
    numbers and the like are masked: people type them where they were not asked for.
    """
    text = masked(value.strip()[:LONGEST])
    if "\n" in text:
        return re.split(r"[,;\t\n]", text, maxsplit=1)[0][:60] + " …"
    return text if len(text) <= 60 else text[:60] + " …"


def listing(values: Iterable[object], limit: int = 8) -> str:
    """Return the values joined by commas, with a count in place of those beyond `limit`."""
    texts = [str(v) for v in values]
    more = len(texts) - limit
    return ", ".join(texts[:limit]) + (f" and {more} more" if more > 0 else "")


def nearest(value: object, choices: Iterable[object]) -> str:
    """Return a remedy that names the choice spelt most like `value`, or "" if none is close."""
    close = difflib.get_close_matches(str(value), [str(c) for c in choices], n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else ""


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
        raise error(place, "is not a recognised value", f"use one of {listed}")
