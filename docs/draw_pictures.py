"""Draw the demonstration's briefings: page 1 for the README, every page for the tests (make pictures)."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

DOCS = Path(__file__).resolve().parent
PAGES = DOCS.parent / "tests" / "pages"
LANGUAGES = ("zh", "en")


def pictures(path: Path, width: int) -> list[Image.Image]:
    """Return the pages of a PDF in colour, so many pixels wide."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.render(scale=width / page.get_width()).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def page_1(path: Path) -> Image.Image:
    """Return the first page of a PDF, 760 pixels wide."""
    return pictures(path, 760)[0]


def small_pages(path: Path) -> list[tuple[str, Image.Image]]:
    """Return the pages of a PDF with their names, in greys, 420 pixels wide: what moves or is lost shows."""
    name = path.stem.removeprefix("briefing-")
    return [(f"{name}-{n}", picture.convert("L")) for n, picture in enumerate(pictures(path, 420), 1)]


def main() -> None:
    """Write one picture a language beside this file, and the pages beside the tests."""
    PAGES.mkdir(exist_ok=True)
    for old in PAGES.glob("*.png"):
        old.unlink()
    for language in LANGUAGES:
        path = DOCS.parent / "out" / "taiyuan" / f"briefing-{language}.pdf"
        small = page_1(path).quantize(64, dither=Image.Dither.NONE)
        small.save(DOCS / f"page-1-{language}.png", optimize=True)
        for part in (path, path.with_stem(f"{path.stem}-appendix")):
            for name, picture in small_pages(part):
                picture.quantize(16).save(PAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
