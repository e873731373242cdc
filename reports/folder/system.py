"""What systems do differently with files: locks, exchanges, owners and modes, links that are not followed."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
from io import FileIO
from pathlib import Path

HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
# Windows has no links that a name could turn into unnoticed by those who may not make them.
NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)
WEIGHTS = "weights-"


def open_lock(path: Path) -> FileIO:
    """Return a file to lock, made if it is not there; raises OSError for a link or anything but a file."""
    lock = FileIO(os.open(path, os.O_RDWR | os.O_CREAT | NOT_THROUGH_LINKS, 0o666), "r+")
    if not stat.S_ISREG(os.fstat(lock.fileno()).st_mode):
        lock.close()
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return lock


def locked(handle: int, path: Path) -> bool:
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


def write_new(path: Path, data: bytes, name: str) -> None:
    """Write a file that is not there yet, open to whom the umask says; weights to their owner alone."""
    mode = 0o600 if name.startswith(WEIGHTS) else 0o666
    binary = getattr(os, "O_BINARY", 0)  # of Windows
    with FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, mode), "w") as stream:
        rest = memoryview(data)
        while rest:
            rest = rest[stream.write(rest) :]


def keep_standing(path: Path, twin: Path) -> None:
    """Give a folder the owner, group, mode and access list of another; raises OSError if that may not be."""
    about, made = path.stat(), twin.stat()
    if hasattr(os, "chown") and (about.st_uid, about.st_gid) != (made.st_uid, made.st_gid):
        os.chown(twin, about.st_uid, about.st_gid)
    shutil.copystat(path, twin)


def swapped(first: Path, second: Path) -> bool:
    """Exchange two folders by one system call; return False where there is none."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    return bool(call(HERE, os.fsencode(first), HERE, os.fsencode(second), EXCHANGE) == 0)
