"""What Word files and slides share: the same bytes every time, and fonts by script."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

# The first day that a zip can name; the day of the data stands in the document's own properties.
DAY = (1980, 1, 1, 0, 0, 0)
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=<)")
# Fonts that an office has: Latin letters, then Chinese ones in headings and in text.
LATIN, HEADING, TEXT = "Arial", "Microsoft YaHei", "SimSun"


def settled(data: bytes, issued: datetime) -> bytes:
    """Return an Office file, and the workbooks inside it, with fixed dates in place of the clock's."""
    stamp = issued.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = settled(part, issued)
            elif name == "docProps/core.xml":
                part = WRITTEN.sub(rb"\g<1>" + stamp, part)
            new.writestr(zipped(name), part)
    return stream.getvalue()


def zipped(name: str) -> zipfile.ZipInfo:
    """Return an entry of a zip with the fixed date, readable by everybody."""
    entry = zipfile.ZipInfo(name, DAY)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def set_properties(properties: Any, *, title: str, author: str, language: str, issued: datetime) -> None:
    """Set the core properties of an Office file, none of them of this machine or its clock."""
    properties.title, properties.author, properties.language = title, author, language
    properties.last_modified_by, properties.comments, properties.revision = author, "", 1
    properties.created = properties.modified = issued
