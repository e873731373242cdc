"""What a photocopy must keep: type large enough, dark enough, in reading order, each figure described."""

import ctypes

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest
from pdf import with_appendix
from small_study import DECLARED, EVERY_SECTION, reported, study_with

SMALLEST, LARGEST, CONTRAST = 7.5, 60, 4.5  # points; WCAG 2.1 for text


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("legible")
    lines = (EVERY_SECTION, 'status = "draft"', 'files = ["pictures"]')
    return reported(study_with(folder, *lines, declared=DECLARED))


def characters(path):
    """Yield page number, character, size in points and luminance of each character drawn, and of its ground.

    The ground is the darkest tenth of what is painted about a character, for type in white on a dark bar.
    """
    document = pypdfium2.PdfDocument(path)
    try:
        for number, page in enumerate(document, 1):
            text, painted = page.get_textpage(), page.render(scale=2, grayscale=True).to_numpy()
            for i in range(text.count_chars()):
                character = chr(raw.FPDFText_GetUnicode(text.raw, i))
                if character.isspace() or raw.FPDFText_IsGenerated(text.raw, i) == 1:
                    continue
                left, bottom, right, top = (2 * side for side in text.get_charbox(i))
                rows = slice(int(len(painted) - top) - 1, int(len(painted) - bottom) + 2)
                about = painted[rows, int(left) - 1 : int(right) + 2]
                if _size(text, i) > LARGEST:
                    continue  # the watermark, which runs past the page's edge
                ground = (np.quantile(about, 0.1) / 255) ** 2.2
                yield number, character, _size(text, i), _luminance(text, i), ground
    finally:
        document.close()


def _size(text, i):
    matrix = raw.FS_MATRIX()
    assert raw.FPDFText_GetMatrix(text.raw, i, ctypes.byref(matrix))
    return raw.FPDFText_GetFontSize(text.raw, i) * (matrix.c**2 + matrix.d**2) ** 0.5


def _luminance(text, i):
    parts = [ctypes.c_uint() for _ in range(4)]
    assert raw.FPDFText_GetFillColor(text.raw, i, *map(ctypes.byref, parts))
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (p.value / 255 for p in parts[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("language", "watermark"), [("zh", "草稿"), ("en", "DRAFT")])
def test_type_is_large_and_dark_enough(out, language, watermark):
    small, pale, seen = set(), set(), 0
    parts = with_appendix(out / f"briefing-{language}.pdf")
    for number, character, size, luminance, ground in (found for part in parts for found in characters(part)):
        if size > 60 and character in watermark:
            continue
        seen += 1
        if size < SMALLEST - 0.01:
            small.add((number, character, round(size, 2)))
        behind = 1.0 if luminance < 0.18 else ground
        light, dark = max(behind, luminance), min(behind, luminance)
        if (light + 0.05) / (dark + 0.05) < CONTRAST:
            pale.add((number, character))
    assert seen > 2000
    assert small == set()
    assert pale == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_is_described_and_tags_follow_the_page(out, language):
    document = pypdfium2.PdfDocument(out / f"briefing-{language}.pdf")
    figures, headings = [], []
    try:
        for page in document:
            tree = raw.FPDF_StructTree_GetForPage(page.raw)
            for i in range(raw.FPDF_StructTree_CountChildren(tree)):
                _walk(raw.FPDF_StructTree_GetChildAtIndex(tree, i), figures, headings)
            raw.FPDF_StructTree_Close(tree)
    finally:
        document.close()
    pictures = len(list((out / "charts").glob(f"*-{language}.svg")))
    assert len(set(figures)) == pictures
    words = (out / "charts" / f"texts-{language}.txt").read_text(encoding="utf-8")
    assert all(text in words for text in figures)
    assert "H1" in headings


def _text_of(call, element):
    length = call(element, None, 0)
    buffer = ctypes.create_string_buffer(length)
    call(element, buffer, length)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _walk(element, figures, headings):
    if not element:
        return
    kind = _text_of(raw.FPDF_StructElement_GetType, element)
    if kind == "Figure":
        figures.append(_text_of(raw.FPDF_StructElement_GetAltText, element))
    elif kind.startswith("H"):
        headings.append(kind)
    for i in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
        _walk(raw.FPDF_StructElement_GetChildAtIndex(element, i), figures, headings)
