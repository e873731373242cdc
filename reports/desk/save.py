"""Saving an edit of a study: what was there goes to the history first, and can be brought back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.desk.edits import Edits, edited
from reports.desk.root import Kept, private
from reports.folder.results import write_together

MOST = 200  # steps that are kept
NOTE = "step.json"
BOM = b"\xef\xbb\xbf"


class Conflict(Exception):
    """The study file was changed elsewhere since the page was made.

    Attributes
    ----------
    differences : list of (name, typed, there)
        For each field that was changed, what was typed and what the file has.
    """

    def __init__(self, differences: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__()
        self.differences = list(differences)


@dataclass(frozen=True, slots=True)
class Step:
    """An edit in the history of a study, with what was there before it.

    Attributes
    ----------
    line : str
        What was changed, in words.
    files : tuple of str
        The files as they were; `absent` are those that were not there.
    """

    number: int
    line: str
    when: str
    files: tuple[str, ...]
    absent: tuple[str, ...]
    folder: Path


def save(
    kept: Kept,
    edits: Edits,
    *,
    line: str,
    seen: str,
    files: Mapping[str, bytes] | None = None,
    change: Callable[[str], str] | None = None,
) -> bool:
    """Write an edit of a study file and of files beside it, all or nothing; say whether anything changed.

    Parameters
    ----------
    line : str
        What was changed, in words, for the history.
    seen : str
        The sha256 of the study file that the person saw.
    change : callable, optional
        A further change of the text, such as another order.

    Raises
    ------
    Conflict
        If the file is another than the person saw.
    ReportError
        If the file cannot be edited or written.
    """
    old = kept.data()
    if hashlib.sha256(old).hexdigest() != seen:
        raise Conflict
    mark = BOM if old.startswith(BOM) else b""
    text = old.removeprefix(BOM).decode("utf-8")
    new = edited(text, edits) if edits else text
    new = change(new) if change is not None else new
    wanted = {kept.file.name: mark + new.encode("utf-8"), **(files or {})}
    changed = {name: data for name, data in wanted.items() if _there(kept.folder / name) != data}
    if changed:
        _remember(kept, [*changed], line)
        write_together(kept.folder, changed)
    return bool(changed)


def history(kept: Kept) -> list[Step]:
    """Return the steps of a study that can be undone, the newest first."""
    steps = []
    for folder in sorted(_folders(kept), reverse=True):
        try:
            told = json.loads((folder / NOTE).read_text(encoding="utf-8"))
            parts = str(told["line"]), str(told["when"]), tuple(told["files"]), tuple(told["absent"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        steps.append(Step(int(folder.name), *parts, folder))
    return steps


def undo(kept: Kept, number: int, *, line: str) -> bool:
    """Bring back what was there before a step, which is a step itself; say whether there was such a step."""
    step = next((step for step in history(kept) if step.number == number), None)
    if step is None:
        return False
    before = {name: (step.folder / name).read_bytes() for name in step.files if Path(name).name == name}
    _remember(kept, [*step.files, *step.absent], line)
    write_together(kept.folder, before)
    for name in step.absent:
        if Path(name).name == name:
            (kept.folder / name).unlink(missing_ok=True)
    return True


def _there(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _folders(kept: Kept) -> list[Path]:
    place = kept.desk / "history"
    return [f for f in place.iterdir() if f.name.isdecimal() and f.is_dir()] if place.is_dir() else []


def _remember(kept: Kept, names: list[str], line: str) -> None:
    """Put the files as they are into the history."""
    folders = sorted(_folders(kept))
    number = int(folders[-1].name) + 1 if folders else 1
    place = private(private(kept.desk / "history") / f"{number:04}")
    there = {name: data for name in names if (data := _there(kept.folder / name)) is not None}
    told = {
        "line": line,
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "files": [*there],
        "absent": [name for name in names if name not in there],
    }
    note = json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8")
    write_together(place, {**there, NOTE: note})
    for folder in folders[: max(0, len(folders) + 1 - MOST)]:
        shutil.rmtree(folder, ignore_errors=True)
