"""The only use of the typesetter: texts and charts in, one tagged, archivable PDF or pictures out.

Data reach the template as one JSON file and are never evaluated; template, data and charts stand
in a fresh folder that holds nothing else.
"""

from __future__ import annotations

import json
import struct
import tempfile
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from matplotlib.ft2font import FT2Font

from reports.page.fonts import Fonts
from reports.page.row_headers import with_row_headers
from survey.errors import ReportError
from survey.messages.lines import Say, line

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
UNDRAWABLE = "〓"
HARMLESS = "unknown font family: noto"
DOTS = 300  # an inch, of a picture
FORGETTING = 11
font_of = cache(FT2Font)
HEADER = 33  # bytes of a PNG before what may say its size


@cache
def _drawn(character: str, fonts: Fonts) -> str:
    """Return what stands for a character: itself, 〓 where a font cannot draw it, nothing for a control."""
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return character if character == "\n" else ""
    known = all(font_of(path).get_char_index(ord(character)) for path in (fonts.sans, fonts.serif))
    return character if known else UNDRAWABLE


def printable(value: Any, fonts: Fonts, lost: set[str]) -> Any:
    """Return texts, in any nesting of lists and dicts, with what no font can draw replaced by 〓.

    A single emoji would stop the file, since the archival standard allows no missing glyph.
    Control and direction characters are dropped; characters replaced are added to `lost`.
    """
    if isinstance(value, dict):
        return {key: printable(inner, fonts, lost) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(inner, fonts, lost) for inner in value]
    if not isinstance(value, str) or (value.isascii() and value.replace("\n", "").isprintable()):
        return value
    text = unicodedata.normalize("NFC", value)
    replaced: dict[str, str | int | None] = {c: drawn for c in set(text) if (drawn := _drawn(c, fonts)) != c}
    lost |= {c for c, drawn in replaced.items() if drawn == UNDRAWABLE}
    return text.translate(str.maketrans(replaced)) if replaced else text


@dataclass(frozen=True, slots=True)
class Briefing:
    """One file before typesetting.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    template : {"brief", "appendix"}
        A briefing with its page 1, or sections one after another.
    texts : mapping
        By their place in the template.
    charts : mapping of str to bytes
        The charts that the texts name, as SVG, by file name.
    """

    language: str
    name: str
    template: Literal["brief", "appendix"]
    texts: Mapping[str, Any]
    charts: Mapping[str, bytes]


def typeset(briefing: Briefing, fonts: Fonts, *, issued: datetime, warn: Say) -> bytes:
    """Return the PDF of a briefing: tagged (PDF/UA-1), archival (PDF/A-2a), same bytes every time.

    Parameters
    ----------
    issued : datetime
        Date of the document: of the data, never of the clock.
    warn : callable
        Told of characters that could not be drawn.

    Raises
    ------
    ReportError
        If the typesetter refuses or warns.
    """
    lost: set[str] = set()
    texts = printable(briefing.texts, fonts, lost)
    charts = {name: _printable_svg(data, fonts, lost) for name, data in briefing.charts.items()}
    if lost:
        codes = [f"U+{ord(c):04X}" for c in sorted(lost)]
        warn(line("run.no_glyph", codes=codes, mark=UNDRAWABLE, language=briefing.language))
    form = {
        "pdf_standards": [*STANDARDS],
        "timestamp": int(issued.replace(tzinfo=UTC).timestamp()),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _stage(root, texts, charts)
        return with_row_headers(_compiled(root, briefing.template, fonts, f"{briefing.name}.pdf", form))


def measured(briefing: Briefing, fonts: Fonts) -> dict[str, Any]:
    """Return what the template says of itself: heights of its blocks and room of a page in millimetres.

    Raises
    ------
    ReportError
        If the typesetter refuses.
    """
    import typst

    lost: set[str] = set()
    texts = printable(briefing.texts, fonts, lost)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _stage(root, texts, {n: _printable_svg(data, fonts, lost) for n, data in briefing.charts.items()})
        try:
            found = typst.query(
                str(root / f"{briefing.template}.typ"),
                "<measured>",
                field="value",
                one=True,
                **_setting(root, fonts),
            )
        except (typst.TypstError, RuntimeError) as error:
            raise ReportError(f"{briefing.name}.pdf", key="print.typeset", reason=str(error)) from None
    return dict(json.loads(found) if isinstance(found, str) else found)


def painted(svg: bytes, fonts: Fonts, file: str, *, dots: int = DOTS, texts: Mapping[str, str]) -> bytes:
    """Return a chart that was drawn as a PNG; `file` is named in errors.

    Parameters
    ----------
    dots : int
        An inch.
    texts : mapping
        What the picture says of itself, such as its Title and Description.

    Raises
    ------
    ReportError
        If the typesetter refuses or warns.
    """
    chart = {"chart.svg": _printable_svg(svg, fonts, set())}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _stage(root, None, chart)
        png = bytes(_compiled(root, "picture", fonts, file, {"format": "png", "ppi": float(dots)}))
        # It keeps what it painted, nine megabytes a chart, for the next ten times it is asked anything.
        # Asked by a file of one name: texts without a file are numbered, and the numbers run out.
        (root / "nothing.typ").touch()
        for _ in range(FORGETTING):
            _compiled(root, "nothing", fonts, file, {"format": "svg"})
    # The picture says how many dots an inch it has, so that it is pasted in its size.
    said = [b"pHYs" + struct.pack(">IIB", *[round(dots / 0.0254)] * 2, 1)]
    said += [b"iTXt" + key.encode() + bytes(5) + text.encode() for key, text in texts.items()]
    chunks = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in said)
    return png[:HEADER] + b"".join(chunks) + png[HEADER:]


def _compiled(root: Path, name: str, fonts: Fonts, file: str, form: Mapping[str, Any]) -> Any:
    """Return what the typesetter makes of a file of a folder; `file` is what errors name."""
    import typst

    try:
        compiled, warnings = typst.compile_with_warnings(
            str(root / f"{name}.typ"), **_setting(root, fonts), **form
        )
    except (typst.TypstError, RuntimeError) as error:
        raise ReportError(file, key="print.typeset", reason=str(error)) from None
    serious = [w.message for w in warnings if not w.message.startswith(HARMLESS)]
    if serious:
        raise ReportError(file, key="print.warnings", warnings=serious)
    return compiled


def _setting(root: Path, fonts: Fonts) -> dict[str, Any]:
    """Return where the typesetter finds its files: nowhere but in a folder, with the fonts given."""
    return {
        "root": str(root),
        "font_paths": _typst_fonts(fonts),
        "ignore_system_fonts": not fonts.system,
        "package_path": str(root / "none"),
        "package_cache_path": str(root / "none"),
    }


@lru_cache(1)  # for the second language
def _typst_fonts(fonts: Fonts) -> Any:
    """Return the fonts as the typesetter takes them."""
    import typst

    return typst.Fonts(
        include_system_fonts=fonts.system, include_embedded_fonts=False, font_paths=list(fonts.folders)
    )


def _printable_svg(data: bytes, fonts: Fonts, lost: set[str]) -> bytes:
    return str(printable(data.decode("utf-8"), fonts, lost)).encode("utf-8")


def _stage(root: Path, data: Any, charts: Mapping[str, bytes]) -> None:
    for template in files("reports.page").iterdir():
        if template.name.endswith(".typ"):
            (root / template.name).write_bytes(template.read_bytes())
    (root / "brief.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    for name, svg in charts.items():
        (root / name).write_bytes(svg)
