"""The folder of a study's results: replaced as a whole or not at all, by one run at a time.

A run that is killed leaves the results that were there. What it had written lies beside the folder under a
hidden name, and the next run deletes it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from reports.folder.run_record import printed_files, read_run, weight_files
from reports.folder.system import keep_standing, locked, open_lock, swapped, write_new
from survey.errors import ReportError

FOLDERS = ("charts", "groups")
Over = Literal["refuse", "replace"]


def _hidden(folder: Path, purpose: str) -> Path:
    """Return the hidden name beside a folder."""
    path = folder.absolute()
    return path.with_name(f".{path.name}.{purpose}")


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Keep other runs from the folder while this one works; delete what a killed one left.

    Raises
    ------
    ReportError
        If another run is writing to the folder, or it cannot be made.
    """
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        place = _hidden(folder, "lock") if _has_writable_parent(folder) else folder / ".lock"
        lock = open_lock(place)
    except OSError as error:
        raise _unwritable(folder, error) from None
    with lock:
        if not locked(lock.fileno(), place):
            raise ReportError(str(folder), key="output.busy")
        try:
            old, new = _hidden(folder, "old"), _hidden(folder, "new")
            if old.is_dir() and not old.is_symlink() and not folder.exists():
                old.replace(folder)  # it was about to be replaced
            for leftover in (old, new):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
        finally:
            with suppress(OSError):  # a system that keeps open files keeps this one, unlocked
                place.unlink()


def _has_writable_parent(folder: Path) -> bool:
    """Say whether something may be put beside the folder: its parent may belong to another user."""
    return os.access(folder.absolute().parent, os.W_OK) or not folder.exists()


def refuse_existing(path: Path) -> None:
    """Raise ReportError where a file that a person may have worked on would be overwritten."""
    if path.exists():
        raise ReportError(str(path), key="output.exists")


def write_together(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Return the paths of files written to a folder: all of them whole, or none at all.

    Every file is first written in full under another name; only then are they moved into place. A name
    may begin with one folder, such as "charts/overall.svg".

    Raises
    ------
    ReportError
        If the folder cannot be made or written to, or a link lies where a folder is to be.
    """
    staged: list[tuple[Path, Path]] = []
    _refuse_links(folder, files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
            staged.append((part, target))
            write_new(part, data, name)
        for part, target in staged:
            part.replace(target)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        for part, _ in staged:
            part.unlink(missing_ok=True)
    return [target for _, target in staged]


def replace_results(folder: Path, files: Mapping[str, bytes], *, over: Over = "refuse") -> list[Path]:
    """Return the paths of files that now are the results of a folder: all of them, or none.

    What an earlier run wrote and this one does not goes; everything else in the folder stays, and so do its
    owner, group and mode. A folder that is not one of results (other folders, pipes or no run.json in it) or
    cannot keep its owner is not replaced; there the files are written one by one.

    Parameters
    ----------
    over : {"refuse", "replace"}
        What becomes of files of these names where no run.json says that they are of an earlier run.

    Raises
    ------
    ReportError
        If the folder cannot be made or written to, or holds files that are not of a run; nothing has
        changed then.
    """
    _refuse_links(folder, files)
    if over == "refuse":
        _refuse_foreign(folder, files)
    new = _hidden(folder, "new")
    if folder.exists() and not (_holds_results(folder) and _may_stand_in(folder, new)):
        gone = list(_of_an_earlier_run(folder, files))
        # The record first: a run that is killed here leaves files that the next one knows as its own.
        written = write_together(folder, {name: files[name] for name in sorted(files, key=_record_first)})
        for path in gone:
            path.unlink(missing_ok=True)
        return written
    try:
        if not folder.exists():
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(parents=True)
        for name, data in files.items():
            target = new / name
            target.parent.mkdir(exist_ok=True)
            write_new(target, data, name)
        if not folder.exists():
            new.replace(folder)
        else:
            _carry_over(folder, new, files)
            if not swapped(new, folder.absolute()):
                # Between these two the results are under the hidden name, from where the next run takes them.
                old = _hidden(folder, "old")
                folder.replace(old)
                try:
                    new.replace(folder)
                except OSError:
                    old.replace(folder)
                    raise
                shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise _unwritable(folder, error) from None
    shutil.rmtree(new, ignore_errors=True)
    return [folder / name for name in files]


def _record_first(name: str) -> bool:
    return name != "run.json"


def _refuse_links(folder: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to write through a link in the folder to wherever it leads; raises ReportError."""
    for name in {name.partition("/")[0] for name in files if "/" in name}:
        if (folder / name).is_symlink():
            raise ReportError(str(folder / name), key="output.link")


def _refuse_foreign(folder: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to write over files that no run has written: no run.json is beside them; raises ReportError."""
    if not (folder / "run.json").is_file():
        for name in files:
            if os.path.lexists(folder / name):
                raise ReportError(str(folder / name), key="output.foreign")


def _unwritable(folder: Path, error: OSError) -> ReportError:
    return ReportError(str(folder), key="output.locked", reason=error.strerror)


def _holds_results(folder: Path) -> bool:
    """Say whether a folder holds results and nothing that should stay where it is."""
    if not folder.is_dir() or folder.is_symlink() or folder.is_mount() or not _has_writable_parent(folder):
        return False
    entries = list(folder.iterdir())
    for inner in (folder / name for name in FOLDERS):
        if inner in entries:
            entries = [*(entry for entry in entries if entry != inner), *inner.iterdir()]
    if any(entry.is_dir() or not (entry.is_file() or entry.is_symlink()) for entry in entries):
        return False
    return not entries or (folder / "run.json").is_file()


def _may_stand_in(folder: Path, new: Path) -> bool:
    """Make a new folder of the owner, group and mode of another; return False where that may not be."""
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir()
        for part in (folder, *(folder / name for name in FOLDERS)):
            if part.is_dir():
                twin = new / part.relative_to(folder)
                twin.mkdir(exist_ok=True)
                keep_standing(part, twin)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        return False
    return True


def _of_an_earlier_run(folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Yield the files in a folder that its run.json names and these do not take the place of."""
    record = read_run(folder)
    written = {*printed_files(record), "run.json"}
    if "estimates.csv" in files:  # else pages printed anew from estimates that stay
        written |= {"estimates.csv", *weight_files(record)}
    for path in (*folder.glob("*"), *(path for name in FOLDERS for path in folder.glob(f"{name}/*"))):
        name = path.relative_to(folder).as_posix()
        if name in written and name not in files and not path.is_dir():
            yield path


def _carry_over(folder: Path, new: Path, files: Mapping[str, bytes]) -> None:
    """Add to the new folder what else is in the old one, by hard link where the disk has them."""
    gone = set(_of_an_earlier_run(folder, files))
    for path in sorted(p for p in folder.rglob("*") if p.is_file() or p.is_symlink()):
        name = path.relative_to(folder).as_posix()
        if name in files or path in gone:
            continue
        target = new / name
        target.parent.mkdir(exist_ok=True)
        try:
            os.link(path, target, follow_symlinks=False)
        except (OSError, NotImplementedError):  # a file system without links, such as FAT
            shutil.copy2(path, target, follow_symlinks=False)
    for inner in (new / name for name in FOLDERS):
        if inner.is_dir() and not any(inner.iterdir()):
            inner.rmdir()
