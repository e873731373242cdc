"""The QR code of page 1 stands there where the study gives an address, and can be read by a camera."""

import numpy as np
import pypdfium2
import segno
from pdf import failures
from small_study import reported, study_with

ADDRESS = "https://example.org/briefings/1"
SCALE = 600 / 72  # pixels a point


def drawn(path):
    """Page 1 as grey pixels, 0 to 255."""
    document = pypdfium2.PdfDocument(path)
    try:
        return document[0].render(scale=SCALE, grayscale=True).to_numpy().squeeze()
    finally:
        document.close()


def modules(page, n):
    """Whether each of n × n modules is dark, in a square 15 mm wide at the end of page 1's right margin."""
    side, right = 15 / 25.4 * 72 * SCALE, 190 / 25.4 * 72 * SCALE
    strip = (
        page[page.shape[0] // 2 : int(279.5 / 25.4 * 72 * SCALE), int(right - side) + 2 : int(right) - 2]
        < 128
    )
    rows = np.flatnonzero(strip.any(axis=1)) + page.shape[0] // 2
    bottom = rows[-1] + 1
    middles = (np.arange(n) + 0.5) * side / n
    down, along = (bottom - side + middles).astype(int), (right - side + middles).astype(int)
    return page[np.ix_(down, along)] < 128


def test_the_code_on_page_1_is_the_address(tmp_path):
    folder = reported(study_with(tmp_path, f'address = "{ADDRESS}"'))
    expected = np.array([[*row] for row in segno.make_qr(ADDRESS, error="m").matrix], dtype=bool)
    for language in ("zh", "en"):
        path = folder / f"briefing-{language}.pdf"
        assert (modules(drawn(path), len(expected)) == expected).all()
        assert f"/Alt({ADDRESS})".encode() in path.read_bytes().replace(b"/Alt (", b"/Alt(")
        assert failures(path) == []
