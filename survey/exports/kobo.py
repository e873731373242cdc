"""KoboToolbox: XML names or labels as headers, groups and options joined by a slash."""

from __future__ import annotations

from dataclasses import replace

from survey.errors import ExportError
from survey.exports.export import Export
from survey.exports.sheet import Sheet
from survey.exports.xlsform import joint_of, xlsform_export

PLATFORM, LABEL = "kobo", "KoboToolbox"
OWN = {
    "start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid", "audit",
    "formhub/uuid", "meta/instanceid", "meta/instancename", "meta/rootuuid", "meta/deprecatedid",
    "__version__",
}  # fmt: skip
REJECTED = ("not approved", "validation_status_not_approved")


def recognise(sheet: Sheet) -> bool:
    """Say whether Kobo's own columns stand in the header."""
    return {"_id", "_uuid", "_submission_time"} <= set(sheet.header)


def read(sheet: Sheet) -> Export:
    """Return the answers of a Kobo export; raises ExportError."""
    # Some exports put a row of HXL tags under the header.
    second = [str(cell) for cell in sheet.body[0] if cell] if len(sheet.body) else []
    if second and all(cell.startswith("#") for cell in second):
        sheet = replace(sheet, header_rows=2)
    header = sheet.header
    places = [
        i for i, text in enumerate(header) if text and text.casefold() not in OWN and not text.startswith("_")
    ]
    if not places or not len(sheet.body):
        raise ExportError(sheet.file, key="export.no_answers" if places else "export.no_question")
    return xlsform_export(
        sheet,
        PLATFORM,
        places,
        joint=joint_of([header[i] for i in places], sheet.body[:, places]),
        submitted="_submission_time",
        review="_validation_status",
        rejected=REJECTED,
    )
