"""The charts of a briefing as pictures that can stand alone, painted while other work goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from reports.charts.style import family_of, stamped_svg
from reports.documents.frame import Shape, framed
from reports.documents.vector import with_fallbacks
from reports.page.fonts import Fonts
from reports.page.typeset import painted
from reports.sections.document import Document

# Dots an inch: 1600 dots wide on a screen, and enough for paper.
DOTS: dict[Shape, int] = {"wide": 144, "square": 144, "page": 220}


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one language: SVG, and PNG that may still be being painted, by chart and shape."""

    document: Document
    drawn: Mapping[tuple[str, Shape], bytes]
    painted: Mapping[tuple[str, Shape], Future[bytes]]

    def png(self, name: str, shape: Shape) -> bytes:
        """Return a picture; raises ReportError if it cannot be painted."""
        return self.painted[name, shape].result()


def pictures_of(
    document: Document,
    charts: Mapping[str, bytes],
    shapes: Iterable[Shape],
    *,
    fonts: Fonts,
    pool: ThreadPoolExecutor,
) -> Pictures:
    """Return the charts of a document in their frames, in the shapes asked for.

    Parameters
    ----------
    charts : mapping of str to bytes
        As drawn for the page, by file name.
    """
    family, names = family_of(fonts.sans), document.names
    drawn, waiting = dict[tuple[str, Shape], bytes](), dict[tuple[str, Shape], Future[bytes]]()
    for shape in shapes:
        for chart in document.charts:
            prefix = f"{chart.name}-{document.language}"
            svg = framed(
                charts[f"{chart.name}.svg"],
                chart,
                shape,
                prefix=prefix,
                family=family,
                language=document.language,
                mark=names["synthetic"],
            )
            if names["watermark"]:
                svg = stamped_svg(svg, names["watermark"], family)
            texts = {"Title": chart.words["caption"], "Description": chart.alt, "Source": chart.foot}
            drawn[chart.name, shape] = svg
            waiting[chart.name, shape] = pool.submit(
                painted, svg, fonts, f"charts/{prefix}-{shape}.png", dots=DOTS[shape], texts=texts
            )
    return Pictures(document, drawn, waiting)


def picture_files(pictures: Pictures) -> dict[str, bytes]:
    """Return the pictures by file name under charts/, and a text with what each says in words.

    Raises
    ------
    ReportError
        If a picture cannot be painted.
    """
    document = pictures.document
    files, mark = dict[str, bytes](), document.names["synthetic"]
    texts = [mark] if mark else []
    for chart in document.charts:
        stem = f"{chart.name}-{document.language}"
        files[f"charts/{stem}.svg"] = with_fallbacks(pictures.drawn[chart.name, "wide"].decode()).encode()
        for shape in ("wide", "square"):
            files[f"charts/{stem}-{shape}.png"] = pictures.png(chart.name, shape)
        texts.append("\n".join((stem, chart.words["caption"], chart.subtitle, chart.alt, chart.foot)))
    files[f"charts/texts-{document.language}.txt"] = ("\n\n".join(texts) + "\n").encode()
    return files
