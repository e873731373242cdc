"""Draw page 1 of the demonstration's briefings as the pictures of the README (make pictures)."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

DOCS = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")


def page_1(path: Path) -> Image.Image:
    """Return the first page of a PDF in grey and blue, 760 pixels wide."""
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0]
        return page.render(scale=760 / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()


def main() -> None:
    """Write one picture a language beside this file."""
    for language in LANGUAGES:
        picture = page_1(DOCS.parent / "out" / "taiyuan" / f"briefing-{language}.pdf")
        small = picture.quantize(64, dither=Image.Dither.NONE)
        small.save(DOCS / f"page-1-{language}.png", optimize=True)


if __name__ == "__main__":
    main()
