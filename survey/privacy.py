"""Identifiers: hashed with a key for de-duplication while a file is read, and never kept."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from survey.numeric.array_types import Ints, Texts
from survey.text import normalised


def pseudonyms(identifiers: Texts | None, n: int) -> Ints:
    """Return numbers, shape (n,), equal where the identifiers are equal; -1 where there is none.

    Each identifier goes through HMAC-SHA256 with a key made for this call and discarded: an unkeyed
    hash of an address or a telephone number can be reversed by trying them all (methods 7.4). The
    result says only which answers came from the same address or account.
    """
    if identifiers is None:
        return np.full(n, -1, dtype=np.int64)
    key = secrets.token_bytes(32)
    codes, texts = pd.factorize(identifiers)
    digests = [hmac.digest(key, str(t).encode(), "sha256") if str(t) else b"" for t in texts]
    order, _ = pd.factorize(np.array(digests, dtype=object))
    blank = np.array([d == b"" for d in digests], dtype=bool)
    return np.where(blank[codes], -1, order[codes]).astype(np.int64)


# A column is of the kind that more than this share of its answers look like.
MOST = 0.5


# What platforms and people write in place of an account.
NO_ACCOUNT = (
    "anonymous",
    "anonym",
    "匿名",
    "匿名用户",
    "n/a",
    "na",
    "none",
    "null",
    "nan",
    "无",
    "-",
    "--",
    "—",
)
FEWEST_SHARING = 5


def placeholder_accounts(counts: Mapping[str, int], n: int) -> list[str]:
    """Return the accounts that identify no person: words for none, and one that most responses share.

    Parameters
    ----------
    counts : mapping of str to int
        Responses from each account, "" for those without.
    n : int
        All responses. More than half of them, and at least 5, do not come from one person.
    """
    return [
        account
        for account, times in counts.items()
        if account.strip().lower() in NO_ACCOUNT or (account and times >= FEWEST_SHARING and times > MOST * n)
    ]


def placeholder_note(people: int) -> str:
    """Return the remark on responses whose account is a placeholder."""
    return (
        f'{people:,} responses have a placeholder for an account ("anonymous", or one that most share): '
        "duplicates are not judged by it"
    )


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


def identifier_by_header(header: str) -> str:
    """Return the kind of identifier that a column's header names, such as "name"; "" if none."""
    text = normalised(header)
    return next((kind for kind, pattern in HEADERS if pattern.search(text)), "")


def identifier_by_content(cells: Texts) -> str:
    """Return the kind of identifier most cells of a column are, such as "telephone number"; "" if none."""
    counts = pd.Series(cells[cells != ""], dtype=object).value_counts(sort=False)
    kinds = pd.Series([looks_like(str(text)) for text in counts.index], dtype=object)
    shares = counts.reset_index(drop=True).groupby(kinds).sum() / max(int(counts.sum()), 1)
    known = shares.drop(labels="", errors="ignore")
    return str(known.idxmax()) if len(known) and known.max() > MOST else ""


DATE_OF_BIRTH = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"


IDENTITY = rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{DATE_OF_BIRTH}\d{{3}}[\dXx](?![0-9A-Za-z])"


# In the order tried: an identity number contains digits that could be a telephone number. Each takes
# time in proportion to the length of the text, whatever it contains: none may restart at every letter.
LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity number", re.compile(IDENTITY)),
    (
        "e-mail address",
        re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"),
    ),
    ("account name", re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")),
    ("coordinates", re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,}\s{0,3}[,;/ ]\s{0,3}-?\d{1,3}\.\d{4,}(?![\d.])")),
    ("network address", re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    ("telephone number", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")),
    ("telephone number", re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")),
)


def looks_like(text: str) -> str:
    """Return what kind of personal data a whole cell is, such as "telephone number"; "" if none."""
    cell = unicodedata.normalize("NFKC", text).strip()
    return next((kind for kind, look in LOOKS if look.fullmatch(cell)), "")


def masked(text: str) -> str:
    """Return the text with personal data in it replaced by their kind in brackets.

    Only what has a fixed pattern is recognised: numbers, addresses, accounts. A name has none, so typed
    texts are not printed even masked, except by `parent-intent code`, which lists them for coding.
    """
    normal = unicodedata.normalize("NFKC", text)
    if not any(look.search(normal) for _, look in LOOKS):
        return text
    for kind, look in LOOKS:
        normal = look.sub(f"[{kind}]", normal)
    return normal
