"""Codebooks: a platform's own description of a questionnaire, recognised by its content."""

from __future__ import annotations

from pathlib import Path

from survey.drafting.codebooks import lss, qsf, xlsform
from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion
from survey.errors import ExportError
from survey.exports.sheet import first_bytes
from survey.exports.workbooks import ZIP

__all__ = ["Codebook", "CodebookOption", "CodebookQuestion", "read_codebook"]


def read_codebook(path: str | Path) -> Codebook:
    """Return the codebook in an XLSForm, a Qualtrics .qsf or a LimeSurvey .lss.

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
    raise ExportError(
        path.name,
        "is not a recognised codebook",
        "give an XLSForm (.xlsx), a Qualtrics .qsf or a LimeSurvey .lss",
    )
