"""Identifiers: keyed-hashed for de-duplication while a file is read, and never kept."""

from __future__ import annotations

import hmac
import secrets

import numpy as np
import pandas as pd

from survey.array_types import Ints, Texts


def pseudonyms(identifiers: Texts | None, n: int) -> Ints:
    """Return numbers, shape (n,), equal where the identifiers are equal; -1 where there is none.

    Each identifier goes through HMAC-SHA256 under a key made for this call and thrown away: a
    plain hash of an address or a telephone number can be undone by trying them all (methods 7.4).
    What is returned says only which answers came from one place.
    """
    if identifiers is None:
        return np.full(n, -1, dtype=np.int64)
    key = secrets.token_bytes(32)
    codes, texts = pd.factorize(identifiers)
    digests = [hmac.digest(key, str(t).encode(), "sha256") if str(t) else b"" for t in texts]
    order, _ = pd.factorize(np.array(digests, dtype=object))
    blank = np.array([d == b"" for d in digests], dtype=bool)
    return np.where(blank[codes], -1, order[codes]).astype(np.int64)
