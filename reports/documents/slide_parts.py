"""Parts of slides: text, tables, a chart of the program's own with its intervals, pictures with words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reports.charts.overall import shown_first
from reports.charts.style import LEAD
from reports.documents.legible import legible
from reports.documents.office import HEADING, LATIN
from reports.results.results import Results

# Left, top, width and height in inches.
Box = tuple[float, float, float, float]
EMU = 914400  # an inch
WIDTH, HEIGHT = 13.333, 7.5
INK, GREY = (0x1A, 0x1A, 0x1A), (0x59, 0x59, 0x59)


def new_deck() -> Any:
    """Return an empty deck of 16:9 with the fonts of an office, its layouts stretched to that width."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE

    deck: Any = Presentation()
    factor = WIDTH * EMU / deck.slide_width
    deck.slide_width, deck.slide_height = int(WIDTH * EMU), int(HEIGHT * EMU)
    master = deck.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = int(shape.left * factor), int(shape.width * factor)
    theme: Any = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    fonts = theme.blob.replace(b'<a:latin typeface="Calibri"/>', f'<a:latin typeface="{LATIN}"/>'.encode())
    theme._blob = fonts.replace(b'<a:ea typeface=""/>', f'<a:ea typeface="{HEADING}"/>'.encode())
    for layout in master.slide_layouts:
        for shape in layout.placeholders:
            if shape.placeholder_format.idx == 0 and layout.name in ("Title and Content", "Title Only"):
                shape.left, shape.top, shape.width, shape.height = _emu((0.6, 0.35, 12.1, 1.1))
    return deck


def _emu(box: Box) -> tuple[int, ...]:
    return tuple(round(value * EMU) for value in box)


def add_lines(frame: Any, lines: Sequence[str], *, size: float, right: bool = False) -> None:
    """Write lines to a frame of text, each a paragraph."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    for i, text in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.text = text
        paragraph.font.size, paragraph.font.color.rgb = Pt(size), RGBColor(*INK)
        paragraph.space_after = Pt(size / 3)
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    frame.vertical_anchor = MSO_ANCHOR.TOP


def add_text(slide: Any, box: Box, lines: Sequence[str], *, size: float, right: bool = False) -> None:
    """Add a box of text, in grey."""
    from pptx.dml.color import RGBColor

    frame = slide.shapes.add_textbox(*_emu(box)).text_frame
    add_lines(frame, lines, size=size, right=right)
    for paragraph in frame.paragraphs:
        paragraph.font.color.rgb = RGBColor(*GREY)


def set_notes(slide: Any, lines: Sequence[str]) -> None:
    """Write what the speaker reads."""
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, lines))


def add_table(slide: Any, box: Box, rows: Sequence[Sequence[str]], *, large: int) -> None:
    """Add a table with a row of headings and one row set large."""
    frame = slide.shapes.add_table(len(rows), len(rows[0]), *_emu(box))
    frame.table.horz_banding = frame.table.first_row = False
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            add_lines(frame.table.cell(line, column).text_frame, [text], size=32 if line == large else 14)


def add_picture(slide: Any, box: Box, png: bytes, *, alt: str) -> None:
    """Add a picture as large as the box lets it be, with its alternative text."""
    left, top, width, height = _emu(box)
    shape = slide.shapes.add_picture(io.BytesIO(png), left, top)
    factor = min(width / shape.width, height / shape.height)
    shape.width, shape.height = round(shape.width * factor), round(shape.height * factor)
    shape.left = left + (width - shape.width) // 2
    shape._element.nvPicPr.cNvPr.set("descr", alt)


def add_bars(slide: Any, box: Box, results: Results, *, alt: str) -> None:
    """Add the shares of the headline question as bars with their intervals, largest on top; editable."""
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
    from pptx.util import Pt

    data: Any = CategoryChartData(number_format="0%")
    rows = {code: results.share(results.headline, code) for code in reversed(shown_first(results))}
    withheld = results.words.mark("withheld")
    labels = {code: legible(results.option_label(results.headline, code)) for code in rows}
    data.categories = [
        f"{labels[code]} {withheld}" if row.suppressed else results.flagged(row, labels[code])
        for code, row in rows.items()
    ]
    data.add_series(
        results.wave_label(results.latest),
        [None if row.suppressed else row.estimate for row in rows.values()],
    )
    frame: Any = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_emu(box), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(14)
    axis, plot = chart.value_axis, chart.plots[0]
    axis.minimum_scale, axis.maximum_scale = 0, 1
    axis.has_major_gridlines = False
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0%", False
    plot.gap_width, plot.has_data_labels = 60, True
    shown, fill = plot.data_labels, plot.series[0].format.fill
    shown.number_format, shown.number_format_is_linked = "0%", False
    shown.position, shown.font.size = XL_LABEL_POSITION.INSIDE_BASE, Pt(14)
    shown.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(LEAD.removeprefix("#").upper())
    _add_intervals(plot.series[0]._element, list(rows.values()))


def _add_intervals(series: Any, rows: Sequence[Any]) -> None:
    """Add the intervals to a series of bars, by their distances from the shares."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    def literal(name: str, values: Sequence[float | None]) -> str:
        points = "".join(
            f'<c:pt idx="{i}"><c:v>{value:.6g}</c:v></c:pt>'
            for i, value in enumerate(values)
            if value is not None
        )
        return (
            f"<c:{name}><c:numLit><c:formatCode>General</c:formatCode>"
            f'<c:ptCount val="{len(values)}"/>{points}</c:numLit></c:{name}>'
        )

    plus = [None if row.suppressed else row.high - row.estimate for row in rows]
    minus = [None if row.suppressed else row.estimate - row.low for row in rows]
    bars = (
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/>{literal("plus", plus)}{literal("minus", minus)}'
        '<c:spPr><a:ln w="19050"><a:solidFill><a:srgbClr val="8A8A8A"/></a:solidFill></a:ln></c:spPr>'
        "</c:errBars>"
    )
    series.find(qn("c:cat")).addprevious(parse_xml(bars))
