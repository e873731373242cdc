"""The briefing in all its languages as one web page: no script, nothing loaded, figures as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Literal

from reports.documents.vector import described, vector, with_fallbacks
from reports.language.words import Words
from reports.sections.contents import APPENDIX
from reports.sections.document import Document
from reports.sections.front_page.front_page import FrontPage
from reports.sections.front_page.key_figures import KeyFigure
from reports.sections.section import Block, Chart, PrintedSection

# No script, no frame, nothing from elsewhere: whatever a label holds, it is text.
SPARE = 8  # points beside a chart, for labels in a wider font than it was laid out for
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def web_page(documents: Sequence[tuple[Document, Mapping[str, bytes]]], downloads: Sequence[str]) -> bytes:
    """Return index.html.

    Parameters
    ----------
    documents : sequence of (Document, mapping)
        With their charts as drawn, by file name; the first language is shown first.
    downloads : sequence of str
        The files that lie beside the page.
    """
    first = documents[0][0]
    style = files("reports.documents").joinpath("web.css").read_text(encoding="utf-8")
    articles = "\n".join(_Article(document, charts).html(downloads) for document, charts in documents)
    links = "".join(
        f'<a href="#{d.language}" lang="{d.language}">{_words(d).text("files.name")}</a>'
        for d, _ in documents
    )
    skip = escape(_words(first).text("files.skip"))
    choice = f'<nav class="bar" aria-label="{_languages(documents)}">{links}</nav>' if documents[1:] else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{first.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(first.names['title'])}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#{first.language}">{skip}</a>\n{choice}\n<main>\n{articles}\n</main>\n'
        "</body>\n</html>\n"
    ).encode()


def _words(document: Document) -> Words:
    return document.printing.results.words


def _languages(documents: Sequence[tuple[Document, Mapping[str, bytes]]]) -> str:
    return " / ".join(_words(document).text("files.name") for document, _ in documents)


class _Article:
    """One language of the page; figures and tables are numbered as they come."""

    def __init__(self, document: Document, charts: Mapping[str, bytes]) -> None:
        self._document, self._charts, self._words = document, charts, _words(document)
        self._language = document.language
        self._by_name = {chart.name: chart for chart in document.charts}
        self._figures, self._before = 0, ""  # what stands before the number of a figure

    def html(self, downloads: Sequence[str]) -> str:
        names, front = self._document.names, self._document.front
        top = [names["publisher"], *front.masthead, names["status"], names["watermark"]]
        parts = [
            f'<header><p class="quiet">{" · ".join(escape(text) for text in top if text)}</p>',
            f'<h1 id="{self._language}-title">{escape(names["title"])}</h1>',
            f'<p class="quiet">{escape(front.subtitle)}</p>',
            _paragraph(names["synthetic"], "mark"),
            "</header>",
            *self._front(front),
            self._contents(),
            *(line for section in self._document.on_pages for line in self._section(section)),
            *self._appendix(),
            *self._footer(front, downloads),
        ]
        return (
            f'<article id="{self._language}" lang="{self._language}" '
            f'aria-labelledby="{self._language}-title">\n' + "\n".join(filter(None, parts)) + "\n</article>"
        )

    def _front(self, front: FrontPage) -> Iterator[str]:
        yield f'<p class="headline">{escape(front.headline)}</p>'
        yield _paragraph(front.headline_note, "quiet")
        yield f'<dl class="figures">{"".join(map(_figure, front.key_figures))}</dl>'
        yield self._chart(front.chart)
        for heading, texts in (
            (front.findings_heading, front.findings),
            (front.recommendations_heading, front.recommendations),
        ):
            if texts:
                yield f"<h2>{escape(heading)}</h2>{_list(texts)}"
        yield _paragraph(front.caution, "caution")

    def _contents(self) -> str:
        label, document = escape(self._words.text("files.contents")), self._document
        entries = [(self._anchor(section), section.heading) for section in document.on_pages]
        if document.behind:
            entries.append((f"{self._language}-appendix", self._appendix_title()))
        items = "".join(f'<li><a href="#{anchor}">{escape(text)}</a></li>' for anchor, text in entries)
        return f'<nav aria-label="{label}"><h2>{label}</h2><ul>{items}</ul></nav>'

    def _anchor(self, section: PrintedSection) -> str:
        return f"{self._language}{self._before and '-appendix'}-{section.name}"

    def _appendix_title(self) -> str:
        return self._words("pages.appendix", title=self._document.names["title"])

    def _appendix(self) -> Iterator[str]:
        self._figures, self._before = 0, APPENDIX
        if self._document.behind:
            yield f'<h2 id="{self._language}-appendix">{escape(self._appendix_title())}</h2>'
        for section in self._document.behind:
            yield from self._section(section)

    def _section(self, section: PrintedSection) -> Iterator[str]:
        anchor, level = self._anchor(section), 3 if self._before else 2
        blocks = section.behind if self._before else section.on_page
        yield f'<section aria-labelledby="{anchor}">'
        yield f'<h{level} id="{anchor}">{escape(section.heading)}</h{level}>'
        yield from map(self._block, blocks)
        yield "</section>"

    def _block(self, block: Block) -> str:
        match block["kind"]:
            case "text":
                return "\n".join(_paragraph(text) for text in block["texts"])
            case "list":
                return _list(block["texts"])
            case "chart":
                return self._chart(self._by_name[block["name"]])
            case "table":
                return self._table(block["table"], block["number"])
        items = (f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in block["items"])
        return f'<dl class="terms">{"".join(items)}</dl>'

    def _caption(self, kind: Literal["figure", "table"], number: str, text: str) -> str:
        return escape(f"{self._words.numbered(kind, number)}{self._words.text('caption_separator')}{text}")

    def _chart(self, chart: Chart) -> str:
        self._figures += 1
        prefix, words = f"{chart.name}-{self._language}", chart.words
        drawn = vector(self._charts[f"{chart.name}.svg"], prefix)
        head, first = described(prefix, words["caption"], words["alt"])
        picture = with_fallbacks(
            f'<svg viewBox="{-SPARE} 0 {drawn.width + 2 * SPARE:g} {drawn.height:g}" {head}>'
            f"{first}{drawn.body}</svg>"
        )
        caption = self._caption("figure", f"{self._before}{self._figures}", words["caption"])
        alone = escape(self._words.text("files.chart_words"))
        return (
            f"<figure><figcaption>{caption}</figcaption>"
            f'<div class="wide" tabindex="0" role="group" aria-label="{caption}">{picture}</div>'
            f'<p class="foot">{escape(chart.foot)}</p>'
            f"<details><summary>{alone}</summary><p>{escape(words['alt'])}</p></details></figure>"
        )

    def _table(self, table: Block, number: str) -> str:
        caption, texts = self._caption("table", number, table["caption"]), table["texts"]
        columns = table["columns"]
        classes = [' class="text"'] * texts + [""] * (len(columns) - texts)
        cells = zip(classes, columns, strict=True)
        head = "".join(f'<th scope="col"{name}>{escape(text)}</th>' for name, text in cells)
        bodies = "".join(_group(group, classes) for group in table["groups"])
        below = "".join(_paragraph(note, "quiet") for note in table["notes"])
        return (
            f'<div class="wide" tabindex="0" role="group" aria-label="{caption}"><table>'
            f"<caption>{caption}</caption><thead><tr>{head}</tr></thead>{bodies}</table></div>{below}"
        )

    def _footer(self, front: FrontPage, downloads: Sequence[str]) -> Iterator[str]:
        label = escape(self._words.text("files.downloads"))
        links = "".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in downloads)
        yield f'<footer><h2 id="{self._language}-files">{label}</h2><ul>{links}</ul>'
        if front.citation:
            cite = f"{self._words.text('files.citation')}{self._words.text('term_separator')}"
            yield _paragraph(cite + front.citation, "quiet")
        for text in (front.contact, front.address):
            yield _paragraph(text, "quiet")
        yield _paragraph(self._document.names["synthetic"], "mark")
        yield "</footer>"


def _paragraph(text: str, name: str = "") -> str:
    """Return a paragraph, nothing where there is no text."""
    if not text:
        return ""
    return f'<p class="{name}">{escape(text)}</p>' if name else f"<p>{escape(text)}</p>"


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _figure(figure: KeyFigure) -> str:
    name = ' class="official"' if figure.origin == "official" else ""
    below = f'<dd class="quiet">{escape(figure.note)}</dd>' if figure.note else ""
    share = f'<dd class="large">{escape(figure.share)}</dd>'
    return f"<div{name}><dt>{escape(figure.label)}</dt>{share}{below}</div>"


def _group(group: Block, classes: Sequence[str]) -> str:
    """Return a body of a table: the rows under one heading; the first cell of each row heads it."""
    lines = []
    if group["label"]:
        label = escape(group["label"])
        lines.append(f'<tr><th scope="rowgroup" colspan="{len(classes)}">{label}</th></tr>')
    for row in group["rows"]:
        cells = [f'<th scope="row" class="text">{escape(row[0])}</th>']
        rest = zip(classes[1:], row[1:], strict=True)
        cells += [f"<td{name}>{escape(cell)}</td>" for name, cell in rest]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<tbody>{''.join(lines)}</tbody>"
