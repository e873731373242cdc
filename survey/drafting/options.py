"""Options drafted from what people answered: codes, spellings, and ticks packed in one cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from survey.exports.export import Column, Export
from survey.responses.ticks import SEPARATORS
from survey.text import normalised, visible

RANKED = "→"
IN_SENTENCES = (",", ", ", "，", "、")
NONE_OF_THESE = re.compile(
    r"都不|都没有|以上都|没有(?:顾虑|担心|困难)|^无$|none of|^none$|^nothing$|no concerns"
)
OTHER = re.compile(r"^(?:其他|其它|other)\b|^(?:其他|其它)")
LONGEST_CODE, MOST_TICKS = 24, 30
# Options of XLSForms, which may be called 1 and 3.
XML_NAME = re.compile(r"[a-z_][a-z0-9_.-]*|\d{1,4}")
# Where nothing is common, to be given once means nothing: one option must be given so often, or those given
# more than once so often on average.
OFTEN, OFTEN_ENOUGH = 10, 3
# Cells with several ticks, and the share of ticks that are found in different cells, from which a sign that
# the platform is not known to write is taken to join ticks; and the rows looked at for it.
FEWEST_JOINED, RETURNING, ROWS_OF_EVIDENCE = 3, 0.65, 2000


@dataclass(frozen=True, slots=True)
class DraftOption:
    """One option as drafted: its code, its text, and how exports write it beside.

    Attributes
    ----------
    once : bool
        Whether one person alone gave it: somebody's own words, perhaps.
    outside : bool
        Whether it names what lies outside the places or ages of the study: drafted as ineligible.
    column : str
        Header of its own column, where the question has none; "" otherwise.
    """

    code: str
    label: str
    match: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    exclusive: bool = False
    once: bool = False
    outside: bool = False
    column: str = ""


def options_of(texts: Iterable[str], counts: Mapping[str, int]) -> tuple[DraftOption, ...]:
    """Return options for texts that stand in the cells as they are."""
    return draft_options([(text, text) for text in texts], counts)


def draft_options(listed: Sequence[tuple[str, str]], counts: Mapping[str, int]) -> tuple[DraftOption, ...]:
    """Return options for (cell, label) pairs, each cell once, in the order given.

    Parameters
    ----------
    counts : mapping of str to int
        How often each cell was the answer.
    """
    distinct = {normalised(cell): (cell, visible(label)) for cell, label in reversed(listed)}
    repeated = [n for n in counts.values() if n > 1]
    often = max(repeated, default=0) >= OFTEN or sum(repeated) >= OFTEN_ENOUGH * max(len(repeated), 1)
    return coded(
        DraftOption(
            "",
            label,
            (cell,) if normalised(cell) != normalised(label) else (),
            exclusive=bool(NONE_OF_THESE.search(normalised(label))),
            once=often and counts.get(cell, 0) == 1 and not cell.isdecimal(),
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


def separator_in(counts: Mapping[str, int], export: Export) -> str:
    """Return what parts the ticks packed in the cells of a column; "" if they hold one answer each.

    Ticks come back in other company; the parts of a sentence do not. Of several signs the one that leaves
    the fewest different parts is taken: any other leaves options joined.
    """
    fitting: dict[str, int] = {}
    for separator in (export.separator,) if export.separator else SEPARATORS:
        if not any(separator in text for text in counts):
            continue
        # Nobody types the one; Microsoft writes the other behind the last tick as well.
        closed = separator == ";" and all(text.endswith(";") for text in counts)
        if separator == "┋" or closed:
            return separator
        # The sign of other questions makes one cell enough, but "Yes, often" and "Yes, rarely" no ticks.
        least = 1 if separator in (export.separator, export.likely_separator) else FEWEST_JOINED
        share = 0.5 if separator == export.separator else RETURNING
        different = _ticks_in_company(counts, separator, least, share)
        if different:
            fitting[separator] = different
    return min(fitting, key=fitting.__getitem__, default="")


def is_ranked_in_cells(counts: Mapping[str, int]) -> bool:
    """Say whether cells hold a ranking as 问卷星 writes it, a→b→c, and not an arrow in somebody's words."""
    if not any(RANKED in text for text in counts):
        return False
    return all(RANKED in text for text in counts) or _ticks_in_company(counts, RANKED, 1, 0.5) > 0


def _ticks_in_company(counts: Mapping[str, int], separator: str, joined: int, returning: float) -> int:
    """Return how many different ticks the cells hold; 0 if they are no ticks.

    Parameters
    ----------
    joined : int
        Cells that must hold several parts.
    returning : float
        Of all ticks, more than this share must be of parts found in two or more different cells.
    """
    cells = _parted(counts, separator)
    ticked, beside = Counter[str](), Counter[str]()
    for parts, n in cells:
        ticked.update(dict.fromkeys(parts, n))
        beside.update(set(parts))
    again = sum(n for part, n in ticked.items() if beside[part] > 1)
    several = sum(n for parts, n in cells if len(parts) > 1)
    few = len(ticked) <= MOST_TICKS and (separator != " " or all(map(XML_NAME.fullmatch, ticked)))
    return len(ticked) if few and several >= joined and again > returning * ticked.total() else 0


def likely_separator(columns: Iterable[Column], export: Export) -> str:
    """Return the sign that joins ticks in most columns of a file with tick-all questions; "" if none does."""
    found = Counter[str]()
    for column in columns:
        counts = column.answers(ROWS_OF_EVIDENCE)
        if counts and (separator := separator_in(counts, export)):
            found[separator] += 1
    return found.most_common(1)[0][0] if found else ""


def ticked_parts(cell: str, separator: str) -> list[str]:
    """Return the parts of a cell of packed ticks, without what was typed beside them."""
    ticked = visible(re.sub(r"〖.*?(?:〗|$)", "", cell, flags=re.DOTALL))
    return [part for part in ticked.split(separator) if part.strip()]


def parts_of(counts: Mapping[str, int], separator: str) -> dict[str, int]:
    """Return the options in cells of packed ticks with how often each was ticked, most frequent first."""
    ticked = Counter[str]()
    for parts, n in _parted(counts, separator):
        for part in parts:
            ticked[part] += n
    return dict(sorted(ticked.items(), key=lambda item: -item[1]))


def is_ranking(counts: Mapping[str, int], separator: str) -> bool:
    """Say whether the cells hold the same parts throughout, in different orders."""
    orders = {tuple(parts) for parts, _ in _parted(counts, separator)}
    same = {frozenset(order) for order in orders}
    return len(orders) > 1 and len(same) == 1 and all(len(order) == len(set(order)) > 1 for order in orders)


def _parted(counts: Mapping[str, int], separator: str) -> list[tuple[list[str], int]]:
    """Return the parts of each different cell with how often the cell was given.

    Parts that are only ever found beside each other are one option, where it may hold the separator.
    """
    cells = []
    for text, n in counts.items():
        cells.append((ticked_parts(text, separator), n))
    while True:
        single, pairs = Counter[str](), Counter[tuple[str, str]]()
        for parts, n in cells:
            names = [*map(normalised, parts)]
            for name in names:
                single[name] += n
            for pair in pairwise(names):
                pairs[pair] += n
        inseparable = {pair for pair, n in pairs.items() if single[pair[0]] == single[pair[1]] == n}
        if separator not in IN_SENTENCES or not inseparable:
            return [([part.strip() for part in parts], n) for parts, n in cells]
        for parts, _ in cells:
            for i in range(len(parts)):  # the first inseparable pair of each run, blanks as they were
                if tuple(map(normalised, parts[i : i + 2])) in inseparable:
                    parts[i : i + 2] = [separator.join(parts[i : i + 2])]
