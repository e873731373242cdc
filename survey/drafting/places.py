"""Options put in the order of their places, where a questionnaire is there with texts and with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey.drafting.downloads.paired import Pair
from survey.drafting.families import columns_by_reference
from survey.drafting.options import draft_options, ticked_parts
from survey.drafting.questions import DraftQuestion
from survey.exports.export import Column, Export
from survey.messages.lines import line
from survey.numeric.array_types import Texts
from survey.responses.single_answers import without_typed
from survey.study.questionnaire import TO_FILL, Missing
from survey.text import normalised, visible

# A longer list of options would be filled with places that nobody chose.
MOST_PLACES = 300
GAP = line("draft.gap")


@dataclass(frozen=True, slots=True)
class Listing:
    """The options of a question as two downloads show them together.

    Attributes
    ----------
    labels : dict of int to str
        Label of each place that somebody chose, or of each column of ticks, from 1.
    ticks : bool
        Whether several may be chosen.
    row : int
        First row, counted from 0, in which text and number disagree; -1 for none.
    """

    labels: Mapping[int, str]
    ticks: bool = False
    row: int = -1


def with_places(questions: Sequence[DraftQuestion], pair: Pair) -> list[DraftQuestion]:
    """Return drafts with the options of each question in its order, and an option for each place between.

    Raises
    ------
    ExportError
        Naming the first row and question in which text and number disagree, not what they hold.
    """
    texts, numbers = columns_by_reference(pair.text), columns_by_reference(pair.numbers)
    found = [
        None
        if question.left_out
        else _listing(question, texts.get(question.column, []), numbers.get(question.column, []), pair)
        for question in questions
    ]
    wrong = [(one.row, q.column) for q, one in zip(questions, found, strict=True) if one and one.row >= 0]
    if wrong:
        row, column = min(wrong, key=lambda place: place[0])
        raise pair.error(key="export.pair_answers", question=column, row=row)
    scales: dict[int | str, dict[int, str]] = {}  # the rows of a matrix have one list of options
    for question, one in zip(questions, found, strict=True):
        if one is not None and question.row:
            scales.setdefault(question.column, {}).update(one.labels)
    drafts = []
    for question, one in zip(questions, found, strict=True):
        scale = scales.get(question.column, {}) if question.row else {}
        if one is not None and one.labels.items() <= scale.items() and len(set(scale.values())) == len(scale):
            one = replace(one, labels=scale)
        drafts.append(question if one is None else _drafted(question, one))
    return drafts


def _drafted(question: DraftQuestion, listing: Listing) -> DraftQuestion:
    last = max(listing.labels)
    labels = [listing.labels.get(i, f"{i} {TO_FILL['zh']}") for i in range(1, last + 1)]
    gaps = (GAP,) if len(listing.labels) < last else ()
    return replace(
        question,
        kind="multiple" if listing.ticks else "single",
        options=draft_options([(label, label) for label in labels], {}),
        order="questionnaire",
        separator="",
        top=question.top if listing.ticks else 0,
        role="" if listing.ticks else question.role,
        notes=(*(question.notes if question.top and listing.ticks else ()), *gaps),
    )


def _listing(
    question: DraftQuestion, texts: Sequence[Column], numbers: Sequence[Column], pair: Pair
) -> Listing | None:
    """Return the options of a question; None where the files hold no list, or not in a form known."""
    if question.row:
        row = normalised(question.row)
        texts, numbers = (
            [c for c in columns if normalised(c.row or c.option) == row] for columns in (texts, numbers)
        )
    if len(texts) == 1 and len(numbers) == 1 and normalised(texts[0].option) == normalised(numbers[0].option):
        return _places(texts[0], numbers[0], pair, drafted_single=question.kind == "single")
    one = len(texts) == 1 and (not texts[0].option or all(c.row for c in numbers))
    if one and numbers and all(c.option for c in numbers):
        return _ticks(texts[0], numbers, pair)
    return None


def _places(texts: Column, numbers: Column, pair: Pair, *, drafted_single: bool) -> Listing | None:
    """Return the label of each place of a question with one answer; None for a question without a list."""
    words, places = _plain(texts, pair.text), _plain(numbers, pair.numbers)
    answered, placed = texts.missing == Missing.ANSWERED, numbers.missing == Missing.ANSWERED
    both = answered & placed
    cells = pd.unique(places[both])
    if not len(cells) or not all(c.isascii() and c.isdecimal() and 0 < int(c) <= MOST_PLACES for c in cells):
        return None  # typed, as in the text download
    pairs = pd.DataFrame({"word": words[both], "place": places[both]}).drop_duplicates()
    if not drafted_single and all(map(_is_number, pairs["word"], pairs["place"])):
        return None
    labels, place_of, first = dict[int, str](), dict[str, int](), len(words)
    rows = np.flatnonzero(both)
    for i, word, place in zip(pairs.index, pairs["word"], map(int, pairs["place"]), strict=True):
        known = normalised(labels.setdefault(place, word)) == normalised(word)
        if not known or place_of.setdefault(normalised(word), place) != place:
            first = min(first, int(rows[i]))
    alone = np.flatnonzero(answered != placed)
    first = min([first, *alone[:1].tolist()])
    return Listing(labels, row=first if first < len(words) else -1)


def _ticks(texts: Column, numbers: Sequence[Column], pair: Pair) -> Listing:
    """Return the options of a select-all question or a ranking, which the number download has as columns."""
    cells = [pd.Series(_plain(column, pair.numbers)) for column in numbers]
    ranks = np.column_stack([pd.to_numeric(column, errors="coerce") for column in cells])
    ranks = np.where(ranks > 0, ranks, 0)
    answered = texts.missing == Missing.ANSWERED
    places = {normalised(column.option): i for i, column in enumerate(numbers)}
    ranking = bool((ranks > 1).any())
    named = [[*map(normalised, ticked_parts(text, "→" if ranking else "┋"))] for text in texts.texts]
    wanted = np.full((len(named), len(numbers)), np.nan)  # NaN where a part of the cell is not an option
    for i, names in enumerate(named):
        if all(name in places for name in names):
            wanted[i] = 0
            wanted[i, [places[name] for name in names]] = range(1, len(names) + 1) if ranking else 1
    expected, number = wanted[texts.codes], np.array([*map(len, named)])[texts.codes]
    wrong = (ranks > 0).sum(axis=1) != np.where(answered, number, 0)
    wrong |= answered & ((ranks != expected) & ~np.isnan(expected)).any(axis=1)
    first = int(wrong.argmax()) if wrong.any() else -1
    return Listing({i: visible(c.option) for i, c in enumerate(numbers, 1)}, ticks=True, row=first)


def _plain(column: Column, export: Export) -> Texts:
    """Return cells without what was typed beside an option."""
    texts = [visible(without_typed(text, export)) for text in column.texts]
    return np.array(texts, dtype=object)[column.codes]


def _is_number(word: str, place: str) -> bool:
    """Say whether the text of an answer is the number of the other download itself."""
    try:
        return float(normalised(word).replace(",", "")) == float(place)
    except ValueError:
        return False
