"""The Chinese fonts of the page and the charts: from the pinned package, else the system's."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from survey.errors import ReportError

SYSTEM_SANS, SYSTEM_SERIF = "Noto Sans CJK SC", "Noto Serif CJK SC"


@dataclass(frozen=True, slots=True)
class Fonts:
    """Where the fonts are.

    Attributes
    ----------
    sans, serif : Path
        Font files; the first draws the charts too.
    folders : tuple of str
        Given to the typesetter; empty where it uses the system's fonts.
    name : str
        What was used, for the run record.
    """

    sans: Path
    serif: Path
    folders: tuple[str, ...]
    name: str

    @property
    def system(self) -> bool:
        """Whether the system's fonts are used."""
        return not self.folders


def find_fonts() -> Fonts:
    """Return the fonts of the pinned package, or the system's Noto CJK fonts.

    Raises
    ------
    ReportError
        If there are neither: a page without Chinese type is not printed.
    """
    try:
        import pylopdf_fonts_zh_cn as pack
    except ImportError:
        # The typesetter's list of the system's fonts is fresh, unlike Matplotlib's.
        import typst

        files = {
            font.family: Path(font.path)
            for font in typst.Fonts(include_embedded_fonts=False).fonts()
            if font.weight == 400 and font.path
        }
        if SYSTEM_SANS not in files or SYSTEM_SERIF not in files:
            raise ReportError("fonts", key="print.no_fonts") from None
        return Fonts(files[SYSTEM_SANS], files[SYSTEM_SERIF], (), f"system {SYSTEM_SANS}, {SYSTEM_SERIF}")
    from matplotlib.ft2font import FT2Font

    sans, serif = Path(pack.sans_path()), Path(pack.serif_path())
    for path in (sans, serif):
        try:
            FT2Font(str(path))
        except (OSError, RuntimeError):
            raise ReportError(str(path), key="print.bad_font") from None
    folders = tuple(dict.fromkeys((str(sans.parent), str(serif.parent))))
    return Fonts(sans, serif, folders, f"pylopdf-fonts-zh-cn {version('pylopdf-fonts-zh-cn')}")
