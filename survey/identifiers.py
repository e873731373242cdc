"""Columns that identify people, told by header and by content, and kept out of every result (methods 7.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from survey.array_types import Texts
from survey.errors import ExportError
from survey.exports.plain_answers import Column, Export
from survey.masking import looks_like
from survey.questionnaire import Question, plain_text

HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "telephone number",
        re.compile(r"手机号|电话号|联系(?:电话|方式)|^(?:手机|电话)$|\bphone\b"),
    ),
    (
        "name",
        re.compile(r"姓名|名字|昵称|称呼|\b(?:first|last|full|your|family|given|child'?s) name\b|^name$"),
    ),
    ("identity number", re.compile(r"身份证|证件号|护照|\bpassport\b|\bid (?:card|number)\b")),
    ("e-mail address", re.compile(r"邮箱|电子邮件|\be-?mail\b")),
    ("account name", re.compile(r"微信号|\bqq\b|openid|unionid|用户标识|\bwechat\b")),
    ("address", re.compile(r"详细地址|家庭住址|门牌|\b(?:street|postal|home) address\b|^address$")),
    ("coordinates", re.compile(r"经度|纬度|经纬|坐标|\blatitude\b|\blongitude\b|\bgps\b")),
    ("network address", re.compile(r"^ip$|\bip\s?(?:地址|address)\b|来自ip")),
)
# Above this share of the answers a column is what its cells look like.
MOST = 0.5


def identifier_by_header(header: str) -> str:
    """Return what a column's header says it identifies people by; "" if it does not."""
    text = plain_text(header)
    return next((kind for kind, pattern in HEADERS if pattern.search(text)), "")


def identifier_by_content(cells: Texts) -> str:
    """Return what most cells of a column are, such as "telephone number"; "" if they identify nobody."""
    counts = pd.Series(cells[cells != ""], dtype=object).value_counts(sort=False)
    kinds = pd.Series([looks_like(str(text)) for text in counts.index], dtype=object)
    shares = counts.reset_index(drop=True).groupby(kinds).sum() / max(int(counts.sum()), 1)
    known = shares.drop(labels="", errors="ignore")
    return str(known.idxmax()) if len(known) and known.max() > MOST else ""


def refuse_identifiers(question: Question, columns: Sequence[Column], export: Export) -> None:
    """Refuse a question whose answers would be kept and identify people.

    Raises
    ------
    ExportError
        Naming the question and what its cells look like, never a cell.
    """
    if question.kind == "text":
        return
    for column in columns:
        kind = identifier_by_content(column.cells)
        if kind:
            raise ExportError(
                f"{export.file}, question {question.id}",
                f'holds {kind}s under "{column.header or column.name or column.option}", '
                f"and answers of kind {question.kind} are kept",
                'leave the question out, or make it kind = "text", which is never kept',
            )
