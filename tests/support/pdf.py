"""What a printed page holds: its words, and where it breaks the rules of PDF/UA and PDF/A."""

import re

import numpy as np
import page
import pypdfium2

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
# The validator reads a width of 0 for every glyph of a CFF font; fontTools and a second validator find
# the widths equal to those the file declares. No other rule is waived.
WAIVED = re.compile(r"GLYPH-WIDTH-001$")
# It takes a carriage return that ends a stream's data for part of the line end behind it, which one
# compressed stream in 256 has. So the lengths are checked here, to the byte, in its place.
LENGTHS = re.compile(r"STREAM-LENGTH-001$")
STREAM = re.compile(rb"<<(?:(?!stream).)*?/Length (\d+)(?:(?!stream).)*?>>\s*stream\r?\n", re.DOTALL)


def pages(path):
    """The text of each page, without line breaks inside Chinese sentences."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [p.get_textpage().get_text_range().replace("\r\n", "\n") for p in document]
    finally:
        document.close()


def ink_of(page):
    """Where the ink of a page begins and ends across it, in millimetres."""
    grey = np.asarray(page.render(scale=144 / 72).to_pil().convert("L"))
    across = np.flatnonzero((grey < 250).any(axis=0))
    return across[0] / 144 * 25.4, (across[-1] + 1) / 144 * 25.4


def filled(page, top=15.0, bottom=18.0):
    """Which part of the page's text block has anything printed on it, in bands of five millimetres."""
    grey = np.asarray(page.render(scale=1).to_pil().convert("L"))
    one = grey.shape[0] / 297
    inside = grey[round(top * one) : round((297 - bottom) * one)]
    bands = np.array_split(inside, round((297 - top - bottom) / 5))
    return np.mean([(band < 250).any() for band in bands])


def squeezed(text):
    return re.sub(r"\s+", "", text)


def words_of(path):
    """The text of all pages of a briefing and its appendix without any white space."""
    return squeezed("".join(text for part in with_appendix(path) for text in pages(part)))


def with_appendix(path):
    """A briefing, and its appendix where it has one."""
    appendix = path.with_stem(f"{path.stem}-appendix")
    return [path, appendix] if appendix.exists() else [path]


def failures(path):
    found = []
    for profile in PROFILES:
        report = page.validate_pdf(path, profile=profile)
        found += [(str(f.rule_id), f.message) for f in report.failures if not WAIVED.search(str(f.rule_id))]
    if lengths_are_right(path.read_bytes()):
        found = [(rule, message) for rule, message in found if not LENGTHS.search(rule)]
    return found


def lengths_are_right(data):
    """Whether every stream ends, at its declared length, in one line end and the keyword."""
    streams = list(STREAM.finditer(data))
    assert len(streams) == data.count(b"endstream")
    return all(data[s.end() + int(s[1]) :].startswith(b"\nendstream") for s in streams)
