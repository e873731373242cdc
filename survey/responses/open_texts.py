"""Typed answers: listed for a person to code, and the codes read back into the answers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from survey.errors import Cell, StudyError, closest, shown
from survey.exports.export import Column, Export
from survey.identifiers import masked
from survey.numeric.array_types import Texts
from survey.responses.answers import Answers
from survey.responses.option_columns import NO_TICK, TICKED, TYPED, UNTICKED
from survey.responses.ticks import tick_reader
from survey.study.questionnaire import Missing, Option, Question
from survey.text import FORMULA, decode, normalised

HEADER = ["text", "n", "proposed", "code"]


@dataclass(frozen=True, slots=True)
class TypedText:
    """One text that respondents typed: how many did, the option proposed, the code a person chose.

    Attributes
    ----------
    proposed, code : str
        Codes of options, several joined by blanks; "" for none.
    """

    text: str
    n: int
    proposed: str
    code: str


def list_texts(question: Question, texts: Sequence[str], decided: Mapping[str, str]) -> list[TypedText]:
    """Return each different text with a proposal, the most frequent first.

    Parameters
    ----------
    texts : sequence of str
        As `typed_texts` gives them, "" where nothing was typed.
    decided : mapping of str to str
        Codes a person has chosen before, by text.
    """
    counts = pd.Series([text for text in texts if text], dtype=object).value_counts(sort=False)
    ordered = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))
    known = {normalised(text): code for text, code in decided.items()}
    return [
        TypedText(str(text), int(n), propose(str(text), question), known.get(normalised(str(text)), ""))
        for text, n in ordered
    ]


def propose(text: str, question: Question) -> str:
    """Return the code of the option that shares the most words with a text; "" if none does.

    An option's keywords in the text come first; then pairs of Chinese characters, and English words of
    four letters or more, that the text shares with its labels.
    """
    text = normalised(text)

    def score(option: Option) -> float:
        if any(normalised(word) in text for word in option.keywords):
            return 100.0
        return len(_words(text) & set().union(*(_words(normalised(s)) for s in option.spellings[1:])))

    scores = {option.code: score(option) for option in question.options if not _is_other(option)}
    best = max(scores, key=lambda code: scores[code], default="")
    return best if best and scores[best] > 0 else ""


def _words(text: str) -> set[str]:
    chinese = re.findall(r"[\u4e00-\u9fff]+", text)
    pairs = {run[i : i + 2] for run in chinese for i in range(len(run) - 1)}
    return pairs | {word[:6] for word in re.findall(r"[a-z]{4,}", text)}


def _is_other(option: Option) -> bool:
    return option.typed or any(TYPED.search(normalised(s)) for s in option.spellings)


def to_csv(texts: Sequence[TypedText]) -> str:
    """Return the table for a person to fill in the column `code`, as CSV."""
    table = io.StringIO()
    rows = csv.writer(table)  # its ends of line, \r\n, have it quote a text that holds either sign
    rows.writerow(HEADER)
    for typed in texts:
        formula = typed.text.startswith(FORMULA)
        rows.writerow([f"'{typed.text}" if formula else typed.text, typed.n, typed.proposed, typed.code])
    return table.getvalue()


def read_codes(path: Path, question: Question) -> dict[str, tuple[str, ...]]:
    """Return the options chosen for each text, by its normalised spelling; texts without a code are left out.

    Raises
    ------
    StudyError
        Naming file, line and code if the table is missing, has other columns, or names no option.
    """
    try:
        decoded = decode(path.read_bytes())
    except OSError as error:
        raise StudyError(
            Cell(file=str(path)), key="codes.cannot_read", reason=error.strerror, question=question.id
        ) from None
    rows = list(csv.reader(io.StringIO(decoded[0]))) if decoded else []
    if not rows or not {"text", "code"} <= set(rows[0]):
        raise StudyError(path.name, key="codes.columns", columns=list(HEADER))
    text_at, code_at = rows[0].index("text"), rows[0].index("code")
    chosen: dict[str, tuple[str, ...]] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) <= max(text_at, code_at) or not row[code_at].strip():
            continue
        codes = tuple(re.split(r"[\s;,，；]+", row[code_at].strip()))
        for code in codes:
            if code not in question.codes:
                raise StudyError(
                    Cell(file=path.name, line=line),
                    key="study.no_option",
                    option=shown(code),
                    question=question.id,
                    codes=question.codes,
                    nearest=closest(code, question.codes),
                )
        if question.kind == "single" and len(codes) > 1:
            raise StudyError(Cell(file=path.name, line=line), key="codes.one_answer", question=question.id)
        chosen[normalised(row[text_at].removeprefix("'"))] = codes
    return chosen


def with_codes(answers: Answers, typed: Texts, codes: Mapping[str, tuple[str, ...]]) -> Answers:
    """Return the answers with the coded texts among them.

    The options a text was coded to replace the one it was typed beside ("other").
    """
    question = answers.question
    if question.kind not in ("single", "multiple") or not codes:
        return answers
    distinct, texts = pd.factorize(typed)
    other = [i for i, option in enumerate(question.options) if _is_other(option)]
    chosen = [[*map(question.codes.index, codes.get(normalised(str(text)), ()))] for text in texts]
    coded = np.array([*map(bool, chosen)], dtype=bool)[distinct]
    values, missing = answers.values.copy(), answers.missing.copy()
    missing[coded & (missing == Missing.BLANK)] = Missing.ANSWERED
    here = coded & (missing == Missing.ANSWERED)
    if question.kind == "single":
        values[here] = np.array([one[0] if one else -1 for one in chosen], dtype=np.int64)[distinct[here]]
    else:
        patterns = np.array([np.isin(range(len(question.codes)), one) for one in chosen], dtype=bool)
        values[np.ix_(here, other)] = False
        values[here] |= patterns[distinct[here]]
    return replace(answers, values=values, missing=missing)


def typed_texts(question: Question, columns: Sequence[Column], export: Export) -> Texts:
    """Return what each respondent typed beside the options, shape (n,), "" where nothing.

    Telephone numbers and the like are masked; names cannot be recognised.

    Parameters
    ----------
    columns : sequence of Column
        Every column of the question, those of typed text among them.
    """
    typed = np.full(len(export), "", dtype=object)
    for column in columns:
        words = [_typed(text, question, column, export) for text in column.texts]
        cells = np.array(words, dtype=object)[column.codes]
        here = np.where(column.missing == Missing.ANSWERED, cells, "")
        typed = np.where(typed == "", here, typed)
    return typed


def _typed(cell: str, question: Question, column: Column, export: Export) -> str:
    """Return the typed part of one cell, masked."""
    if column.typed:
        return masked(cell)
    if export.typed:
        opening, closing = map(re.escape, export.typed)
        inside = re.findall(f"{opening}(.*?)(?:{closing}|$)", cell, flags=re.DOTALL)
        if any(inside):
            return masked("; ".join(text.strip() for text in inside if text.strip()))
    word = normalised(cell)
    if column.option:
        label = normalised(column.option)
        known = TICKED | UNTICKED | NO_TICK | {label, ""} | {normalised(text) for text in export.unticked}
        if not TYPED.search(label) or word in known:
            return ""
        # 腾讯问卷 writes the option before what was typed.
        return masked(re.sub(f"^{re.escape(column.option)}\\s*[:：]\\s*", "", cell))
    if any(option.typed for option in question.options):
        separator = question.separator or export.separator if question.kind == "multiple" else ""
        unknown = tick_reader(question, separator)(cell)[1]
        return masked(separator.join(unknown))
    return ""
