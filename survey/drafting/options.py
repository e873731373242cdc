"""Options drafted from what people answered: codes, spellings, and ticks packed in one cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from survey.exports.export import Export
from survey.text import plain_text

SEPARATORS = ("┋", ";", "；", "|", ", ", "，")
IN_SENTENCES = (",", ", ", "，")
NONE_OF_THESE = re.compile(
    r"都不|都没有|以上都|没有(?:顾虑|担心|困难)|^无$|none of|^none$|^nothing$|no concerns"
)
OTHER = re.compile(r"^(?:其他|其它|other)\b|^(?:其他|其它)")
LONGEST_CODE, MOST_TICKS = 24, 30
XML_NAME = re.compile(r"[a-z_][a-z0-9_.-]*")
# In a file where nothing is common, to be given once means nothing.
OFTEN = 10


@dataclass(frozen=True, slots=True)
class DraftOption:
    """One option as drafted: its code, its text, and how exports write it beside."""

    code: str
    label: str
    match: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    exclusive: bool = False
    typed: bool = False
    once: bool = field(default=False, metadata={"about": "somebody's own words, perhaps"})


def draft_options(
    listed: Sequence[tuple[str, str]], counts: Mapping[str, int] | pd.Series
) -> tuple[DraftOption, ...]:
    """Return options for (cell, label) pairs, in order of the numbers in them where all begin with one."""
    distinct = list({plain_text(cell): (cell, label) for cell, label in reversed(listed)}.values())[::-1]
    numbers = [int(found[1]) for _, label in distinct if (found := re.match(r"\D{0,2}(\d{1,9})", label))]
    if len(numbers) == len(distinct):
        order = sorted(range(len(distinct)), key=numbers.__getitem__)
        distinct = [distinct[i] for i in order]
    made: list[DraftOption] = []
    often = max(map(int, dict(counts).values()), default=0) >= OFTEN
    for place, (cell, label) in enumerate(distinct, 1):
        code = _code(cell, label, place, {option.code for option in made})
        match = (cell,) if plain_text(cell) not in (plain_text(label), plain_text(code)) else ()
        plain = plain_text(label)
        made.append(
            DraftOption(
                code,
                label,
                match,
                exclusive=bool(NONE_OF_THESE.search(plain)),
                once=often and int(counts.get(cell, 0)) == 1,
            )
        )
    return tuple(made)


def _code(cell: str, label: str, place: int, taken: set[str]) -> str:
    """Return a code no option has: the cell if it is a name, a short English label, else a number."""
    for text in (cell, label):
        slug = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()
        if text.isascii() and 0 < len(slug) <= LONGEST_CODE:
            slug = slug if slug[0].isalpha() else f"o{slug}"
            if slug not in taken:
                return slug
    code = "other" if OTHER.search(plain_text(label)) and "other" not in taken else f"o{place}"
    while code in taken:
        code += "_"
    return code


def separator_in(counts: pd.Series, export: Export) -> str:
    """Return what parts the ticks packed in the cells of a column; "" if they hold one answer each.

    Ticks come back in other company; the parts of a sentence do not.
    """
    candidates = (export.separator,) if export.separator else SEPARATORS
    for separator in candidates:
        if not any(separator in str(text) for text in counts.index):
            continue
        parts = parts_of(counts, separator)
        if len(parts) > MOST_TICKS:
            continue
        if separator == "┋":  # which nobody types
            return separator
        if separator == " " and not all(XML_NAME.fullmatch(part) for part in parts):
            continue
        if sum(parts.values()) >= 2 * len(parts) and len(parts) < len(counts) + 3:
            return separator
    return ""


def parts_of(counts: pd.Series, separator: str) -> dict[str, int]:
    """Return the options in cells of packed ticks with how often each was ticked, most frequent first.

    Parts that are only ever found beside each other are one option, where it may hold the separator.
    """
    cells = [(_split(str(text), separator), int(n)) for text, n in counts.items()]
    while True:
        single, pairs = _tallies(cells)
        if separator not in IN_SENTENCES:
            break
        joined = {pair for pair, n in pairs.items() if single[pair[0]] == single[pair[1]] == n}
        if not joined:
            break
        cells = [(_joined(parts, joined, separator), n) for parts, n in cells]
    return dict(sorted(single.items(), key=lambda item: -item[1]))


def _split(cell: str, separator: str) -> list[str]:
    cell = re.sub(r"〖.*?(?:〗|$)", "", cell, flags=re.DOTALL)
    return [part for part in cell.split(separator) if part.strip()]


def _tallies(cells: Sequence[tuple[list[str], int]]) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    single: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for parts, n in cells:
        names = [part.strip() for part in parts]
        for name in names:
            single[name] = single.get(name, 0) + n
        for pair in pairwise(names):
            pairs[pair] = pairs.get(pair, 0) + n
    return single, pairs


def _joined(parts: Sequence[str], joined: set[tuple[str, str]], separator: str) -> list[str]:
    """Return the parts with the first joinable pair of each run put together, blanks as they were."""
    found: list[str] = []
    i = 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i].strip(), parts[i + 1].strip()) in joined:
            found.append(f"{parts[i]}{separator}{parts[i + 1]}")
            i += 2
        else:
            found.append(parts[i])
            i += 1
    return found
