"""From the columns of an export to drafted questions: kinds guessed, options listed, identifiers left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from survey.drafting.options import DraftOption, draft_options, parts_of, separator_in
from survey.exports.export import Column, Export
from survey.privacy import identifier_by_content, identifier_by_header
from survey.responses.single_answers import MONTH, NUMBER, without_typed
from survey.responses.ticks import NO_TICK, TICKED, TYPED, UNTICKED
from survey.study.questionnaire import Condition, Kind, Missing
from survey.text import plain_text

Role = Literal["", "district", "sex", "age", "birth", "wave", "consent"]
ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("consent", re.compile(r"知情同意|是否同意参加|\bconsent\b|agree to take part")),
    ("sex", re.compile(r"性别|\bsex\b|\bgender\b")),
    ("birth", re.compile(r"出生|生日|\bbirth|\bborn\b")),
    ("age", re.compile(r"年龄|几岁|多大|月龄|\bage\b|how old")),
    (
        "district",
        re.compile(
            r"哪个区|区县|县区|所在区(?!域)|住在|居住|街道|乡镇|\bdistrict\b|\barea\b|where do you live"
        ),
    ),
    ("wave", re.compile(r"^(?:年份|调查年份|轮次|wave|year|round)$")),
)
# More different answers than this, or than this share of the answers, are no list of options.
MOST_OPTIONS, MOST_DIFFERENT, ALWAYS_FEW = 40, 0.4, 5
SCALE = range(11)
RANKING = "a ranking: top = 1 counts what was put first, top = 3 what is among the first three"


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """One question as drafted from its columns.

    Attributes
    ----------
    column : int or str
        As the study file names it.
    notes : tuple of str
        What a person should look at.
    left_out : str
        Why the question is not in the draft, such as "telephone number"; "" if it is.
    answered : float
        Share of those who finished the questionnaire who answered, 0–1.
    texts : tuple of (str, str)
        The wording by language, where a codebook gives it.
    asked_if : tuple of Condition
        When it is put, where a codebook says so.
    """

    id: str
    kind: Kind
    column: int | str
    text: str
    options: tuple[DraftOption, ...] = ()
    row: str = ""
    separator: str = ""
    top: int = 0
    role: Role = ""
    notes: tuple[str, ...] = ()
    left_out: str = ""
    answered: float = 0.0
    texts: tuple[tuple[str, str], ...] = ()
    asked_if: tuple[Condition, ...] = ()


def draft_questions(export: Export) -> list[DraftQuestion]:
    """Return a draft of every question of an export, in the order of its columns."""
    found: list[DraftQuestion] = []
    for family in families(export):
        share = _answered_share(family, export)
        found += [replace(question, answered=share) for question in _drafted(family, export)]
    return _with_ids(found)


def families(export: Export) -> list[list[Column]]:
    """Return the columns of each question together: those of one number, else of one short name or header."""
    groups: dict[object, list[Column]] = {}
    for column in export.columns:
        alone = column.number is None and not column.name and not column.option
        key: object = column.header or id(column) if alone else _key(column)
        groups.setdefault(key, []).append(column)
    return list(groups.values())


def _key(column: Column) -> object:
    return column.name or (column.number if column.number is not None else column.header)


def _answered_share(family: Sequence[Column], export: Export) -> float:
    finished = np.ones(len(export), dtype=bool)
    for marks in (export.paradata.unfinished, export.paradata.preview):
        finished &= True if marks is None else ~marks
    given = np.any([column.missing == Missing.ANSWERED for column in family], axis=0)
    return float((given & finished).sum() / max(int(finished.sum()), 1))


def _drafted(family: Sequence[Column], export: Export) -> list[DraftQuestion]:
    answers = [column for column in family if not column.typed]
    if not answers:
        return []
    whole = [column for column in answers if not column.option]
    if len(answers) == 1 or (whole and len(whole) == len(answers)):
        return [_single_column(answers[0], export, repeated=len(answers) > 1)]
    if whole:
        return [_single_column(whole[0], export, repeated=False)]
    if all(_holds_ticks(column, export) for column in answers):
        return [_select_all(answers)]
    if _is_ranking(answers):
        question = replace(_select_all(answers), top=1, notes=(RANKING,))
        return [question]
    header = next((column.header for column in answers if column.header), "")
    return [_row(replace(column, header=header), export) for column in answers]


def _is_ranking(family: Sequence[Column]) -> bool:
    """Say whether every person's numbers are places, each given once."""
    cells = np.column_stack([column.cells for column in family])
    ranks = pd.DataFrame(cells).apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    ranks = np.where(ranks < 1, np.nan, ranks)
    if np.isnan(ranks).all() or np.nanmax(ranks) > len(family):
        return False
    given = ~np.isnan(ranks)
    distinct = [len(set(row[here])) == here.sum() for row, here in zip(ranks, given, strict=True)]
    return all(distinct) and bool((given.sum(axis=1) > 1).any())


def _reference(column: Column) -> int | str:
    if column.number is not None:
        return column.number
    return column.name or column.header or column.option


def _text_of(column: Column) -> str:
    number = "" if column.number is None else f"第{column.number}题"
    return " ".join((column.header or column.name or number or column.option).split())


def _answered(column: Column, export: Export) -> pd.Series:
    """Return the answers, without what was typed beside, with their counts, the most frequent first."""
    cells = pd.Series(column.cells[column.missing == Missing.ANSWERED], dtype=object)
    counts = cells.value_counts()
    texts = [without_typed(str(text), export) for text in counts.index]
    return counts.groupby(texts, sort=False).sum().sort_values(ascending=False, kind="stable")


def _holds_ticks(column: Column, export: Export) -> bool:
    own = plain_text(column.option)
    words = {plain_text(str(text)) for text in _answered(column, export).index}
    words -= TICKED | UNTICKED | NO_TICK | {own} | {plain_text(text) for text in export.unticked}
    return not words or bool(TYPED.search(own))


def _select_all(family: Sequence[Column]) -> DraftQuestion:
    first = family[0]
    counts = {column.option: int((column.missing == Missing.ANSWERED).sum()) for column in family}
    options = draft_options([(column.option, column.option) for column in family], counts)
    return DraftQuestion("", "multiple", _reference(first), _text_of(first), options, role="")


def _row(column: Column, export: Export) -> DraftQuestion:
    question = _single_column(column, export, repeated=False)
    text = f"{question.text} — {column.option}" if column.header else column.option
    return replace(question, row=column.option, text=text, role="")


def _single_column(column: Column, export: Export, *, repeated: bool) -> DraftQuestion:
    text = _text_of(column)
    base = DraftQuestion("", "text", _reference(column), text)
    kind = identifier_by_content(column.cells) or identifier_by_header(column.header or column.name)
    counts = _answered(column, export)
    if kind and (identifier_by_content(column.cells) or not _few(counts)):
        return replace(base, left_out=kind)
    if repeated:
        return replace(base, left_out="several columns with this header")
    question = _of_kind(base, column, export, counts)
    return replace(question, role=_role(text, question))


def _of_kind(base: DraftQuestion, column: Column, export: Export, counts: pd.Series) -> DraftQuestion:
    texts = [str(text) for text in counts.index]
    if not texts:
        return replace(base, notes=("nobody answered this",))
    if column.listed:
        return replace(base, kind="single", options=draft_options(column.listed, counts))
    if all(NUMBER.fullmatch(plain_text(text)) for text in texts):
        return _numeric(base, texts, export, counts)
    if any("→" in text for text in texts):
        parts = parts_of(counts, "→")
        options = draft_options([(part, part) for part in parts], parts)
        return replace(base, kind="multiple", options=options, top=1, notes=(RANKING,))
    if all(MONTH.fullmatch(plain_text(text)) for text in texts):
        return replace(base, kind="month")
    if separator := separator_in(counts, export):
        return _packed(base, separator, export, counts)
    # What was typed beside "other" is somebody's own words, however few there are.
    beside = TYPED.search(plain_text(base.text)) and not any(TYPED.search(plain_text(t)) for t in texts)
    if export.coding == "text" and _few(counts) and not beside:
        return replace(base, kind="single", options=draft_options([(t, t) for t in texts], counts))
    return base


def _numeric(base: DraftQuestion, texts: Sequence[str], export: Export, counts: pd.Series) -> DraftQuestion:
    plain = all(text.isascii() and text.isdecimal() and len(text) < 10 for text in texts)
    if plain and export.coding == "position":
        return _by_position(base, texts, counts)
    places = [text.removesuffix("分") for text in texts]
    if len(texts) > 1 and all(text.isdecimal() and len(text) < 3 and int(text) in SCALE for text in places):
        listed = [(text, text) for text in texts]
        return replace(base, kind="single", options=draft_options(listed, counts))
    return replace(base, kind="number")


def _packed(base: DraftQuestion, separator: str, export: Export, counts: pd.Series) -> DraftQuestion:
    parts = parts_of(counts, separator)
    options = draft_options([(part, part) for part in parts], parts)
    if separator == export.separator:
        return replace(base, kind="multiple", options=options)
    note = f'read as ticks joined by "{separator}": is it a tick-all question?'
    return replace(base, kind="multiple", options=options, separator=separator, notes=(note,))


def _by_position(base: DraftQuestion, texts: Sequence[str], counts: pd.Series) -> DraftQuestion:
    """Return a question whose cells are places in the list of options: its labels a person must add."""
    last = max(int(text) for text in texts)
    if last > MOST_OPTIONS:
        return replace(base, kind="number")
    listed = [(str(i), str(i)) for i in range(1, last + 1)]
    options = tuple(replace(option, match=()) for option in draft_options(listed, counts))
    note = "the file holds places in the list of options: put the labels in, and options nobody chose"
    return replace(base, kind="single", options=options, notes=(note,))


def _few(counts: pd.Series) -> bool:
    different, answered = len(counts), int(counts.sum())
    if not different or different > MOST_OPTIONS or np.mean([len(str(text)) for text in counts.index]) > 60:
        return False
    return different <= ALWAYS_FEW or different <= MOST_DIFFERENT * answered


def _role(text: str, question: DraftQuestion) -> Role:
    plain = plain_text(text)
    fits = {"birth": ("month",), "age": ("single", "number")}
    for role, pattern in ROLES:
        if pattern.search(plain):
            return role if question.kind in fits.get(role, ("single",)) else ""
    return ""


def _with_ids(questions: Sequence[DraftQuestion]) -> list[DraftQuestion]:
    """Give each question a name of its own: its role, its short name, or its number."""
    taken: set[str] = set()
    named = []
    for place, question in enumerate(questions, 1):
        if question.role in taken:  # the first to look like a district is taken for it
            question = replace(question, role="")
        wanted = question.role or _short(question)
        if not wanted or wanted in taken:
            number = question.column if isinstance(question.column, int) else place
            wanted = f"q{number}"
        name, more = wanted, 1
        while name in taken:
            more += 1
            name = f"{wanted}_{more}"
        taken.add(name)
        named.append(replace(question, id=name))
    return named


def _short(question: DraftQuestion) -> str:
    """Return the platform's short name, or a header of a word or three, as a name; "" if it is neither."""
    if not isinstance(question.column, str) or question.row:
        return ""
    name = re.sub(r"\W+", "_", question.column.strip(), flags=re.ASCII).strip("_").lower()
    ascii_only = question.column.isascii()
    return name if ascii_only and 0 < len(name) <= 24 and name[0].isalpha() else ""
