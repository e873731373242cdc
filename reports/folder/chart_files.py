"""The charts of a briefing as files to paste elsewhere: SVG, 300-dpi PNG, and what each shows in words."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from reports.charts import style as charts
from reports.page.fonts import Fonts
from reports.page.typeset import painted


class ChartFiles:
    """The chart files of one language, painted on another thread while the next chart is drawn.

    Parameters
    ----------
    mark : str
        What stands below each picture of made-up data, which may be pasted where nothing else says so;
        "" for data that are not.
    stamp : str
        What stands across each picture of a draft; "" for others.
    """

    def __init__(
        self, language: str, fonts: Fonts, pool: ThreadPoolExecutor, *, mark: str = "", stamp: str = ""
    ) -> None:
        self._language, self._fonts, self._pool = language, fonts, pool
        self._mark, self._stamp = mark, stamp
        self._drawn: dict[str, tuple[bytes, Future[bytes]]] = {}

    def add(self, name: str, svg: bytes) -> None:
        """Take a chart that was drawn."""
        if self._stamp:
            svg = charts.stamped_svg(svg, self._stamp, charts.family_of(self._fonts.sans))
        if self._mark:
            svg = charts.noted_svg(svg, self._mark, charts.family_of(self._fonts.sans))
        self._drawn[name] = svg, self._pool.submit(painted, svg, self._fonts, f"charts/{name}.png")

    def files(self, words: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
        """Return the charts by file name under charts/, and a text with their captions.

        Parameters
        ----------
        words : mapping of str to mapping
            Caption and alternative text of each chart.

        Raises
        ------
        ReportError
            If a picture cannot be painted.
        """
        files, texts = dict[str, bytes](), [self._mark] if self._mark else []
        for name, (svg, picture) in self._drawn.items():
            stem = f"{name}-{self._language}"
            files[f"charts/{stem}.svg"] = svg
            files[f"charts/{stem}.png"] = picture.result()
            texts.append("\n".join((stem, words[name]["caption"], words[name]["alt"])))
        files[f"charts/texts-{self._language}.txt"] = ("\n\n".join(texts) + "\n").encode("utf-8")
        return files
