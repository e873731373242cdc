"""The folder of a study's results: replaced as a whole or not at all, by one run at a time.

A run that is killed leaves the results that were there. What it had written lies beside the folder under a
hidden name, and the next run deletes it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reports.folder.run_record import printed_files, read_run
from survey.errors import ReportError

CHARTS = "charts"
HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


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
        lock = place.open("w", encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from None
    with lock:
        if not _locked(lock.fileno(), place):
            raise ReportError(str(folder), key="output.busy")
        try:
            old, new = _hidden(folder, "old"), _hidden(folder, "new")
            if old.is_dir() and not folder.exists():
                old.replace(folder)  # it was about to be replaced
            for leftover in (old, new):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
        finally:
            with suppress(OSError):  # a system that keeps open files keeps this one, unlocked
                place.unlink()


def _locked(handle: int, path: Path) -> bool:
    """Lock a file until it is closed; return False where another process holds it, or did until just now."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A file that its run removed in the meantime locks nothing.
            return os.fstat(handle).st_ino == path.stat().st_ino
    except OSError:
        return False
    return True


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
        If the folder cannot be made or written to.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            handle, part = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
            staged.append((Path(part), target))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(part).chmod(0o644)
        for part_path, target in staged:
            part_path.replace(target)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        for part_path, _ in staged:
            part_path.unlink(missing_ok=True)
    return [target for _, target in staged]


def replace_results(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Return the paths of files that now are the results of a folder: all of them, or none.

    What an earlier run wrote and this one does not goes; everything else in the folder stays. A folder that
    is not one of results (other folders or no run.json in it) is not replaced; there the files are written
    one by one.

    Raises
    ------
    ReportError
        If the folder cannot be made or written to; nothing has changed then.
    """
    if folder.exists() and not _holds_results(folder):
        return write_together(folder, files)
    new = _hidden(folder, "new")
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, data in files.items():
            target = new / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        if not folder.exists():
            new.replace(folder)
        else:
            _carry_over(folder, new, files)
            if not _swapped(new, folder.absolute()):
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


def _unwritable(folder: Path, error: OSError) -> ReportError:
    return ReportError(str(folder), key="output.locked", reason=error.strerror)


def _holds_results(folder: Path) -> bool:
    """Say whether a folder holds results and nothing that should stay where it is."""
    if not folder.is_dir() or folder.is_symlink() or folder.is_mount() or not _has_writable_parent(folder):
        return False
    entries = list(folder.iterdir())
    if any(entry.is_dir() and entry.name != CHARTS for entry in entries):
        return False
    return not entries or (folder / "run.json").is_file()


def _carry_over(folder: Path, new: Path, files: Mapping[str, bytes]) -> None:
    """Add to the new folder what else is in the old one, by hard link where the disk has them."""
    written = {*printed_files(read_run(folder)), "estimates.csv", "run.json"}
    partial = "estimates.csv" not in files  # pages printed anew from estimates that stay
    for path in sorted(p for p in folder.rglob("*") if p.is_file() or p.is_symlink()):
        name = path.relative_to(folder).as_posix()
        if name in files or (name in written and not (partial and name == "estimates.csv")):
            continue
        target = new / name
        target.parent.mkdir(exist_ok=True)
        try:
            os.link(path, target, follow_symlinks=False)
        except (OSError, NotImplementedError):  # a file system without links, such as FAT
            shutil.copy2(path, target, follow_symlinks=False)


def _swapped(first: Path, second: Path) -> bool:
    """Exchange two folders by one system call; return False where there is none."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    return bool(call(HERE, os.fsencode(first), HERE, os.fsencode(second), EXCHANGE) == 0)
