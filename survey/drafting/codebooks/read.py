"""Codebooks: a platform's own description of a questionnaire, recognised by its content."""

from __future__ import annotations

from pathlib import Path

from survey.drafting.codebooks import lss, qsf, redcap, xlsform
from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion
from survey.errors import ExportError
from survey.exports.redcap import is_dictionary
from survey.exports.sheet import first_bytes, read_sheet
from survey.exports.workbooks import ZIP

__all__ = ["Codebook", "CodebookOption", "CodebookQuestion", "read_codebook"]


def read_codebook(path: str | Path) -> Codebook:
    """Return the codebook in an XLSForm, a Qualtrics .qsf, a LimeSurvey .lss or a REDCap data dictionary.

    Raises
    ------
    ExportError
        If there is no such file, it is none of these, or it is damaged.
    """
    path = Path(path)
    start = first_bytes(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(ZIP):
        return xlsform.read(path)
    if start.startswith(b"{"):
        return qsf.read(path)
    if start.startswith(b"<"):
        return lss.read(path)
    try:
        table = read_sheet(path)
    except ExportError:  # not even a table, as said below
        table = None
    if table is not None and is_dictionary(table):
        return redcap.of(table)
    raise ExportError(path.name, key="codebook.unknown")
