"""Which rows of a sheet are its header: titles above it, headers of two rows, rows that repeat or label it.

What is certain is read and said in a note; what could as well be somebody's answers is refused by row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from survey.errors import Cell, ExportError
from survey.exports.delimited import MOST_ABOVE, VALUE
from survey.exports.sheet import Sheet
from survey.numeric.array_types import Texts
from survey.text import normalised

# A short name of a question.
SHORT = re.compile(r"[A-Za-z_]\w{0,15}", re.ASCII)
TICKS = frozenset({"1", "0", "yes", "no", "true", "false", "是", "否", "√", "✓", "x"})
# Answers from which a column is taken to hold values, or answers that come back; and the rows looked at.
FEWEST, ROWS_OF_EVIDENCE = 3, 2000


def declared_header(sheet: Sheet, header: Sequence[int]) -> Sheet:
    """Return a sheet from its header down, the rows of which are given as a spreadsheet numbers them.

    Raises
    ------
    ExportError
        If there is no such row, it is empty, or nothing stands below it.
    """
    places = {int(row): i for i, row in enumerate(sheet.rows)}
    last = int(sheet.rows[-1])
    for row in header:
        if row not in places:
            key = "header.past_end" if row > last else "header.empty"
            raise ExportError(Cell(file=sheet.file, row=row), key=key, last=last)
    if header[-1] == last:
        raise ExportError(Cell(file=sheet.file, row=last), key="header.nothing_below")
    first, second = places[header[0]], places[header[-1]]
    if first == second:
        return _from(sheet, first)
    return _joined(sheet, first, second)


def found_header(sheet: Sheet) -> Sheet:
    """Return a sheet from its header down, of one row or two, with a note where that is not its first row.

    Raises
    ------
    ExportError
        If two rows could be a header together, or the second of them somebody's answers.
    """
    filled = (sheet.grid != "").sum(axis=1)
    for place in range(min(MOST_ABOVE + 1, len(sheet.grid) - 2)):
        if (2 * filled[:place] > filled[place : place + 2].max()).any():
            break
        if _is_double(sheet, place):
            return _joined(sheet, place, place + 1)
    return _below_title(sheet, filled)


def under_title(sheet: Sheet, bears_marks: Callable[[Sheet], bool]) -> Sheet:
    """Return a sheet from the first row that bears a platform's marks, with a note; the sheet without any.

    At most half as many cells are filled in each row above it as in it.
    """
    filled = (sheet.grid != "").sum(axis=1)
    for place in range(1, min(MOST_ABOVE + 1, len(sheet.grid) - 1)):
        if (2 * filled[:place] <= filled[place]).all() and bears_marks(_from(sheet, place)):
            note = f"the header is read from row {sheet.rows[place]}: what stands above it is no answer"
            return _from(sheet, place, note)
    return sheet


def with_second_row(sheet: Sheet) -> Sheet:
    """Return a sheet with its first two rows as one header where they are one; raises as `found_header`."""
    return _joined(sheet, 0, 1) if len(sheet.grid) > 2 and _is_double(sheet, 0) else sheet


def _joined(sheet: Sheet, first: int, second: int) -> Sheet:
    """Return a sheet with two rows as its header, "question – option"; a question goes on to the right."""
    sheet, second = _from(sheet, first), second - first
    header, question = [], ""
    for above, below in zip(sheet.grid[0], sheet.grid[second], strict=True):
        question = str(above) or (question if below else "")
        alone = not below or normalised(question) == normalised(below)
        header.append(question if alone else f"{question} – {below}" if question else str(below))
    rows = np.concatenate([sheet.rows[:1], sheet.rows[second + 1 :]])
    grid = np.concatenate([np.array([header], dtype=object), sheet.grid[second + 1 :]])
    one, two = int(sheet.rows[0]), int(sheet.rows[second])
    note = f"the header is read from rows {one} and {two}, as question – option"
    return replace(sheet, grid=grid, rows=rows, notes=(*sheet.notes, note))


def _below_title(sheet: Sheet, filled: np.ndarray) -> Sheet:
    """Return a sheet without the rows above its header; the sheet itself where there are none.

    The header is the first row with as many filled cells as any, all of them texts that are no answer in
    their columns. Above it are rows of which at most half as many cells are filled.
    """
    place = int(np.argmax(filled == filled.max()))
    if not 0 < place <= MOST_ABOVE or place + 1 >= len(sheet.grid):
        return sheet
    if (2 * filled[:place] > filled[place]).any():
        return sheet
    for heading, below in zip(sheet.grid[place], sheet.grid[place + 1 :].T, strict=True):
        if heading and not _is_heading(heading, below):
            return sheet
    note = f"the header is read from row {sheet.rows[place]}: what stands above it is no answer"
    return _from(sheet, place, note)


def _from(sheet: Sheet, place: int, *notes: str) -> Sheet:
    """Return a sheet without the rows above one, and without columns that only these reach."""
    width = 1 + int(np.flatnonzero((sheet.grid[place:] != "").any(axis=0))[-1])
    grid, rows = sheet.grid[place:, :width], sheet.rows[place:]
    return replace(sheet, grid=grid, rows=rows, notes=(*sheet.notes, *notes))


def _is_heading(text: str, below: Texts) -> bool:
    """Say whether a text is no value and no answer among those below, unless these are ticks in its words."""
    return not VALUE.fullmatch(text) and (_are_ticks(below, text) or text not in below.tolist())


def _are_ticks(cells: Texts, text: str) -> bool:
    return set(cells.tolist()) <= {text, ""}


def _is_label(text: str, below: Texts) -> bool:
    """Say whether a text is no answer, as those below are values, or come back and it does not."""
    answers = [str(cell) for cell in below[:ROWS_OF_EVIDENCE] if cell]
    different = set(answers)
    if VALUE.fullmatch(text) or text in different or len(answers) < FEWEST or text in below.tolist():
        return False
    values = all(VALUE.fullmatch(answer) or answer.casefold() in TICKS for answer in different)
    return values or 2 * len(different) <= len(answers)


def _runs(sheet: Sheet, place: int) -> Iterator[list[int]]:
    """Yield the columns under each cell of a row: its own, and those right of it that are blank or alike."""
    row, run = sheet.grid[place], list[int]()
    for i in range(sheet.grid.shape[1]):
        if not (sheet.grid[place:, i] != "").any():
            continue
        if run and row[i] and row[i] != row[run[0]]:
            yield run
            run = []
        run.append(i)
    yield run


def _is_double(sheet: Sheet, place: int) -> bool:
    """Say whether a row and the next are one header: questions, and below each its options or rows.

    Below a question of one column the second row is blank, repeats it, or labels it. A single text over all
    columns is a title.

    Raises
    ------
    ExportError
        If that is likely and not certain.
    """
    top, second, below = sheet.grid[place], sheet.grid[place + 1], sheet.grid[place + 2 :]
    runs = [*_runs(sheet, place)]
    wide, narrow = [run for run in runs if len(run) > 1], [run[0] for run in runs if len(run) == 1]
    if not wide or any(not top[run[0]] or VALUE.fullmatch(top[run[0]]) for run in runs):
        return False
    options = [i for run in wide for i in run]
    if any(len({*second[run]} - {""}) < len(run) for run in wide):
        return False
    if not all(_is_heading(second[i], below[:, i]) for i in options):
        return False
    free = [i for i in narrow if not second[i] or second[i] == top[i]]
    labelled = [i for i in narrow if i not in free]
    if not all(_is_label(second[i], below[:, i]) for i in labelled):
        return False
    repeated = all(top[i] for i in options)
    if not free and len(wide) < 2 and not (repeated and narrow):
        return False  # a title over the header
    known = [i for i in options if (below[:, i] != "").any()]
    shown = [i for i in known if _are_ticks(below[:, i], second[i]) or _is_label(second[i], below[:, i])]
    twice = max(Counter(map(str, second[options])).values()) > 1
    if 2 * len(shown) >= len(known) > 0 and (free or twice or repeated or len(labelled) > 1):
        return True
    if shown:
        raise _unclear(sheet, place)
    return False


def _unclear(sheet: Sheet, place: int) -> ExportError:
    """Return the error for a row that may be the second of a header, or somebody's answers."""
    first, second = int(sheet.rows[place]), int(sheet.rows[place + 1])
    cell = Cell(file=sheet.file, row=second)
    return ExportError(cell, key="header.unclear", first=first, second=second)


def without_labels(sheet: Sheet) -> Sheet:
    """Return a sheet without a row of labels below its header, which become its `wordings`.

    Such a row has a text of its own under every heading, and none that is an answer in its column. Columns
    tell so where they hold values alone, or, under short names such as q1, answers that come back.

    Raises
    ------
    ExportError
        If some columns tell so, and too few of them to be certain.
    """
    places = [i for i in range(sheet.grid.shape[1]) if (sheet.grid[:, i] != "").any()]
    if len(places) < 2 or len(sheet.grid) < FEWEST + 2:
        return sheet
    labels, below = sheet.grid[1], sheet.grid[2:]
    if not all(sheet.grid[0, i] and labels[i] and not VALUE.fullmatch(labels[i]) for i in places):
        return sheet
    if any(labels[i] in below[:, i].tolist() for i in places):
        return sheet
    short = all(SHORT.fullmatch(sheet.grid[0, i]) and len(labels[i]) > len(sheet.grid[0, i]) for i in places)
    known = [i for i in places if _is_label(labels[i], below[:, i])]
    known = known if short else [i for i in known if all(VALUE.fullmatch(c) for c in below[:, i] if c)]
    if len(known) < 2 or len({*labels[places]}) < len(places):
        return sheet
    if len(known) < FEWEST or 2 * len(known) < len(places):
        if short:
            raise _unclear(sheet, 0)
        return sheet
    note = f"row {sheet.rows[1]} holds the wording of each column: no answer"
    keep = np.arange(len(sheet.grid)) != 1
    wordings = tuple(map(str, labels))
    return replace(
        sheet, grid=sheet.grid[keep], rows=sheet.rows[keep], notes=(*sheet.notes, note), wordings=wordings
    )
