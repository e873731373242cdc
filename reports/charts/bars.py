"""Bars of single-answer questions, which add up to 100%, each with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from matplotlib.figure import Figure

from reports.charts.stacked import fits
from reports.charts.style import INK, WIDTH, Draw, axis_end, label_width, percent_axis, write_beside
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent
from reports.results.nets import printed_questions
from reports.results.results import Results, Row

# Inches of a picture, of an answer, of each further line of its label, of a heading, of the axis below.
TALLEST, ROW, LINE, HEAD, FOOT = 6.5, 0.27, 0.14, 0.32, 0.28
LABEL, TITLE = 15.0, 50.0  # ems
BAR = "#b9c6d6"  # pale enough for its whisker, dark enough beside white


@dataclass(frozen=True, slots=True)
class Block:
    """A question's bars: its heading, and label and share of each answer, as `Results.listed`."""

    heading: str
    labels: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        """Inches that heading and bars take."""
        return HEAD + sum(row_height(label) for label in self.labels)

    def parts(self) -> list[Block]:
        """Return the bars in blocks that a picture holds, each under the same heading."""
        if self.height <= TALLEST:
            return [self]
        count = math.ceil(self.height / (TALLEST - HEAD))
        size = math.ceil(len(self.rows) / count)
        return [
            Block(self.heading, self.labels[i : i + size], self.rows[i : i + size])
            for i in range(0, len(self.rows), size)
        ]


def row_height(label: str) -> float:
    """Return the inches that an answer takes."""
    return ROW + LINE * label.count("\n")


def blocks_of(results: Results) -> list[Block]:
    """Return the single-answer questions that need a bar an answer, but for that of page 1.

    Their answers are too many, or too long, to be parts of one bar; some share of each may be printed.
    """
    blocks = []
    for question in printed_questions(results):
        if question.kind != "single" or question.id == results.headline or fits(results, question.id):
            continue
        codes = results.listed(question.id)
        rows = tuple(results.share(question.id, code) for code in codes)
        if not all(row.suppressed for row in rows):
            heading = wrapped(results.question_heading(question.id), TITLE, 1)
            labels = results.wrapped_labels(question.id, codes, LABEL, 2)
            blocks += Block(heading, tuple(labels), rows).parts()
    return blocks


def pages_of(results: Results) -> list[list[Block]]:
    """Return the blocks of each picture, none taller than a page allows."""
    pages: list[list[Block]] = []
    for block in blocks_of(results):
        if pages and sum(b.height for b in pages[-1]) + block.height <= TALLEST:
            pages[-1].append(block)
        else:
            pages.append([block])
    return pages


def answer_bars(results: Results, pages: list[list[Block]]) -> list[Draw]:
    """Return the drawing of each picture, one scale in all."""
    blocks = [block for page in pages for block in page]
    end = axis_end([row for block in blocks for row in block.rows])
    gutter = label_width([label for block in blocks for label in block.labels], 8.5)
    return [partial(_picture, results, page, end, gutter) for page in pages]


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
            y = -top - row_height(label) / 2
            top += row_height(label)
            places.append(y)
            labels.append(label)
            if row.suppressed:
                write_beside(ax, results.words.mark("withheld"), (0, y), 5, size=9)
                continue
            ax.barh([y], [row.estimate], height=0.62 * ROW, color=BAR, edgecolor=INK, linewidth=0.5)
            ax.plot([row.low, row.high], [y, y], color=INK, lw=1.4, solid_capstyle="butt")
            write_beside(ax, results.flagged(row, percent(row.estimate)), (row.high, y), 5, size=9)
    ax.set_yticks(places, labels, fontsize=8.5, linespacing=0.95)
    percent_axis(ax, end, 0.2 if end > 0.5 else 0.1, 8)
    return figure
