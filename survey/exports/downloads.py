"""What stands round a table in a download: a zip with the tables of repeated groups, or a file of syntax."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from survey.errors import ExportError, listing
from survey.exports.workbooks import LARGEST, is_of_an_answer

TABLES = {".csv", ".tab", ".tsv", ".xlsx", ".xls"}
WORKBOOK = re.compile(r"\[Content_Types\]\.xml|xl/.*|content\.xml|mimetype")
# Tables that Survey Solutions writes on the work and not on the answers.
ON_THE_WORK = re.compile(r"(?:interview|assignment)__\w+|readme|questionnaire", re.IGNORECASE)
FIRST_LINE = 2**20
ENCRYPTED = 1
# SPSS, R, Stata and SAS programs, and the data that LimeSurvey and REDCap write for them without headings.
SYNTAX, WITHOUT_HEADINGS = {".sps", ".r", ".do", ".sas"}, {".dat"}
DATA = re.compile(r"(?:^|[,;\t])\"?'?(?:\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}|\d+\.\d+\.\d+\.\d+)")


def is_archive(data: bytes) -> bool:
    """Say whether a zip holds files of its own, and is no workbook."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    # Whatever is wrong with an archive has one of these types.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False  # the reader of workbooks says what is wrong
    return bool(names) and not any(map(WORKBOOK.fullmatch, names))


def main_table(data: bytes, name: str) -> tuple[bytes, str, tuple[str, ...]]:
    """Return the one main table in a zip, its name, and a note on the tables that are not read.

    Parameters
    ----------
    name : str
        Of the zip, for messages.

    Raises
    ------
    ExportError
        If it is damaged, locked or too large, or does not hold exactly one main table.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    paths = {PurePosixPath(part.filename): part for part in archive.infolist()}
    tables = {
        path: part
        for path, part in paths.items()
        if path.suffix.lower() in TABLES
        and not any(piece.startswith((".", "__MACOSX")) for piece in path.parts)
    }
    if any(part.flag_bits & ENCRYPTED for part in tables.values()):
        raise ExportError(name, key="export.zip_locked")
    if sum(part.file_size for part in tables.values()) > LARGEST:
        raise ExportError(name, key="export.zip_large")
    try:
        main = [
            path for path, part in tables.items() if not _is_side(path, archive.open(part).read(FIRST_LINE))
        ]
        if len(main) == 1:
            rest = [str(path) for path in tables if path != main[0]]
            notes = (f"read {main[0]} and not {listing(rest)}",) if rest else ()
            return archive.read(tables[main[0]]), f"{name}/{main[0].name}", notes
    # As above; a part that is cut off is met when it is unpacked.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error) as error:
        raise ExportError(name, key="export.zip_damaged", reason=str(error)) from None
    raise ExportError(
        name, key="export.zip_tables", found=len(main), tables=[str(path) for path in main or tables or paths]
    )


def _is_side(path: PurePosixPath, start: bytes) -> bool:
    """Say whether a table holds no person a row: a repeated group's, or one on the work."""
    if ON_THE_WORK.fullmatch(path.stem):
        return True
    line = start.decode("utf-8-sig", "replace").partition("\n")[0]
    return is_of_an_answer(cell.strip(' "\r') for cell in re.split(r"[,;\t]", line))


def refuse_beside_data(suffix: str, data: bytes, name: str) -> None:
    """Refuse a file of syntax, and data whose headings stand in such a file.

    Raises
    ------
    ExportError
        Saying which download to take in its place.
    """
    if suffix in SYNTAX:
        raise ExportError(name, key="export.program")
    first = data[:FIRST_LINE].decode("utf-8", "replace").partition("\n")[0]
    if suffix in WITHOUT_HEADINGS and DATA.search(first):
        raise ExportError(name, key="export.no_headings")
