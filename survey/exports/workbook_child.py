"""A process of its own in which workbooks are read within bounds of memory, without the rest of the toolkit.

It takes the name of a sheet, or "", as its argument and the workbook on its input. It writes a line of JSON
about the sheets, and the cells of the sheet read: rows end in RECORD, cells in UNIT.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import python_calamine

MEMORY = 2**30
MOST_CELLS, MOST_COLUMNS = 30_000_000, 16_384
FAILED, TOO_LARGE = 3, 4
UNIT, RECORD = "\x1f", "\x1e"
HEAD = 50
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR = re.compile(rb"""<c (?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})\d+""")
UNCACHED = re.compile(
    rb"""<c [^>]*?\br=["']([A-Z]{1,3})\d+["'][^>]*><f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"""
)
CHUNK, OVERLAP = 2**20, 2000


def main() -> int:
    """Return 0 after writing what was read, `FAILED` or `TOO_LARGE` after saying why not."""
    try:  # the reader lays a sheet out up to its last cell, wherever that is
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    except ImportError:
        pass
    data = sys.stdin.buffer.read()
    try:
        return _write(data, sys.argv[1])
    except MemoryError:
        return TOO_LARGE
    # Damage shows in whatever the library meets first, a panic of its own among them.
    except BaseException as error:  # noqa: BLE001  (as said above)
        sys.stderr.write(str(error) or type(error).__name__)
        return FAILED


def _write(data: bytes, wanted: str) -> int:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    seen = python_calamine.SheetVisibleEnum.Visible
    shown = {about.name: about.visible == seen for about in book.sheets_metadata}
    visible = [name for name in shown if shown[name]] or list(shown)
    chosen = wanted if wanted in shown else visible[0] if len(visible) == 1 else ""
    sheets = [{"name": name, "visible": shown[name]} for name in shown]
    if not chosen and not wanted:
        sheets = [one | _head(book.get_sheet_by_name(str(one["name"]))) for one in sheets]
    about = {"chosen": chosen, "sheets": sheets}
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="surrogatepass", newline="")
    if not chosen:
        out.write(json.dumps(about) + "\n")
        out.flush()
        return 0
    read = book.get_sheet_by_name(chosen)
    height, width = (read.end[0] + 1, read.end[1] + 1) if read.end else (0, 0)
    if width > MOST_COLUMNS or width * height > MOST_CELLS:
        sys.stderr.write(f"a cell in row {height:,} or column {width:,}")
        return TOO_LARGE
    out.write(json.dumps(about | _odd_cells(data, chosen)) + "\n")
    if read.start is not None:
        above, left = read.start
        out.write(RECORD * above)
        for row in read.iter_rows():
            out.write(UNIT * left + UNIT.join(map(_text, row)) + RECORD)
    out.flush()
    return 0


def _head(sheet: python_calamine.CalamineSheet) -> dict[str, object]:
    rows = sheet.to_python(nrows=HEAD) if sheet.height else []
    return {"height": sheet.height, "head": [[_text(cell) for cell in row] for row in rows]}


def _odd_cells(data: bytes, sheet: str) -> dict[str, dict[str, int]]:
    """Return by column how many cells of a sheet hold an error, and how many a formula without its value."""
    counts: dict[str, dict[str, int]] = {"errors": {}, "uncached": {}}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_part(archive, sheet)) as stream:
            rest = b""
            while chunk := stream.read(CHUNK):
                text = rest + chunk
                end = text.rfind(b"<c ", 0, -OVERLAP) if len(chunk) == CHUNK else -1
                text, rest = (text[:end], text[end:]) if end > 0 else (text, b"")
                for kind, mark, pattern in (("errors", b"e", ERROR), ("uncached", b"<f", UNCACHED)):
                    for letters in pattern.findall(text) if mark in text else ():
                        name = letters.decode()
                        counts[kind][name] = counts[kind].get(name, 0) + 1
    # Older or damaged (BadZipFile, ParseError, OSError, zlib.error), parts named otherwise (KeyError), locked
    # (RuntimeError) or packed otherwise: only these counts are lost, the cells are read all the same.
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, OSError, RuntimeError):
        return {}
    return {kind: found for kind, found in counts.items() if found}


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet; raises KeyError if there is none."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    keys = {e.attrib.get("name"): e.attrib[RELATION] for e in book.iter() if RELATION in e.attrib}
    target = {e.attrib.get("Id"): e.attrib.get("Target", "") for e in relations}[keys[sheet]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _text(cell: object) -> str:
    """Return a cell as a person would type it, without the signs that part cells and rows here."""
    if isinstance(cell, str):
        return cell.replace(UNIT, "").replace(RECORD, "")
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        text = format(Decimal(repr(cell)), "f")
        # So that the point is not taken to group thousands.
        return f"{text}0" if len(text.partition(".")[2]) == 3 else text
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    sys.exit(main())
