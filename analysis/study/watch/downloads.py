"""What an earlier download of the same export held, as keyed hashes, and what changed since."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from survey.errors import StudyError
from survey.exports.export import Export
from survey.responses.responses import Responses

STATE = "watch.json"
VERSION = 1
DIGITS = 24  # of a hash: enough that no two answers of a file share one
# Of an answer: what it says, and whether it was analysed.
Marks = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the answers while they came in: how far they went, and the rule of closing as hashed."""

    newest: str
    returned: int
    analysed: int
    rule: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Answers that came, went, were altered or stayed between two downloads.

    Attributes
    ----------
    since : str
        Time of the newest answer of the earlier download.
    altered : int or None
        None where the platform gives answers no number: an altered one is then one gone and one new.
    sides : int
        Answers that were analysed before and are not now, or the reverse.
    headers : tuple of str
        Questions that the file words otherwise than the earlier one did.
    """

    since: str
    new: int
    gone: int
    altered: int | None
    same: int
    sides: int
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A download as its page's state keeps it: hashes under a key, no answer.

    Attributes
    ----------
    study, wave : str
    key : str
        Of the hashes, in hexadecimal.
    content : str
        Hash of all answers together.
    numbered : bool
        Whether the platform numbers the answers.
    headers : mapping of question to hash
    answers : mapping of hash to (hash, hash)
    looks : tuple of Look
    changes : Changes or None
        Since the download before.
    """

    study: str
    wave: str
    key: str
    content: str
    newest: str
    numbered: bool
    headers: Mapping[str, str]
    answers: Mapping[str, Marks] = field(repr=False)
    looks: tuple[Look, ...] = ()
    changes: Changes | None = None


def snapshot_of(
    study: str, export: Export, returned: Responses, analysed: np.ndarray, key: str, newest: str
) -> Snapshot:
    """Return the hashes of a download.

    Parameters
    ----------
    analysed : bool array, shape (n,)
        Who passed every rule.
    """
    secret = bytes.fromhex(key)

    def digest(*texts: str) -> str:
        return hmac.digest(secret, "\x1f".join(texts).encode(), "sha256").hex()[:DIGITS]

    sent = export.paradata.submitted
    times = np.full(len(export), "") if sent is None else sent.astype(str)
    cells = zip(*(column.cells.tolist() for column in export.columns), strict=True)
    said = [digest(*map(str, row)) for row in cells]
    if export.serial is None:
        names = [digest("row", time, what) for time, what in zip(times.tolist(), said, strict=True)]
        seen = Counter[str]()
        for i, name in enumerate(names):  # the same answers in the same second are several answers
            seen[name] += 1
            names[i] = name if seen[name] == 1 else digest("copy", name, str(seen[name]))
    else:
        names = [digest("row", str(number)) for number in export.serial.tolist()]
    answers = {
        name: (what, digest("side", name, str(bool(side))))
        for name, what, side in zip(names, said, analysed.tolist(), strict=True)
    }
    return Snapshot(
        study=study,
        wave=returned.wave.id,
        key=key,
        content=digest("all", *(part for name in sorted(answers) for part in (name, *answers[name]))),
        newest=newest,
        numbered=export.serial is not None,
        headers={name: digest("header", header) for name, header in returned.headers.items()},
        answers=dict(sorted(answers.items())),
    )


def looked_at(
    now: Snapshot, earlier: Snapshot | None, returned: int, analysed: int, *, rule: str
) -> Snapshot:
    """Return a download with what changed since the last look, and every look; the same one adds none.

    Parameters
    ----------
    rule : str
        The rule of closing as hashed.

    Raises
    ------
    StudyError
        If the last look was at another study.
    """
    if earlier is None:
        return replace(now, looks=(Look(now.newest, returned, analysed, rule),))
    if (earlier.study, earlier.wave) != (now.study, now.wave):
        raise StudyError(STATE, key="watch.other_study", found=f"{earlier.study} {earlier.wave}")
    if earlier.content == now.content:
        return replace(now, looks=earlier.looks, changes=earlier.changes)
    looks = (*earlier.looks, Look(now.newest, returned, analysed, rule))
    return replace(now, looks=looks, changes=changes_between(earlier, now))


def changes_between(older: Snapshot, newer: Snapshot) -> Changes:
    """Return what changed from one download to the next, both hashed with one key."""
    gone, new, altered, same = compared(
        {name: marks[0] for name, marks in older.answers.items()},
        {name: marks[0] for name, marks in newer.answers.items()},
    )
    stayed = [name for name in newer.answers if name in older.answers]
    return Changes(
        since=older.newest,
        new=len(new),
        gone=len(gone),
        altered=len(altered) if newer.numbered else None,
        same=len(same),
        sides=sum(older.answers[name][1] != newer.answers[name][1] for name in stayed),
        headers=tuple(
            name
            for name, header in newer.headers.items()
            if name in older.headers and older.headers[name] != header
        ),
    )


def compared(
    older: Mapping[str, str], newer: Mapping[str, str]
) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return which are gone, new, altered and the same, of two downloads by number."""
    both = [name for name in newer if name in older]
    return (
        [name for name in older if name not in newer],
        [name for name in newer if name not in older],
        [name for name in both if older[name] != newer[name]],
        [name for name in both if older[name] == newer[name]],
    )


def stored(path: Path) -> Snapshot | None:
    """Return the last look that a file holds; None where there is none. Raises StudyError if it is spoilt."""
    try:
        return from_data(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise StudyError(path.name, key="watch.state") from None


def refuse_older(earlier: Snapshot | None, now: Snapshot, file: str) -> None:
    """Refuse an export that ends before that of the last look; raises StudyError naming both times."""
    if earlier is not None and now.newest < earlier.newest:
        raise StudyError(file, key="watch.older", newest=now.newest, last=earlier.newest)


def as_data(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as JSON holds it."""
    return {"version": VERSION, **asdict(snapshot)}


def from_data(values: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that `as_data` wrote; raises KeyError, TypeError or ValueError if it is not one."""
    values = dict(values)
    if values.pop("version") != VERSION or not isinstance(values["answers"], dict):
        raise ValueError
    bytes.fromhex(values["key"])
    changes = values.pop("changes")
    looks: Sequence[Mapping[str, Any]] = values.pop("looks")
    answers = {name: (marks[0], marks[1]) for name, marks in values.pop("answers").items()}
    return Snapshot(
        **values,
        answers=answers,
        looks=tuple(Look(**look) for look in looks),
        changes=None if changes is None else Changes(**{**changes, "headers": tuple(changes["headers"])}),
    )
