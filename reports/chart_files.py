"""The charts of a briefing as files to paste elsewhere: SVG, 300-dpi PNG, and what each shows in words."""

from __future__ import annotations

import gc
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from reports import charts
from reports.briefing import Briefing


def chart_files(briefing: Briefing, *, font: Path) -> dict[str, bytes]:
    """Return the charts of one language by file name under charts/, and a text with their captions.

    Data that are made up say so in each picture, which may be pasted where nothing else does. The figures
    are empty afterwards.
    """
    mark = str(briefing.texts["synthetic"])
    made, told = dict[str, bytes](), [mark] if mark else []
    waiting: tuple[str, Future[bytes]] | None = None
    # Packing a picture needs no Python: it goes on beside the next drawing, one at a time for their size.
    with charts.style(font), ThreadPoolExecutor(1) as pool:
        for name, figure in briefing.figures.items():
            stem = f"charts/{name}-{briefing.language}"
            made[f"{stem}.svg"] = briefing.charts[f"{name}.svg"]
            if mark:
                charts.note_below(figure, mark)
                made[f"{stem}.svg"] = charts.noted_svg(made[f"{stem}.svg"], mark)
            # No name for the picture, which would keep it while the next one is drawn.
            packing = pool.submit(charts.png, charts.picture(figure))
            figure.clear()
            if waiting is not None:
                made[waiting[0]] = waiting[1].result()
            waiting = f"{stem}.png", packing
            text = briefing.texts["charts"][name]
            told.append("\n".join((f"{name}-{briefing.language}", text["caption"], text["alt"])))
        if waiting is not None:
            made[waiting[0]] = waiting[1].result()
    # Axes and their texts refer to each other and to pictures of seven megabytes each.
    gc.collect()
    made[f"charts/texts-{briefing.language}.txt"] = ("\n\n".join(told) + "\n").encode("utf-8")
    return made
