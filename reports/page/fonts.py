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
        return _system_fonts()
    sans, serif = Path(pack.sans_path()), Path(pack.serif_path())
    for path in (sans, serif):
        _check_readable(path)
    folders = tuple(dict.fromkeys((str(sans.parent), str(serif.parent))))
    return Fonts(sans, serif, folders, f"pylopdf-fonts-zh-cn {version('pylopdf-fonts-zh-cn')}")


def _check_readable(path: Path) -> None:
    from matplotlib.ft2font import FT2Font

    try:
        FT2Font(str(path))
    except (OSError, RuntimeError):
        raise ReportError(
            str(path), "is not a readable font file", "install pylopdf-fonts-zh-cn again"
        ) from None


def _system_fonts() -> Fonts:
    """Ask the typesetter, whose list is fresh, unlike Matplotlib's."""
    import typst

    found = {
        f.family: Path(f.path)
        for f in typst.Fonts(include_embedded_fonts=False).fonts()
        if f.weight == 400 and f.path
    }
    if SYSTEM_SANS not in found or SYSTEM_SERIF not in found:
        raise ReportError(
            "fonts",
            "no Chinese fonts were found",
            "pip install pylopdf-fonts-zh-cn, or install Noto CJK (Debian: fonts-noto-cjk)",
        )
    return Fonts(found[SYSTEM_SANS], found[SYSTEM_SERIF], (), f"system {SYSTEM_SANS}, {SYSTEM_SERIF}")
