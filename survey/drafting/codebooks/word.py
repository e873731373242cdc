"""Word files (.docx): their lines as text, with the numbers and bullets of lists, tables by tabs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from survey.errors import ExportError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT, NUMBERING, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
LARGEST = 50_000_000  # bytes unpacked: a questionnaire has a hundredth of it


def is_word(path: Path) -> bool:
    """Say whether a file is a Word document, and not another archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return DOCUMENT in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def lines_of(path: Path) -> list[str]:
    """Return the lines of a Word file, a row of a table as one line with a tab between cells.

    Raises
    ------
    ExportError
        If a part is damaged, too large, or declares entities of its own.
    """
    body = _part(path, DOCUMENT)
    formats, styles = _formats(_part(path, NUMBERING)), _listing(_part(path, STYLES))
    counts: Counter[tuple[str, str]] = Counter()
    lines: list[str] = []
    for block in body if body is not None else ():
        if block.tag == f"{W}tbl":
            lines += _rows(block)
        for paragraph in [block] if block.tag == f"{W}p" else block.iterfind(f"{W}sdtContent/{W}p"):
            lines += _paragraph(paragraph, formats, styles, counts)
    return lines


def _part(path: Path, name: str) -> ET.Element | None:
    """Return the body of a part of the file; None where the file has no such part."""
    try:
        with zipfile.ZipFile(path) as archive:
            if name not in archive.namelist():
                return None
            if archive.getinfo(name).file_size > LARGEST:
                raise ExportError(path.name, key="codebook.not_word", reason="too large")
            data = archive.read(name)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise ExportError(path.name, key="codebook.entities")
        root = ET.fromstring(data)
    except (OSError, zipfile.BadZipFile, ET.ParseError, ValueError, NotImplementedError) as error:
        raise ExportError(path.name, key="codebook.not_word", reason=str(error)) from None
    return root.find(f"{W}body") if name == DOCUMENT else root


def _listing(styles: ET.Element | None) -> dict[str, ET.Element]:
    """Return the list and level of the paragraph styles that number their paragraphs."""
    found = {}
    for style in () if styles is None else styles.iter(f"{W}style"):
        listed = style.find(f"{W}pPr/{W}numPr")
        if listed is not None:
            found[str(style.get(f"{W}styleId"))] = listed
    return found


def _formats(numbering: ET.Element | None) -> dict[tuple[str, str], str]:
    """Return how lists number their items, by list and level: "decimal", "upperLetter", "bullet"."""
    if numbering is None:
        return {}
    levels = {
        (str(kind.get(f"{W}abstractNumId")), str(level.get(f"{W}ilvl"))): _value(level, "numFmt")
        for kind in numbering.iter(f"{W}abstractNum")
        for level in kind.iter(f"{W}lvl")
    }
    return {
        (str(number.get(f"{W}numId")), level): form
        for number in numbering.iter(f"{W}num")
        for (kind, level), form in levels.items()
        if kind == _value(number, "abstractNumId")
    }


def _value(element: ET.Element, name: str) -> str:
    inner = element.find(f"{W}{name}")
    return "" if inner is None else str(inner.get(f"{W}val"))


def _paragraph(
    block: ET.Element,
    formats: Mapping[tuple[str, str], str],
    styles: Mapping[str, ET.Element],
    counts: Counter[tuple[str, str]],
) -> list[str]:
    text = _text(block)
    listed = block.find(f"{W}pPr/{W}numPr")
    style = block.find(f"{W}pPr/{W}pStyle")
    if listed is None and style is not None:
        listed = styles.get(str(style.get(f"{W}val")))
    if listed is None or not text.strip():
        return text.split("\n")
    place = _value(listed, "numId"), _value(listed, "ilvl") or "0"
    counts[place] += 1
    return (_mark(formats.get(place, "bullet"), counts[place]) + text).split("\n")


def _mark(form: str, n: int) -> str:
    """Return what Word shows in front of the n-th item of a list."""
    if form.endswith("Letter"):
        return f"{chr(64 + min(n, 26))}. "
    return "○ " if form == "bullet" else f"{n}. "


def _rows(table: ET.Element) -> Iterator[str]:
    for row in table.iter(f"{W}tr"):
        yield "\t".join(" ".join(_text(cell).split()) for cell in row.iter(f"{W}tc"))


def _text(element: ET.Element) -> str:
    signs = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}p": "\n"}
    parts = [part.text or "" if part.tag == f"{W}t" else signs.get(part.tag, "") for part in element.iter()]
    return "".join(parts).strip("\n")
