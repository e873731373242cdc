"""Dropped files: written under safe names into a folder of their own, taken or deleted."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from reports.desk.root import private, safe_name
from survey.errors import ReportError

MEGABYTE = 1_000_000
LARGEST, MOST = 200 * MEGABYTE, 8
PIECE = 1024 * 1024
ENDINGS = (".xlsx", ".xls", ".et", ".csv", ".tsv", ".txt", ".sav", ".zsav", ".dta", ".zip")


@contextmanager
def quarantine(root: Path) -> Iterator[Path]:
    """Give a hidden folder of studies for files that are not taken yet; what is left in it is deleted."""
    folder = private(private(root) / f".new-{secrets.token_hex(8)}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def receive(request: Request, folder: Path) -> list[str]:
    """Return the names of the files that a form sent, written to a folder.

    Raises
    ------
    ReportError
        If there are none or too many, one is too large or of a kind that is not read, or the disk is full;
        what was written is then for the caller to delete.
    """
    async with request.form(max_files=MOST + 1) as form:
        sent = [f for f in form.getlist("files") if isinstance(f, UploadFile) and f.filename]
        if not sent:
            raise ReportError("upload", key="desk.upload_none")
        if len(sent) > MOST:
            raise ReportError("upload", key="desk.upload_many", most=MOST)
        return [await run_in_threadpool(_written, file, folder) for file in sent]


def _written(file: UploadFile, folder: Path) -> str:
    """Return the name under which a file was written: its own, made safe, and new."""
    name = safe_name(file.filename or "")
    if not name.lower().endswith(ENDINGS):
        raise ReportError(name, key="desk.upload_ending", endings=list(ENDINGS))
    size = file.size or 0
    if size > LARGEST:
        raise ReportError(name, key="desk.upload_large", megabytes=LARGEST // MEGABYTE)
    if size > shutil.disk_usage(folder).free - 50 * MEGABYTE:
        raise ReportError(name, key="desk.upload_space", megabytes=size // MEGABYTE + 1)
    target = new_name(folder, name)
    written = 0
    with os.fdopen(os.open(folder / target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        while piece := file.file.read(PIECE):
            written += len(piece)
            if written > LARGEST:
                raise ReportError(name, key="desk.upload_large", megabytes=LARGEST // MEGABYTE)
            stream.write(piece)
    return target


def new_name(folder: Path, name: str) -> str:
    """Return a name that no file of a folder has, with a number where it is taken."""
    path, number = Path(name), 1
    while (folder / path).exists():
        number += 1
        path = Path(name).with_stem(f"{Path(name).stem}-{number}")
    return path.name
