"""What `parent-intent lint` prints of a questionnaire: findings in words, or for scripts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from survey.drafting.lint.findings import Finding, Severity, entries
from survey.drafting.lint.form import Asked, Form
from survey.drafting.lint.lint import Judged, judge, read_form
from survey.drafting.lint.rules.length import dearest, minutes, seconds
from survey.drafting.lint.rules.options import none_of


def lint(questionnaire: Path, *, margins: Sequence[Path] = (), language: str = "") -> tuple[Judged, str]:
    """Return what the rules find in a questionnaire, and the language to say it in.

    Parameters
    ----------
    language : str
        A language of the study files; "" for the first of the questionnaire.

    Raises
    ------
    StudyError, ExportError
        If the file cannot be read at all.
    """
    judged = judge(read_form(questionnaire, margins=margins))
    return judged, language or judged.form.languages[0]


def is_sound(judged: Judged) -> bool:
    """Say whether no finding makes a figure wrong or touches the law."""
    return all(finding.weight != "must" for finding in judged.findings)


def as_text(judged: Judged, language: str) -> str:
    """Return the findings in words, the heaviest first, with what was read as what before them."""
    page = entries(language)["page"]
    lines = [_roles(judged.form, page, language), ""]
    for severity in get_args(Severity):
        of_one = [finding for finding in judged.findings if finding.weight == severity]
        lines += [f"{page[severity]}:" if of_one else ""]
        lines += [f"  {_line(finding, page, language)}" for finding in of_one]
    lines += [page["set_aside"].format(key=f.key, reason=reason) for f, reason in judged.set_aside]
    lines += [page["unused"].format(key=key) for key in judged.unused]
    if not judged.findings:
        lines.append(page["none"])
    lines += ["", *_end(judged, page)]
    return "\n".join(line for i, line in enumerate(lines) if line or (i and lines[i - 1])).strip()


def as_json(judged: Judged, language: str) -> str:
    """Return the findings as JSON, for scripts; in ASCII, which any encoding has."""
    form, counts = judged.form, Counter(finding.weight for finding in judged.findings)
    data = {
        "file": form.file,
        "languages": form.languages,
        "questions": len(form.asked),
        "roles": {asked.name: asked.role for asked in form.asked if asked.role},
        "findings": [_data(finding, language) for finding in judged.findings],
        "set_aside": [{**_data(f, language), "reason": reason} for f, reason in judged.set_aside],
        "unused": judged.unused,
        "counts": {severity: counts[severity] for severity in get_args(Severity)},
        "minutes": round(minutes(form), 1),
        "dearest": [asked.name for asked in dearest(form)],
        "not_judged": [name for name, _ in _not_judged(form, entries(language)["page"])],
    }
    return json.dumps(data, indent=1)


def _data(finding: Finding, language: str) -> dict[str, Any]:
    page = entries(language)["page"]
    return {
        "rule": finding.rule,
        "severity": finding.weight,
        "question": finding.question.name if finding.question else None,
        "number": finding.question.number if finding.question else None,
        "language": finding.language or None,
        "found": finding.found,
        **{part: finding.said(part, language) for part in ("what", "why", "better")},
        "text": _line(finding, page, language),
    }


def _line(finding: Finding, page: dict[str, Any], language: str) -> str:
    said = {part: finding.said(part, language) for part in ("what", "why", "better")}
    if finding.question is None:
        return str(page["whole"]).format(rule=finding.rule, **said)
    asked = finding.question
    place = {"number": asked.number, "title": asked.titled(language)}
    line = str(page["question"]).format(rule=finding.rule, **place, **said)
    other = finding.language and finding.language != language
    return line + (page["in_language"].format(language=page["languages"][finding.language]) if other else "")


def _roles(form: Form, page: dict[str, Any], language: str) -> str:
    """Return which question was read as what, so that a person sees a wrong guess."""
    known = [
        page["role"].format(role=page["roles"][a.role], number=a.number, title=a.titled(language))
        for a in form.asked
        if a.role
    ]
    return str(page["read_as"]).format(roles=page["separator"].join(known) or page["nothing_read"])


def _end(judged: Judged, page: dict[str, Any]) -> Iterator[str]:
    form, counts = judged.form, Counter(finding.weight for finding in judged.findings)
    found = {severity: counts[severity] for severity in get_args(Severity)}
    yield page["counts"].format(minutes=round(minutes(form)), **found)
    if any(finding.rule == "too_long" for finding in judged.findings):
        dear = [page["dear"].format(number=a.number, seconds=round(seconds(a))) for a in dearest(form)]
        yield page["dearest"].format(questions=page["separator"].join(dear))
    if left := [text for _, text in _not_judged(form, page)]:
        yield page["not_judged"].format(what=page["separator"].join(left))
    yield page["test"]


def _not_judged(form: Form, page: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the file cannot say, by name and in words."""
    closed = [asked for asked in form.asked if asked.closed]
    if any(asked.entry.shown == "unknown" for asked in closed):
        yield "order", page["unknown_order"]
    if any(_unsure(asked) for asked in closed if asked.entry.kind == "multiple"):
        yield "exclusive", page["unknown_exclusive"]
    if not form.margins:
        yield "margins", page["unknown_margins"]


def _unsure(asked: Asked) -> bool:
    return any(option.exclusive is None for option in none_of(asked))
