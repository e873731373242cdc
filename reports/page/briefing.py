"""A document as the files it is set in: the briefing, its blocks packed into pages, and the appendix."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import Any

from reports.charts import style
from reports.charts.style import COLUMNS, HALF, INK
from reports.page.fonts import Fonts
from reports.page.packing import Brick, left_out, packed
from reports.page.typeset import Briefing, measured
from reports.sections.contents import APPENDIX
from reports.sections.document import Document, with_behind
from reports.sections.section import Block, PrintedSection, bullets

MOST = 3  # pages after the first, while sections can stand in the appendix instead
FEW = 2  # texts that stay together
NARROW = 3  # columns of a table that stands in half of a page's width


@dataclass(frozen=True, slots=True)
class Laid:
    """Blocks that stay together on a page, as the template takes them: `Brick` without its height."""

    section: str
    blocks: Sequence[Block]
    wide: bool = True
    keeps: bool = False
    close: bool = False
    opens: bool = False

    @property
    def words(self) -> dict[str, Any]:
        """What the template needs of it."""
        return {"name": self.section, "wide": self.wide, "close": self.close, "blocks": self.blocks}


@dataclass(frozen=True, slots=True)
class Composed:
    """A document as its files are set, and those files before typesetting.

    Attributes
    ----------
    document : Document
        With the sections that its pages have no room for in the appendix.
    """

    document: Document
    briefing: Briefing
    appendix: Briefing


def compose(document: Document, *, fonts: Fonts) -> Composed:
    """Return the briefing of a document and its appendix.

    Parameters
    ----------
    fonts : Fonts
        Of the pages and the charts.
    """
    with style.style(fonts.sans):
        pictures = {f"{chart.name}.svg": style.svg(chart.draw()) for chart in document.charts}
    if document.front.address:
        pictures["qr.svg"] = quick_response(document.front.address)
    name = f"briefing-{document.language}"
    briefing = Briefing(document.language, name, "brief", page_1(document), pictures)
    laid, bricks, told = _measured(document, briefing, fonts)
    parts = [[*group] for _, group in groupby(document.on_pages, key=lambda section: section.part)]
    spare = [section.name for sections in parts[::-1] for section in sections[:0:-1]]
    away = left_out(bricks, told["room"], most=MOST, first=spare)
    if away:
        document = with_behind(document, away)
        briefing = replace(briefing, texts=page_1(document))
        laid, bricks, told = _measured(document, briefing, fonts)
    plan = [
        {"rows": [{"left": row.left, "right": row.right} for row in page.rows], "gap": page.gap}
        for page in packed(bricks, told["room"])
    ]
    briefing = _with(briefing, laid, plan)
    texts = {**briefing.texts, "findings": document.front.findings[: told["findings"]]}
    behind = Briefing(document.language, f"{name}-appendix", "appendix", _appendix(document), pictures)
    return Composed(document, replace(briefing, texts=texts), behind)


def _measured(
    document: Document, briefing: Briefing, fonts: Fonts
) -> tuple[list[Laid], list[Brick], dict[str, Any]]:
    """Return the blocks of the pages after the first, with their heights, and what else was measured."""
    laid = [*_parts(document)]
    told = measured(_with(briefing, laid), fonts)
    later = _findings(document, told["findings"])
    if later:
        laid = [*later, *laid]
        told = measured(_with(briefing, laid), fonts)
    pairs = zip(laid, told["heights"], strict=True)
    bricks = [Brick(one.section, height, one.wide, one.keeps, one.close, one.opens) for one, height in pairs]
    return laid, bricks, told


def quick_response(address: str) -> bytes:
    """Return the QR code of an address as SVG."""
    import segno  # most studies give no address

    drawn = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(drawn, kind="svg", border=0, dark=INK, xmldecl=False, omitsize=True)
    return drawn.getvalue()


def _with(briefing: Briefing, laid: Sequence[Laid], plan: object = None) -> Briefing:
    """Return a briefing with its blocks, and the pages they stand on once that is known."""
    texts = {**briefing.texts, "bricks": [one.words for one in laid], "plan": plan}
    return replace(briefing, texts=texts)


def _findings(document: Document, most: int) -> list[Laid]:
    """Return the findings that page 1 has no room for as a block of their own."""
    front, more = document.front, document.front.findings[most:]
    heading = {"kind": "heading", "level": 2, "text": front.findings_heading}
    return [Laid("findings", blocks=[heading, *bullets(more)])] if more else []


def _parts(document: Document) -> Iterator[Laid]:
    """Yield the blocks of the pages after the first, each part under its heading."""
    shown = groupby(document.on_pages, key=lambda section: section.part)
    for number, (part, group) in enumerate(shown, 2):
        sections = [*group]
        assert part != "appendix"
        head: Block = {"kind": "part", "number": str(number)}
        head |= {"heading": document.parts[part].heading, "sections": document.parts[part].subtitle}
        yield Laid(sections[0].name, blocks=[head], keeps=True, opens=True)
        for section in sections:
            yield from _section(section)


def _section(section: PrintedSection) -> Iterator[Laid]:
    """Yield the blocks of a section, its heading with the first of them."""
    heading: Block = {"kind": "heading", "level": 3, "text": section.heading}
    blocks = section.on_page
    narrow = [_narrow(block) for block in blocks if block["kind"] in ("chart", "table")]
    half = narrow[0] if narrow else True
    head = [heading]
    for block in blocks:
        items = block.get("texts", [])
        if block["kind"] in ("chart", "table"):
            yield Laid(section.name, [*head, block], wide=not _narrow(block))
        elif len(items) > FEW:
            # The first and the last text of a list do not stand alone.
            ends = (0, len(items) - FEW)
            for i, text in enumerate(items):
                texts = [*head, {**block, "texts": [text]}]
                yield Laid(section.name, texts, wide=False, keeps=i in ends, close=i > 0)
                head = []
        else:
            yield Laid(section.name, [*head, block], wide=not half)
        head = []


def _narrow(block: Block) -> bool:
    """Say whether a chart or a table stands in half of the page's width."""
    if block["kind"] == "chart":
        return bool(block.get("columns", COLUMNS) <= HALF)
    return len(block["table"]["columns"]) <= NARROW


def page_1(document: Document) -> dict[str, Any]:
    """Return the texts of page 1, as the template takes them."""
    front, words = document.front, document.printing.results.words
    # Not `asdict`, which would copy what a chart is drawn from.
    return {
        **document.names,
        **{field.name: getattr(front, field.name) for field in fields(front) if field.name != "chart"},
        "key_figures": [
            {field.name: getattr(figure, field.name) for field in fields(figure)}
            for figure in front.key_figures
        ],
        "qr": bool(front.address),
        "recommendations_note": words.text("pages.recommendations"),
        "caution_heading": words.text("pages.caution"),
        "charts": {chart.name: chart.words for chart in document.charts},
    }


def _appendix(document: Document) -> dict[str, Any]:
    """Return the texts of the appendix: the tables in full and all that explains how they were made."""
    words = document.printing.results.words
    return {
        **document.names,
        "title": words("pages.appendix", title=document.names["title"]),
        "subtitle": document.front.subtitle,
        "numbers": APPENDIX,
        "sections": [
            {"name": section.name, "heading": section.heading, "blocks": section.behind}
            for section in document.behind
        ],
    }
