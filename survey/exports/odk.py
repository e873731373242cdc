"""ODK Central and Briefcase: XML names as headers, groups joined by a hyphen, KEY last."""

from __future__ import annotations

from survey.errors import ExportError
from survey.exports.export import Export
from survey.exports.sheet import Sheet
from survey.exports.xlsform import xlsform_export

PLATFORM, LABEL = "odk", "ODK"
OWN = {
    "submissiondate", "start", "end", "today", "deviceid", "submitterid", "submittername",
    "attachmentspresent", "attachmentsexpected", "status", "reviewstate", "edits", "formversion",
    "instanceid", "key", "parent_key", "username", "phonenumber", "simserial", "subscriberid",
}  # fmt: skip


def recognise(sheet: Sheet) -> bool:
    """Say whether the time of submission and the key of the answer are named as ODK names them."""
    header = set(sheet.header)
    return "SubmissionDate" in header and bool({"KEY", "meta-instanceID", "instanceID"} & header)


def read(sheet: Sheet) -> Export:
    """Return the answers of an ODK export; raises ExportError."""
    header = sheet.header
    places = [
        i
        for i, text in enumerate(header)
        if text and text.casefold() not in OWN and not text.startswith(("meta-", "SET-OF-"))
    ]
    if not places:
        raise ExportError(sheet.file, key="export.no_question")
    return xlsform_export(
        sheet,
        PLATFORM,
        places,
        # Options split off stand behind a slash, groups behind a hyphen.
        joint="/" if any("/" in text for text in header) else "-",
        submitted="submissiondate",
        review="reviewstate",
        rejected=("rejected",),
    )
