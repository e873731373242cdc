"""Parts of a Word file that its library leaves to XML: fonts, fields, rows of tables, alternative texts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from reports.documents.office import HEADING, LATIN, TEXT
from reports.sections.section import Block

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

# Name, style it is based on, points, whether Chinese is set as in headings; bold is left to Word's own.
STYLES = (
    ("Normal", "", 10.5, False),
    ("Title", "", 22.0, True),
    ("Subtitle", "", 10.5, True),
    ("Heading 1", "", 14.0, True),
    ("Heading 2", "", 12.0, True),
    ("Caption", "", 10.0, True),
    ("List Bullet", "", 10.5, False),
    ("Quote", "", 10.0, False),
    ("Header", "", 9.0, True),
    ("Footer", "", 9.0, True),
    ("Headline", "Normal", 15.0, True),
    ("Key Figure", "Normal", 26.0, True),
    ("Source", "Normal", 9.0, True),
    ("Table Text", "Normal", 9.0, True),
)
SHADED = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>'
TABLE_STYLE, TABLE_WIDTH, TWIP = "Light Shading", 9410, 635  # twips of the text's width; EMU of a twip


def new_document(*, language: str, region: str) -> WordDocument:
    """Return an empty A4 document with the styles of a briefing."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    file = Document()
    for name, base, size, heading in STYLES:
        styles: Any = file.styles
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if base else styles[name]
        if base:
            style.base_style, style.quick_style = styles[base], True
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0x1A, 0x1A, 0x1A)
        style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), LATIN)
        fonts.set(qn("w:eastAsia"), HEADING if heading else TEXT)
        style.paragraph_format.space_after = Pt(1 if name == "Table Text" else 5)
        if name == "Caption" or name.startswith("Heading"):
            style.paragraph_format.keep_with_next = True
    defaults = file.styles.element.find(qn("w:docDefaults"))
    code = f"{language}-{region.upper()}"
    for lang in defaults.iter(qn("w:lang")):
        lang.set(qn("w:val"), code)
        lang.set(qn("w:eastAsia"), code)
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    return file


def add_field(paragraph: Any, code: str, value: str) -> None:
    """Add a field that Word counts itself, showing a value until it does."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = value
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def add_numbered_caption(file: WordDocument, label: str, number: str, text: str) -> None:
    """Add a caption, numbered by Word, so that its lists of figures and tables find it."""
    paragraph = file.add_paragraph(label, "Caption")
    add_field(paragraph, f"SEQ {label.strip()} \\* ARABIC", number)
    paragraph.add_run(text)


def describe(shape: Any, *, title: str, text: str) -> None:
    """Give a picture its title and alternative text."""
    for side in ("distT", "distB", "distL", "distR"):  # else some programs push it over the margin
        shape._inline.set(side, "0")
    properties = shape._inline.docPr
    properties.set("title", title)
    properties.set("descr", text)


def add_table(file: WordDocument, printed: Block) -> None:
    """Add a printed table: header row repeated, first column heading its rows, no row broken across pages."""
    from docx.oxml.ns import qn

    columns, widths = printed["columns"], printed["widths"] or [1.0] * len(printed["columns"])
    shares = [round(TABLE_WIDTH * width / sum(widths)) for width in widths]
    table: Any = file.add_table(rows=0, cols=len(columns), style=TABLE_STYLE)
    table.autofit = False
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    for name, value in (("val", "06A0"), ("noHBand", "1"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, shares, strict=True):
        column.w = width * TWIP
    table._tbl.append(_row(columns, shares, printed["texts"], repeated="<w:tblHeader/>"))
    for group in printed["groups"]:
        if group["label"]:
            table._tbl.append(_row([group["label"]], [sum(shares)], 1, span=len(columns)))
        for row in group["rows"]:
            table._tbl.append(_row(row, shares, printed["texts"]))


def _row(
    cells: Sequence[str], widths: Sequence[int], texts: int, *, span: int = 1, repeated: str = ""
) -> Any:
    """Return a row of a table: as XML, since the library's own cells take seconds."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    spanned = f'<w:gridSpan w:val="{span}"/>{SHADED}' if span > 1 else ""
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="TableText"/><w:jc w:val="{"left" if column < texts else "right"}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
        for column, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    row = f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"
    return parse_xml(row)
