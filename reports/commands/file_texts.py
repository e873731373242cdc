"""What a printed file says, line by line: pages, slides, sheets, web page, texts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

Part = tuple[str, list[str]]
TAG = re.compile(r"<[^>]*>")
# What ends a line of a web page, and of Word, slides and sheets.
LINE = re.compile(r"</(?:p|h\d|li|dt|dd|td|th|figcaption|caption|text|desc|title)>")
OFFICE = re.compile(r"</(?:w:p|a:p|si|c|c:v)>")
PLAIN = (".csv", ".json", ".txt", ".svg")


def file_texts(path: Path) -> list[Part]:
    """Return the parts of a file by name with the lines of each; none where it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder) / "index.html"
    ...     _ = page.write_text("<p>70%</p><p>48%</p>", encoding="utf-8")
    ...     file_texts(page)
    [('text', ['70%', '48%'])]
    """
    if path.suffix == ".pdf":
        return _pages(path)
    if path.suffix == ".html":
        return [("text", _lines(path.read_text(encoding="utf-8", errors="replace"), LINE))]
    if path.suffix in PLAIN:
        return [("text", path.read_text(encoding="utf-8", errors="replace").splitlines())]
    if path.suffix in (".docx", ".pptx", ".xlsx", ".zip"):
        try:
            with zipfile.ZipFile(path) as archive:
                return [*_entries(archive)]
        except (OSError, zipfile.BadZipFile):
            return []
    return []


def _lines(text: str, end: re.Pattern[str]) -> list[str]:
    """Return the texts of marked-up text, a line an element."""
    texts = (unescape(TAG.sub("", part)).strip() for part in end.split(text))
    return [line for line in texts if line]


def _entries(archive: zipfile.ZipFile) -> Iterator[Part]:
    """Yield the texts of an archive by entry, pictures and other bytes left out."""
    for name in sorted(archive.namelist()):
        if name.endswith((".xml", ".toml", *PLAIN)):
            text = archive.read(name).decode("utf-8", errors="replace")
            yield name, _lines(text, OFFICE) if name.endswith(".xml") else text.splitlines()


def _pages(path: Path) -> list[Part]:
    """Return the lines of each page of a PDF."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return []
    try:
        pages = [page.get_textpage().get_text_range().splitlines() for page in document]
    finally:
        document.close()
    return [(f"page {number}", lines) for number, lines in enumerate(pages, 1)]
