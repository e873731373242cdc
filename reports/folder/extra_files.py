"""The files of a report beside its pages and tables: Word, slides, pictures, replication."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from reports.documents.frame import Shape
from reports.folder.pictures import picture_files, pictures_of
from reports.page.fonts import Fonts
from reports.results.declared import Extra
from reports.sections.document import Document

# What is in which shape: pictures stand alone, Word and slides print the title themselves.
SHAPES: dict[Extra, tuple[Shape, ...]] = {
    "pictures": ("wide", "square"),
    "word": ("page",),
    "slides": ("page",),
}


def extra_files(
    printed: Sequence[tuple[Document, Mapping[str, bytes]]],
    extras: Collection[Extra],
    *,
    fonts: Fonts,
    pool: ThreadPoolExecutor,
    issued: datetime,
) -> dict[str, bytes]:
    """Return the files asked for by name.

    Parameters
    ----------
    printed : sequence of (Document, mapping)
        Each language with its charts as drawn, by file name.

    Raises
    ------
    ReportError
        If a picture cannot be painted.
    """
    made = dict[str, bytes]()
    shapes = dict.fromkeys(shape for extra in extras for shape in SHAPES.get(extra, ()))
    every = [pictures_of(document, charts, shapes, fonts=fonts, pool=pool) for document, charts in printed]
    for pictures in every:
        document, picture = pictures.document, partial(pictures.png, shape="page")
        if "word" in extras:
            from reports.documents.word import word_file

            made[f"briefing-{document.language}.docx"] = word_file(document, picture, issued)
        if "slides" in extras:
            from reports.documents.slides import slides_file

            made[f"slides-{document.language}.pptx"] = slides_file(document, picture, issued)
        if "pictures" in extras:
            made |= picture_files(pictures)
    return made
