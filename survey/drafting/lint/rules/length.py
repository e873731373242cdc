"""How long a questionnaire takes, and which questions take longest."""

from __future__ import annotations

from collections.abc import Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said

# Seconds to answer once read, by kind; a row of a matrix, words beside "other"; the most for options.
SECONDS = {"single": 3.0, "multiple": 6.0, "number": 7.0, "month": 7.0, "text": 40.0}
ROW, BESIDE, OPTIONS_MOST = 5.0, 5.0, 20.0
TOO_LONG, RATHER_LONG = 10.0, 7.0
DEAREST = 3


def seconds(asked: Asked) -> float:
    """Return how long a question takes, in seconds, read in the first language."""
    if not asked.said:
        return SECONDS[asked.entry.kind]
    said = asked.said[0]
    pace = said.words.numbers["length.per_second"]
    reading = _read(said.whole, said) / pace
    options = min(sum(_read(label, said) for label in said.labels) / pace, OPTIONS_MOST)
    rows = len(asked.entry.rows)
    if asked.entry.kind == "text" and asked.conditional and said.words.find("options.other_text", said.whole):
        return reading + BESIDE
    return reading + options + (ROW * rows if rows else SECONDS[asked.entry.kind])


def _read(text: str, said: Said) -> int:
    return len(said.words.patterns["length.read"].findall(text))


def minutes(form: Form) -> float:
    """Return how long the questionnaire takes, in minutes."""
    return sum(map(seconds, form.asked)) / 60


def dearest(form: Form) -> list[Asked]:
    """Return the questions that take longest."""
    return sorted(form.asked, key=seconds, reverse=True)[:DEAREST]


def length(form: Form) -> Iterator[Finding]:
    """Yield a questionnaire that takes too long."""
    taken = minutes(form)
    if taken > RATHER_LONG:
        yield Finding(
            "too_long",
            severity="should" if taken > TOO_LONG else "consider",
            fields={"minutes": round(taken)},
        )
