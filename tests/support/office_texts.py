"""The texts of the files beside a briefing, as a reader meets them."""

import re
from html import unescape

import docx
import pptx


def word_texts(path):
    """Paragraphs, tables, headers and footers of a Word file."""
    file = docx.Document(path)
    parts = [file.element.body, *(part._element for s in file.sections for part in (s.header, s.footer))]
    return [
        "".join(node.text or "" for node in paragraph.iter("{*}t"))
        for part in parts
        for paragraph in part.iter("{*}p")
    ]


def slide_texts(path):
    """Shapes, tables, charts and notes of each slide, a text a paragraph."""
    found = []
    for slide in pptx.Presentation(path).slides:
        for tree in (slide._element, slide.notes_slide.notes_text_frame._txBody):
            found += ["".join(t.text or "" for t in p.iter("{*}t")) for p in tree.iter("{*}p")]
        for shape in slide.shapes:
            if shape.has_chart:
                found += [str(label) for label in shape.chart.plots[0].categories]
    return found


def page_texts(path, language):
    """What a web page shows in one language, a text an element."""
    page = path.read_text(encoding="utf-8")
    article = re.search(rf'<article id="{language}".*?</article>', page, re.DOTALL)[0]
    article = re.sub(r"<(style|defs)\b.*?</\1>", "", article, flags=re.DOTALL)
    return [text for part in re.split(r"<[^>]*>", article) if (text := unescape(part).strip())]
