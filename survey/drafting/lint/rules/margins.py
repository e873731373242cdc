"""Rules on population figures: whether the answers can be sorted into their categories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form
from survey.drafting.lint.rules.bands import Band, bands_of
from survey.errors import SurveyError
from survey.exports.sheet import read_sheet
from survey.text import normalised

# Columns of a table of figures that are no question.
FIGURES = frozenset({"population", "share", "source", "date", "note", "wave"})


def margins(form: Form) -> Iterator[Finding]:
    """Yield questions with answers that the categories of a file of figures do not have."""
    for path in form.margins:
        for column, categories in _categories(path):
            asked = form.called(column) or next((a for a in form.asked if a.role == column), None)
            if asked is None or not asked.closed:
                continue
            lacking = [category for category in categories if not _is_met(category, asked)]
            if lacking:
                rule = "age_bands_differ" if asked.role == "age" else "margin_labels_differ"
                yield Finding(rule, asked, " ".join(lacking[:4]), fields={"file": path.name})


def _categories(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns of categories of a table of figures; nothing where it cannot be read."""
    try:
        sheet = read_sheet(path)
    except (SurveyError, OSError):
        return
    for i, column in enumerate(sheet.header):
        if column.strip().casefold() not in FIGURES:
            yield (
                column.strip(),
                [*dict.fromkeys(str(row[i]).strip() for row in sheet.body if str(row[i]).strip())],
            )


def _is_met(category: str, asked: Asked) -> bool:
    """Say whether some options are the category, or lie in it and reach its ends."""
    options = asked.entry.options
    spelt = {normalised(text) for o in options for text in (o.value, *(label for _, label in o.labels))}
    if normalised(category) in spelt:
        return True
    numbers = [float(n) for n in re.findall(r"\d+", category)]
    if len(numbers) != 2:
        return False
    low, high = numbers
    for said in asked.said:
        inside = [b for b in bands_of(said) if low <= b.low and b.high <= high]
        if inside and _covers(inside, low, high):
            return True
    return False


def _covers(bands: list[Band], low: float, high: float) -> bool:
    ordered = sorted(bands, key=lambda b: b.low)
    joined = all(b.low - a.high <= 1 for a, b in pairwise(ordered))
    return ordered[0].low == low and ordered[-1].high == high and joined
