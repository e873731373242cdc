"""Identifiers: hashed with a key for de-duplication while a file is read, and never kept."""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from survey.identifiers import MOST
from survey.numeric.array_types import Ints, Texts


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
# Channels through which fewer answers came, or beyond so many, go by one name.
RARE, CHANNELS, OTHER_CHANNELS = 30, 8, "other"


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


def channel_names(cells: Texts | None) -> Texts | None:
    """Return the name of the channel of each answer, shape (n,), or None where there are fewer than two.

    All rare ones are "other", since what few share may name a person, and so is an answer without one.
    """
    if cells is None:
        return None
    counts = Counter(cells.tolist()).most_common()
    kept = [str(name) for name, n in counts if name and n >= RARE][:CHANNELS]
    names = np.where(np.isin(cells.astype(str), kept), cells, OTHER_CHANNELS).astype(object)
    return names if len(set(names)) > 1 else None
