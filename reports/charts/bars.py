"""Bars of questions with one answer, whose shares add up to 100%, each with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from reports.charts.style import INK, WIDTH, axis_end, percent_axis
from reports.language.line_breaks import widest, wrapped
from reports.language.numbers import percent
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches of a picture, of an answer, of each further line of its label, of a heading, of the axis below.
TALLEST, ROW, LINE, HEAD, FOOT = 6.5, 0.27, 0.14, 0.32, 0.28
LABEL, TITLE = 15.0, 50.0  # ems
BAR = "#b9c6d6"  # pale enough for its whisker, dark enough beside white


@dataclass(frozen=True, slots=True)
class Block:
    """A question's bars: its heading, and label and share of each answer, in the order put."""

    heading: str
    labels: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        """Inches that heading and bars take."""
        return HEAD + sum(ROW + LINE * label.count("\n") for label in self.labels)


def blocks_of(results: Results) -> list[Block]:
    """Return the questions with one answer, page 1's aside, of which any share may be printed."""
    found = []
    for question in results.questions():
        if question.kind != "single" or question.id == results.headline:
            continue
        codes = results.options(question.id)
        labels = tuple(wrapped(results.option_label(question.id, c), LABEL, 2) for c in codes)
        rows = tuple(results.share(question.id, c) for c in codes)
        if not all(row.suppressed for row in rows):
            heading = wrapped(results.question_heading(question.id), TITLE, 1)
            found += _pieces(Block(heading, labels, rows))
    return found


def _pieces(block: Block) -> list[Block]:
    """Return a question's bars in pieces that a picture holds, under one heading each."""
    if block.height <= TALLEST:
        return [block]
    count = math.ceil(block.height / (TALLEST - HEAD))
    size = math.ceil(len(block.rows) / count)
    return [
        Block(block.heading, block.labels[i : i + size], block.rows[i : i + size])
        for i in range(0, len(block.rows), size)
    ]


def pages_of(results: Results) -> list[list[Block]]:
    """Return the blocks of each picture, none taller than a page allows."""
    pages: list[list[Block]] = []
    for block in blocks_of(results):
        if pages and sum(b.height for b in pages[-1]) + block.height <= TALLEST:
            pages[-1].append(block)
        else:
            pages.append([block])
    return pages


def answer_bars(results: Results) -> list[Figure]:
    """Return the bars, one scale in all pictures, as many pictures as the questions need."""
    pages = pages_of(results)
    blocks = [block for page in pages for block in page]
    end = axis_end([row for block in blocks for row in block.rows])
    gutter = widest([label for block in blocks for label in block.labels]) * 8.5 / 72 + 0.15
    return [_picture(results, page, end, gutter) for page in pages]


def _picture(results: Results, blocks: list[Block], end: float, gutter: float) -> Figure:
    height = sum(block.height for block in blocks)
    figure = Figure(figsize=(WIDTH, height + FOOT))
    right = 0.25  # for half of the last tick's label
    share = height / (height + FOOT)
    ax = figure.add_axes((gutter / WIDTH, 1 - share, 1 - (gutter + right) / WIDTH, share))
    ax.set_ylim(-height, 0)
    top, places, labels = 0.0, [], []
    for block in blocks:
        ax.annotate(
            block.heading,
            (0, -top - 0.24),
            xytext=(-72 * gutter + 2, 0),
            textcoords="offset points",
            fontsize=9,
            va="baseline",
        )
        top += HEAD
        for label, row in zip(block.labels, block.rows, strict=True):
            tall = ROW + LINE * label.count("\n")
            places.append(-top - tall / 2)
            labels.append(label)
            _bar(ax, results, places[-1], row)
            top += tall
    ax.set_yticks(places, labels, fontsize=8.5, linespacing=0.95)
    percent_axis(ax, end, 0.2 if end > 0.5 else 0.1, 8)
    return figure


def _bar(ax: Axes, results: Results, y: float, row: Row) -> None:
    near: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 9}
    if row.suppressed:
        ax.annotate(results.words.mark("withheld"), (0, y), xytext=(5, 0), **near)
        return
    ax.barh([y], [row.estimate], height=0.62 * ROW, color=BAR, edgecolor=INK, linewidth=0.5)
    ax.plot([row.low, row.high], [y, y], color=INK, lw=1.4, solid_capstyle="butt")
    ax.annotate(percent(row.estimate), (row.high, y), xytext=(5, 0), **near)
