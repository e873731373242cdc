"""Draw the four pages of docs/gallery (make gallery): the demonstration, a draft of it, an awkward study."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import drawn_studies
import pypdfium2
from draw_pictures import pictures
from PIL import Image

from reports.cli import main as run

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
SECTIONS = (
    'sections = ["results", "groups", "change", "respondents", "topline", "methods", "flow", "disclosure", '
    '"marks"]'
)


def draft(folder: Path) -> Path:
    """Return a copy of the demonstration with every section, as a draft."""
    shutil.copytree(ROOT / "data" / "taiyuan", folder / "draft")
    study = folder / "draft" / "study.toml"
    text = study.read_text(encoding="utf-8")
    own = 'status = { zh = "示例", en = "Example" }\n'
    study.write_text(text.replace(own, f'status = "draft"\n{SECTIONS}\n'), encoding="utf-8")
    return study


def page_with(path: Path, words: str) -> int:
    """Return the first page of a PDF that has some words, counted from 0."""
    document = pypdfium2.PdfDocument(path)
    try:
        return next(i for i, page in enumerate(document) if words in page.get_textpage().get_text_range())
    finally:
        document.close()


def main() -> None:
    """Write the four pictures."""
    gallery = DOCS / "gallery"
    gallery.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(["report", str(ROOT / "data" / "taiyuan" / "study.toml"), "--out", str(folder / "whole")])
        run(["report", str(draft(folder)), "--out", str(folder / "drafted")])
        awkward, *_ = drawn_studies.printed(drawn_studies.shapes()[0], folder)
        for file, path, words in (
            ("page-1-zh", folder / "whole" / "briefing-zh.pdf", ""),
            ("districts-en", folder / "whole" / "briefing-en.pdf", "shares by district"),
            ("draft-waves-en", folder / "drafted" / "briefing-en-appendix.pdf", "Results of each wave"),
            ("forty-districts-zh", awkward, "分区县占比"),
        ):
            picture = pictures(path, 640)[page_with(path, words)]
            picture.quantize(64, dither=Image.Dither.NONE).save(gallery / f"{file}.png", optimize=True)


if __name__ == "__main__":
    main()
