"""Options drafted from what people answered: codes, spellings, and ticks packed in one cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from survey.exports.export import Export
from survey.text import normalised, visible

SEPARATORS = ("┋", ";", "；", "|", ", ", "，")
IN_SENTENCES = (",", ", ", "，")
NONE_OF_THESE = re.compile(
    r"都不|都没有|以上都|没有(?:顾虑|担心|困难)|^无$|none of|^none$|^nothing$|no concerns"
)
OTHER = re.compile(r"^(?:其他|其它|other)\b|^(?:其他|其它)")
LONGEST_CODE, MOST_TICKS = 24, 30
# Options of XLSForms, which may be called 1 and 3.
XML_NAME = re.compile(r"[a-z_][a-z0-9_.-]*|\d{1,4}")
# In a file where nothing is common, to be given once means nothing.
OFTEN = 10


@dataclass(frozen=True, slots=True)
class DraftOption:
    """One option as drafted: its code, its text, and how exports write it beside.

    Attributes
    ----------
    once : bool
        Whether one person alone gave it: somebody's own words, perhaps.
    """

    code: str
    label: str
    match: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    exclusive: bool = False
    once: bool = False


def options_of(texts: Iterable[str], counts: Mapping[str, int] | pd.Series) -> tuple[DraftOption, ...]:
    """Return options for texts that stand in the cells as they are."""
    return draft_options([(text, text) for text in texts], counts)


def draft_options(
    listed: Sequence[tuple[str, str]], counts: Mapping[str, int] | pd.Series
) -> tuple[DraftOption, ...]:
    """Return options for (cell, label) pairs, each cell once, in the order given.

    Parameters
    ----------
    counts : mapping of str to int
        How often each cell was the answer.
    """
    distinct = {normalised(cell): (cell, visible(label)) for cell, label in reversed(listed)}
    often = max(map(int, dict(counts).values()), default=0) >= OFTEN
    return coded(
        DraftOption(
            "",
            label,
            (cell,) if normalised(cell) != normalised(label) else (),
            exclusive=bool(NONE_OF_THESE.search(normalised(label))),
            once=often and int(counts.get(cell, 0)) == 1,
        )
        for cell, label in reversed(distinct.values())
    )


def coded(listed: Iterable[DraftOption]) -> tuple[DraftOption, ...]:
    """Return options with codes: the cell if it is a name, a short English label, else their place."""
    options: dict[str, DraftOption] = {}
    for place, option in enumerate(listed, 1):
        label = option.label
        cell = option.match[0] if option.match else label
        codes = [slug if slug[0].isalpha() else f"o{slug}" for slug in map(short_name, (cell, label)) if slug]
        codes += ["other"] if OTHER.search(normalised(label)) else []
        code = next((code for code in codes if code not in options), f"o{place}")
        while code in options:
            code += "_"
        match = tuple(text for text in option.match if normalised(text) != normalised(code))
        options[code] = replace(option, code=code, match=match)
    return tuple(options.values())


def short_name(text: str) -> str:
    """Return an ASCII text in small letters with an underscore for each blank or sign; "" if none or long."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()
    return name if text.isascii() and len(name) <= LONGEST_CODE else ""


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


def ticked_parts(cell: str, separator: str) -> list[str]:
    """Return the parts of a cell of packed ticks, without what was typed beside them."""
    ticked = visible(re.sub(r"〖.*?(?:〗|$)", "", cell, flags=re.DOTALL))
    return [part for part in ticked.split(separator) if part.strip()]


def parts_of(counts: pd.Series, separator: str) -> dict[str, int]:
    """Return the options in cells of packed ticks with how often each was ticked, most frequent first.

    Parts that are only ever found beside each other are one option, where it may hold the separator.
    """
    cells = []
    for text, n in counts.items():
        cells.append((ticked_parts(str(text), separator), int(n)))
    while True:
        single, pairs = Counter[str](), Counter[tuple[str, str]]()
        for parts, n in cells:
            names = [part.strip() for part in parts]
            for name in names:
                single[name] += n
            for pair in pairwise(names):
                pairs[pair] += n
        inseparable = {pair for pair, n in pairs.items() if single[pair[0]] == single[pair[1]] == n}
        if separator not in IN_SENTENCES or not inseparable:
            return dict(sorted(single.items(), key=lambda item: -item[1]))
        for parts, _ in cells:
            for i in range(len(parts)):  # the first inseparable pair of each run, blanks as they were
                if tuple(part.strip() for part in parts[i : i + 2]) in inseparable:
                    parts[i : i + 2] = [separator.join(parts[i : i + 2])]
