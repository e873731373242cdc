"""A fieldwork so far as text for a terminal of eighty columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from analysis.study.watch.watch import Watched
from reports.fieldwork.labels import Labels
from reports.fieldwork.sheet import Sheet
from reports.language.numbers import whole

WIDTH = 80


def terminal(sheet: Sheet, watched: Watched) -> list[str]:
    """Return the lines: head, figures, what to do, what was set aside, when to stop."""
    labels = Labels(watched.study, sheet.language)
    words, flow = labels.words, watched.flow
    lines = [*_wrapped(f"{sheet.title} · {sheet.subtitle}"), *_wrapped(sheet.source)]
    lines += [sheet.mark] if sheet.mark else []
    for figure in sheet.figures:
        lines += _wrapped(f"{figure.label}  {figure.large}  {figure.note}", "  ", "    ")
    lines += [sheet.todo_heading]
    for text in sheet.todo:
        lines += _wrapped(text, "  ! ", "    ")
    items = [f"{labels.rule(step.rule)} {whole(step.removed)}" for step in flow.steps if step.removed]
    aside = words("watch.terminal_aside", n=whole(flow.returned - flow.analysed), items=words.listed(items))
    lines += _wrapped(aside, "", "  ")
    for text in sheet.stop:
        lines += _wrapped(text, "", "  ")
    return lines


def width(text: str) -> int:
    """Return the columns that a text takes: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield lines of at most `WIDTH` columns, broken at blanks or between wide characters."""
    line = first
    for part in _parts(text):
        if width(line + part.rstrip()) > WIDTH and line.strip():
            yield line.rstrip()
            line = rest
            part = part.lstrip()
        line += part
    yield line.rstrip()


def _parts(text: str) -> Iterator[str]:
    """Yield the parts between which a line may end; no sign that closes stands first."""
    part = ""
    for sign, after in zip(text, text[1:] + " ", strict=True):
        part += sign
        wide = unicodedata.east_asian_width(sign) in "WF"
        closes = unicodedata.category(after) in ("Pe", "Pf", "Po") and ord(after) > ord("~")
        opens = unicodedata.category(sign) in ("Ps", "Pi")
        if (sign == " " or wide) and not closes and not opens:
            yield part
            part = ""
    if part:
        yield part
