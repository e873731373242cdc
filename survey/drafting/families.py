"""Columns that belong to one question: those of its options, and whether they take one answer or several."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np
import pandas as pd

from survey.exports.export import Column, Export, Families
from survey.messages.lines import line
from survey.numeric.array_types import Bools
from survey.responses.option_columns import TICKED, TYPED, UNTICKED
from survey.study.questionnaire import Missing
from survey.text import normalised

# Wordings that ask for several answers, whatever people ticked.
SEVERAL = re.compile(r"多选|可选多项|all that apply|tick all|check all|select all|several answers")
# One tick a row is a rule of the form only where many ticked, and nearly everybody did.
LEAST, NEARLY_ALL = 20, 0.8
# What parts a question from an option in the heading of a plain table, and may stand in either as well.
PARTED = re.compile(r"(?<=\S)(?:\s[-–]\s+|\s*[—:：]\s*|\s*\[)(?=\S)")

SIDE_BY_SIDE = line("draft.side_by_side")
# The heading of a column of typed words beside columns headed by their options.
OTHER = re.compile(r"(?:其他|其它|other)[^?。]{0,20}$")


def families(export: Export) -> list[list[Column]]:
    """Return the columns of each question together: those of one number, else of one short name or header."""
    groups: dict[object, list[Column]] = {}
    for column in export.columns:
        key: object = column.name or (column.number if column.number is not None else column.header)
        if column.number is None and not column.name and not column.option:
            key = column.header or id(column)
        groups.setdefault(key, []).append(column)
    return list(groups.values())


def columns_by_reference(export: Export) -> dict[int | str, list[Column]]:
    """Return the columns under each reference, without those of typed words."""
    columns: dict[int | str, list[Column]] = {}
    for column in export.columns:
        if not column.typed:
            columns.setdefault(reference_of(column), []).append(column)
    return columns


def reference_of(column: Column) -> int | str:
    """Return what a study file calls a column: its number, else its short name, else its header."""
    return column.number if column.number is not None else column.name or column.header or column.option


def takes_one_answer(columns: Sequence[Column]) -> bool:
    """Say whether no row has two ticks and nearly every row one, as in a single question."""
    ticked = np.array([_ticked(column) for column in columns]).sum(axis=0)
    chosen = int((ticked > 0).sum())
    if SEVERAL.search(normalised(columns[0].header)) or ticked.max(initial=0) > 1:
        return False
    several_used = sum(bool(_ticked(column).any()) for column in columns) > 1
    return several_used and chosen >= LEAST and chosen >= NEARLY_ALL * len(ticked)


def _ticked(column: Column) -> Bools:
    ticks = np.array([text != "" and normalised(text) not in UNTICKED for text in column.texts], dtype=bool)
    return np.asarray((column.missing == Missing.ANSWERED) & ticks[column.codes], dtype=bool)


def is_ranked(family: Sequence[Column]) -> bool:
    """Say whether every person's numbers are places, each given once."""
    cells = np.column_stack([column.cells for column in family])
    ranks = pd.DataFrame(cells).apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    ranks = np.where(ranks < 1, np.nan, ranks)
    if np.isnan(ranks).all() or np.nanmax(ranks) > len(family):
        return False
    given = ~np.isnan(ranks)
    distinct = [len(set(row[here])) == here.sum() for row, here in zip(ranks, given, strict=True)]
    return all(distinct) and bool((given.sum(axis=1) > 1).any())


def folded(groups: Sequence[list[Column]]) -> list[list[Column]]:
    """Return groups of columns with neighbours put together that are options of one question.

    For tables without families of their own: two columns or more beside each other that hold ticks alone, a
    tick being the option's own text or a word for one, and that begin alike, or are headed by their options.
    """
    found: list[list[Column]] = []
    run: list[tuple[list[Column], str]] = []  # groups of one column, and their options
    between: list[list[Column]] = []  # put in by hand and never filled: they part nothing that begins alike
    stem = ""

    def finish() -> None:
        options = [normalised(option) for _, option in run]
        if len(run) > 1 and len({*options}) == len(run):
            found.append([replace(group[0], header=stem, option=option) for group, option in run])
        else:
            found.extend(group for group, _ in run)
        found.extend(between)
        run.clear()
        between.clear()

    wordings = _wordings(groups)
    for place, group in enumerate(groups):
        part = _part(group[0], stem if run else None, wordings.get(place)) if len(group) == 1 else None
        if part is None and stem and run and len(group) == 1 and not _texts(group[0]):
            between.append(group)
            continue
        if part is None or part[0] != stem:
            finish()
        if part is None:
            found.append(group)
        else:
            stem = part[0]
            run.append((group, part[1]))
    finish()
    return found


def side_by_side(groups: Sequence[list[Column]]) -> list[list[Column]]:
    """Return groups of columns with neighbours put together that hold 0 and 1 for the same people asked.

    For tables in which nothing but their place tells that columns are options of one question.
    """
    runs: list[list[list[Column]]] = []
    for group in groups:
        if runs and _follows(runs[-1][-1], group):
            runs[-1].append(group)
        else:
            runs.append([group])
    return [
        [replace(group[0], header="", option=group[0].header) for group in run] if len(run) > 1 else run[0]
        for run in runs
    ]


def _follows(before: Sequence[Column], group: Sequence[Column]) -> bool:
    """Say whether the column of one group stands behind that of another, asked of the same people."""
    if len(before) > 1 or len(group) > 1 or group[0].place != before[0].place + 1:
        return False
    noughts = all(column.answers() and {*column.answers()} <= {"0", "1"} for column in (before[0], group[0]))
    asked = [column.missing != Missing.NOT_ASKED for column in (before[0], group[0])]
    return noughts and np.array_equal(*asked)


FOLDS: Mapping[Families, Callable[[list[list[Column]]], list[list[Column]]]] = {
    "told": list,
    "by_heading": folded,
    "by_place": side_by_side,
}


def _wordings(groups: Sequence[list[Column]]) -> dict[int, str]:
    """Return by place what the headings of neighbours begin with that hold marks for ticks, or nothing."""
    runs: list[list[int]] = [[]]
    for place, group in enumerate(groups):
        if len(group) == 1 and _texts(group[0]).keys() <= TICKED:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    found: dict[int, str] = {}
    for run in runs:
        headers = {place: groups[place][0].header.strip() for place in run}
        starts = {
            place: {text[: match.start()] for match in PARTED.finditer(text)}
            for place, text in headers.items()
        }
        run = [place for place in run if starts[place] or _texts(groups[place][0])]
        for places, _ in _alike(run, starts):
            found |= _longest(places, starts)
    return found


def _alike(run: Sequence[int], starts: Mapping[int, Set[str]]) -> list[tuple[list[int], Set[str]]]:
    """Return neighbours that share a beginning, as many together as do, with the beginnings they share."""
    found: list[tuple[list[int], Set[str]]] = []
    for place in run:
        shared = found[-1][1] & starts[place] if found else frozenset[str]()
        if shared:
            found[-1] = ([*found[-1][0], place], shared)
        else:
            found.append(([place], starts[place]))
    return found


def _longest(places: Sequence[int], starts: Mapping[int, Set[str]]) -> dict[int, str]:
    """Return the wording of each of these columns: the longest beginning that leaves none of them alone."""
    shared = frozenset[str].intersection(*(frozenset(starts[place]) for place in places))
    wording = max(shared, key=len, default="")
    longer = {place: {text for text in starts[place] if len(text) > len(wording)} for place in places}
    parts = _alike(places, longer)
    if len(parts) > 1 and all(len(part) > 1 for part, _ in parts):
        return {place: text for part, _ in parts for place, text in _longest(part, longer).items()}
    return dict.fromkeys(places, wording)


def _texts(column: Column) -> dict[str, str]:
    """Return the answers in a column but 0, as written, each under its normalised form."""
    texts = {str(cell).strip() for cell in column.cells[column.missing == Missing.ANSWERED]}
    return {word: text for text in texts if (word := normalised(text)) not in ("", "0")}


def _part(column: Column, stem: str | None, wording: str | None) -> tuple[str, str] | None:
    """Return the question and the option that a column of ticks is headed by; None for any other column.

    A column that nobody ticked, or of typed words, belongs to the question `stem` before it or to none.
    """
    header = column.header.strip()
    texts = _texts(column)
    words = texts.keys()
    if words & UNTICKED:  # a question each, answered by yes or no: its blanks are its own
        return None
    if len(words) == 1 and not words & TICKED:
        (text,) = texts.values()
        bare = header.removesuffix("]")
        if normalised(bare).endswith(normalised(text)) and len(bare) >= len(text):
            return bare[: len(bare) - len(text)].rstrip(" -–—:：["), text
    if words and words <= TICKED:
        return (wording, _without(header, wording)) if wording else None
    option = _without(header, stem) if stem is not None else ""
    if not option or stem is None or not header.startswith(stem):
        return None
    if stem:
        return (stem, option) if not words or TYPED.search(normalised(option)) else None
    return (stem, option) if words and OTHER.match(normalised(option)) else None


def _without(header: str, wording: str) -> str:
    return header[len(wording) :].lstrip(" -–—:：[").removesuffix("]")
