"""REDCap: raw or labelled, a column for each option of a checkbox, rows of repeated forms between people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from survey.errors import Cell, ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Sheet, marked
from survey.numeric.array_types import Bools, Texts
from survey.text import normalised

PLATFORM, LABEL = "redcap", "REDCap"
# Raw names, and what a file of labels says instead.
OWN = {
    "redcap_event_name": "event name",
    "redcap_repeat_instrument": "repeat instrument",
    "redcap_repeat_instance": "repeat instance",
    "redcap_data_access_group": "data access group",
    "redcap_survey_identifier": "survey identifier",
}
STATUS, TIME = "_complete", "_timestamp"
STATES = {"0", "1", "2", ""}
LABELS = {label: name for name, label in OWN.items()} | {"complete?": STATUS, "survey timestamp": TIME}
RAW_TICK = re.compile(r"^(.+?)___(.+)$")
LABELLED_TICK = re.compile(r"^(.*\S)\s*\(choice=(.*)\)$", re.DOTALL)
NOT_SENT, INCOMPLETE = "[not completed]", {"0", "incomplete"}
# REDCap writes the first two; the others are its cells where a download has a checkbox's labels.
CELLS = {"checked": "1", "unchecked": "", "0": ""}
DICTIONARY = {"variable / field name", "field_name"}, {"field type", "field_type"}
IN_REPEATS = "filled in rows of a repeated form only"
BASE = (
    "REDCap writes 0 or Unchecked for every option, also where a checkbox was not put: nothing "
    "ticked is read as no answer, and asked_if must say who was asked (init --codebook DICTIONARY drafts it)"
)
CODES = "the file holds codes: give the data dictionary to init --codebook for their labels and order"


def recognise(sheet: Sheet) -> bool:
    """Say whether the header has two kinds of REDCap's own names, or is that of a data dictionary."""
    kinds = {
        name[name.rfind("_") :] if name.endswith((STATUS, TIME)) else name for name in _own(sheet).values()
    }
    # Names that other programs use as well count only beside one that REDCap alone writes.
    alone = STATUS in kinds or any(text.startswith("redcap_") for text in sheet.header)
    ticks = any(RAW_TICK.match(text) or LABELLED_TICK.match(text) for text in sheet.header)
    return (alone and len(kinds) + ticks > 1) or is_dictionary(sheet)


def is_dictionary(sheet: Sheet) -> bool:
    """Say whether a sheet is a data dictionary, which describes questions and holds no answers."""
    header = {text.casefold() for text in sheet.header}
    return all(header & names for names in DICTIONARY)


def read(sheet: Sheet) -> Export:
    """Return the answers of a REDCap file, a row a person.

    Raises
    ------
    ExportError
        If it is a data dictionary, or has several rows for one record.
    """
    if is_dictionary(sheet):
        raise ExportError(sheet.file, key="export.dictionary", file=sheet.file)
    sheet, repeated = _people(sheet)
    own = _own(sheet)
    record = _record(sheet, own)
    places = [i for i, text in enumerate(sheet.header) if text and i not in own and i != record]
    if not places:
        raise ExportError(sheet.file, key="export.no_question")
    columns = _columns(sheet, places)
    ticks = any(column.option for column in columns)
    notes = (BASE,) * ticks + (CODES,) * any(map(RAW_TICK.match, sheet.header))
    paradata, remarks = _paradata(sheet, own)
    if repeated is not None:
        rows, filled = repeated
        notes = (f"{rows} rows are of a repeated form, not of a person: left aside", *notes)
        for i, column in enumerate(columns):
            if filled[column.place] and not any(column.texts):
                columns[i] = replace(column, left_out=IN_REPEATS)
    user = next((sheet.body[:, i] for i, name in own.items() if name == "redcap_survey_identifier"), None)
    return sheet.export(
        PLATFORM, columns, paradata, unticked=frozenset({""}), user=user, notes=(*remarks, *notes)
    )


def _own(sheet: Sheet) -> dict[int, str]:
    """Return the raw names of REDCap's own columns by place, a form's ending in _complete or _timestamp."""
    header = [text.strip().casefold() for text in sheet.header]
    own = {}
    for i, text in enumerate(header):
        name = text if text in OWN else LABELS.get(text, "")
        # A field may be called school_complete, and hold something else.
        state = text.endswith(STATUS) and set(map(str, sheet.body[:, i])) <= STATES
        if state or (text.endswith(TIME) and text.removesuffix(TIME) + STATUS in header):
            name = text
        if name:
            own[i] = name
    return own


def _record(sheet: Sheet, own: Mapping[int, str]) -> int:
    """Return the place of the record's number: the first filled column that is not REDCap's own."""
    free = [i for i in range(len(own) + 1) if i not in own]
    return next((i for i in range(sheet.grid.shape[1]) if i not in own and any(sheet.body[:, i])), free[0])


def _people(sheet: Sheet) -> tuple[Sheet, tuple[int, Bools] | None]:
    """Return the rows that are people; of the others how many there are, and the columns filled in them.

    Raises
    ------
    ExportError
        If a record still has several rows, as with several events.
    """
    places = {name: i for i, name in _own(sheet).items()}
    instrument = places.get("redcap_repeat_instrument")
    keep = np.ones(len(sheet.grid), dtype=bool)
    if instrument is not None:
        keep[1:] = sheet.grid[1:, instrument] == ""
    aside = sheet.grid[~keep]
    people = replace(sheet, grid=sheet.grid[keep], rows=sheet.rows[keep])
    if not len(people.body):
        raise ExportError(sheet.file, key="export.repeated_forms")
    first: dict[str, int] = {}
    records = people.body[:, _record(people, _own(people))]
    for row, record in zip(people.rows[1:], records, strict=True):
        if record in first:
            events = _events(people, places)
            raise ExportError(
                Cell(file=sheet.file, row=int(row)),
                key="export.same_record_of_event" if events else "export.same_record",
                first=first[record],
                found=len(events),
                events=events,
            )
        if record:
            first[record] = int(row)
    return people, (len(aside), (aside != "").any(axis=0)) if len(aside) else None


def _events(sheet: Sheet, places: dict[str, int]) -> list[str]:
    """Return the names of the events that a file holds; none where it has no column for them."""
    at = places.get("redcap_event_name")
    return [] if at is None else list(dict.fromkeys(map(str, sheet.body[:, at])))


def _columns(sheet: Sheet, places: Sequence[int]) -> list[Column]:
    """Return the columns that hold answers; questions under one label are numbered."""
    parts: dict[int, tuple[str, str]] = {}
    family: dict[int, int] = {}  # by place the first column of its question
    start, seen = -1, set[str]()
    for i in places:
        match = RAW_TICK.match(sheet.header[i]) or LABELLED_TICK.match(sheet.header[i])
        # A code of -99 is written name____99.
        option = re.sub(r"^_(?=\d)", "-", match[2].strip()) if match else ""
        parts[i] = (match[1] if match else sheet.header[i], option)
        if not option and not any(sheet.body[:, i]):  # put in by hand, it parts no question
            family[i] = i
            continue
        within = option and start >= 0 and parts[start][1] and parts[start][0] == parts[i][0]
        if not within or option in seen:
            start, seen = i, set()
        seen.add(option)
        family[i] = start
    labels = Counter(normalised(parts[i][0]) for i in dict.fromkeys(family.values()))
    counted = Counter[str]()
    names = dict[int, str]()
    for i in dict.fromkeys(family.values()):
        name = normalised(parts[i][0])
        counted[name] += 1
        names[i] = parts[i][0] + (f" ({counted[name]})" if labels[name] > 1 else "")
    columns = []
    for i in places:
        header, option = parts[i]
        cells = _ticks(sheet.body[:, i], option) if option else sheet.body[:, i]
        columns.append(Column.of(header, cells, option=option, name=names[family[i]], place=i))
    return columns


def _ticks(cells: Texts, option: str) -> Texts:
    """Return 1 for a tick and a blank for none."""
    texts = {option.casefold(): "1"} | CELLS  # an option may be called 0
    return np.array([texts.get(str(cell).casefold(), str(cell)) for cell in cells], dtype=object)


def _paradata(sheet: Sheet, own: dict[int, str]) -> tuple[Paradata, tuple[str, ...]]:
    """Return the time of the last form sent, and who broke off; with a remark where nobody is complete."""
    times = [sheet.body[:, i] for i, name in own.items() if name.endswith(TIME)]
    states = [sheet.body[:, i] for i, name in own.items() if name.endswith(STATUS)]
    n = len(sheet.body)
    sent = np.full(n, "", dtype=object)
    unsent, open_forms, filled = np.zeros((3, n), dtype=bool)
    for cells in times:
        waiting = np.array([str(cell).casefold() == NOT_SENT for cell in cells], dtype=bool)
        unsent |= waiting
        sent = np.where(waiting | (cells == ""), sent, cells)
    for cells in states:
        incomplete = marked(cells, INCOMPLETE)
        open_forms |= False if incomplete is None else incomplete
        filled |= np.array([bool(c) and str(c).casefold() not in INCOMPLETE for c in cells], dtype=bool)
    # Where staff typed the answers in, there is no time, and the state of the forms says it.
    by_status = open_forms & ~filled & (sent == "")
    untouched = bool(states) and bool((by_status | unsent).all()) and not unsent.any()
    remark = "no record is marked as complete, so none is taken for broken off: was the status used?"
    unfinished = unsent if untouched else unsent | by_status
    known = bool(times or states)
    paradata = sheet.paradata(submitted=sent if times else None, unfinished=unfinished if known else None)
    return paradata, (remark,) if untouched else ()
