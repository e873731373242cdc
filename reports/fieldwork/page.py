"""A fieldwork so far as one web page: no script, nothing loaded, legible on paper and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from reports.documents.web_page import POLICY
from reports.fieldwork.grids import Grid
from reports.fieldwork.sheet import Sheet


def page(sheet: Sheet) -> bytes:
    """Return watch-LANGUAGE.html."""
    style = "".join(
        files(package).joinpath(name).read_text(encoding="utf-8")
        for package, name in (("reports.documents", "web.css"), ("reports.fieldwork", "watch.css"))
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{sheet.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(sheet.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{escape(sheet.skip)}</a>\n<main id="main">\n'
        + "\n".join(_parts(sheet))
        + "\n</main>\n</body>\n</html>\n"
    ).encode()


def _parts(sheet: Sheet) -> Iterator[str]:
    mark = f'<p class="mark">{escape(sheet.mark)}</p>' if sheet.mark else ""
    yield (
        f"<header><h1>{escape(sheet.title)}</h1><p>{escape(sheet.subtitle)}</p>{mark}"
        f'<p class="quiet">{escape(sheet.source)}</p></header>'
    )
    figures = (
        f'<div><dt>{escape(one.label)}</dt><dd class="large">{escape(one.large)}</dd>'
        f'<dd class="quiet">{escape(one.note)}</dd></div>'
        for one in sheet.figures
    )
    yield f'<dl class="figures">{"".join(figures)}</dl>'
    yield f'<section class="todo"><h2>{escape(sheet.todo_heading)}</h2>{_items(sheet.todo, "ol")}</section>'
    stop = (
        f"<section><h2>{escape(sheet.stop_heading)}</h2>"
        f"{''.join(f'<p>{escape(text)}</p>' for text in sheet.stop)}</section>"
    )
    days, *others = map(_grid, sheet.grids)
    yield days
    *tables, last = others or [""]
    log = ""
    if sheet.log:
        log = f"<section><h2>{escape(sheet.log_heading)}</h2>{_items(sheet.log, 'ul')}</section>"
    # Shares stand below the rule by which the link is closed.
    yield f'<div class="two">{"".join(tables)}{stop}{last}{log}</div>'


def _items(texts: Sequence[str], kind: str) -> str:
    return f"<{kind}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{kind}>"


def _grid(grid: Grid) -> str:
    notes = "".join(f'<p class="quiet">{escape(note)}</p>' for note in grid.notes)
    heading = escape(grid.heading)
    kind = ' class="on-screen"' if grid.on_screen else ""
    if not grid.rows:
        return f"<section{kind}><h2>{heading}</h2>{notes}</section>"
    head = "".join(
        f'<th scope="col"{_text(j)}>{escape(column)}</th>' for j, column in enumerate(grid.columns)
    )
    rows = "".join(_row(grid, i) for i in range(len(grid.rows)))
    return (
        f"<section{kind}><h2>{heading}</h2>"
        f'<div class="wide" tabindex="0" role="group" aria-label="{heading}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{notes}</section>"
    )


def _text(column: int) -> str:
    return ' class="text"' if column == 0 else ""


def _row(grid: Grid, i: int) -> str:
    row = grid.rows[i]
    kind = ' class="sum"' if i >= len(grid.rows) - grid.foot else ""
    cells = [f'<th scope="row" class="text">{escape(row[0])}</th>']
    for j, cell in enumerate(row[1:], 1):
        marks = []
        if grid.shaded is not None and i < len(grid.shaded) and j <= grid.shaded.shape[1]:
            # In ten steps, each a class of the style sheet.
            marks.append(f"d{round(float(grid.shaded[i, j - 1]) * 9)}")
        if (i, j) in grid.marked:
            marks.append("behind")
        name = f' class="{" ".join(marks)}"' if marks else ""
        cells.append(f"<td{name}>{escape(cell)}</td>")
    return f"<tr{kind}>{''.join(cells)}</tr>"
