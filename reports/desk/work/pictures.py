"""Pages as pictures, and files in one: of a folder of results."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path

from reports.folder.run_record import printed_files, read_run

# Its library draws one page at a time.
DRAWING = threading.Lock()
SCALE = 1.6  # of 72 dots an inch


def first_page(out: Path, language: str) -> bytes:
    """Return page 1 of a briefing as a PNG, of the language shown if there is one."""
    names = [n for n in printed_files(read_run(out)) if n.endswith(".pdf") and "appendix" not in n]
    name = next((n for n in names if n == f"briefing-{language}.pdf"), names[0])
    return picture((out / name).read_bytes())


def picture(pdf: bytes) -> bytes:
    """Return the first page of a PDF as a PNG."""
    import pypdfium2

    drawn = io.BytesIO()
    with DRAWING:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document[0].render(scale=SCALE).to_pil().save(drawn, format="PNG", optimize=True)
        finally:
            document.close()
    return drawn.getvalue()


def pages_of(path: Path) -> int:
    """Return the number of pages of a PDF."""
    import pypdfium2

    with DRAWING:
        document = pypdfium2.PdfDocument(path)
        try:
            return len(document)
        finally:
            document.close()


def zipped(out: Path, language: str) -> bytes:
    """Return the files of a report in one archive, those that its record names."""
    names = [*printed_files(read_run(out)), "estimates.csv", "run.json"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys(names):
            if (out / name).is_file():
                archive.write(out / name, name)
    return packed.getvalue()
