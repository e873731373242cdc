"""The charts of a briefing as files to paste elsewhere: SVG, 300-dpi PNG, and what each shows in words."""

from __future__ import annotations

import gc
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
    with charts.style(font):
        for name, figure in briefing.figures.items():
            stem = f"charts/{name}-{briefing.language}"
            made[f"{stem}.svg"] = briefing.charts[f"{name}.svg"]
            if mark:
                charts.note_below(figure, mark)
                made[f"{stem}.svg"] = charts.noted_svg(made[f"{stem}.svg"], mark)
            made[f"{stem}.png"] = charts.png(figure)
            figure.clear()
            text = briefing.texts["charts"][name]
            told.append("\n".join((f"{name}-{briefing.language}", text["caption"], text["alt"])))
    # Axes and their texts refer to each other and to pictures of seven megabytes each.
    gc.collect()
    made[f"charts/texts-{briefing.language}.txt"] = ("\n\n".join(told) + "\n").encode("utf-8")
    return made
