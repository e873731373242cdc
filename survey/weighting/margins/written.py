"""A margin written as the CSV file that `read_margin` reads."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence

from survey.study.placeholders import UNFILLED
from survey.study.questionnaire import Option, Question
from survey.text import FORMULA
from survey.weighting.margins.file import NOTES

Notes = tuple[str, str, str]


def margin_text(
    questions: Sequence[Question],
    figures: Mapping[tuple[str, ...], float],
    *,
    notes: Mapping[tuple[str, ...], Notes] | None = None,
) -> str:
    """Return the text of a margin file: a line for each category, blank where there is no figure.

    Parameters
    ----------
    figures : mapping of tuples of codes to float
        Counts, or other figures in proportion to them.
    notes : mapping of tuples of codes to (source, date, address), optional
        Where each figure is from.

    Examples
    --------
    >>> from survey.study.questionnaire import Label, Option, Question
    >>> sexes = [Option(code, Label((("zh", label),))) for code, label in [("f", "女"), ("m", "男")]]
    >>> sex = Question("sex", "single", Label((("zh", "性别"),)), None, tuple(sexes))
    >>> print(margin_text([sex], {("f",): 5200}, notes={("f",): ("统计年鉴", "2023", "")}), end="")
    sex,population,source,date,address
    女,5200,统计年鉴,2023,
    男,,,,
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*(question.id for question in questions), "population", *NOTES])
    known = {} if notes is None else notes
    for options in itertools.product(*(question.options for question in questions)):
        if any(option.ineligible for option in options):
            continue
        codes = tuple(option.code for option in options)
        figure = f"{figures[codes]:.15g}" if codes in figures else ""
        table.writerow([*map(_cell, options), figure, *known.get(codes, ("", "", ""))])
    return text.getvalue()


def _cell(option: Option) -> str:
    """Return the label, or the code: a spreadsheet would run a formula, a label to be written not match."""
    label = str(option.label)
    return option.code if label.startswith(FORMULA) or UNFILLED.search(label) else label
