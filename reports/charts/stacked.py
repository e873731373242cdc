"""Single-answer questions as bars of 100%, with their nets beside them: a bar a question, or one a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from reports.charts.style import INK, LEAD, MID, SOFT, WIDTH, label_width, right_column, write_beside
from reports.language.line_breaks import ems, widest, wrapped
from reports.language.numbers import percent, percent_number
from reports.results.nets import printed_questions, with_nets
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# From the first answer to the last; the accent is the first.
SHADES = (LEAD, "#a8a29d", "#cfcac6", "#e7e4e1", "#8f8983", "#f3f1ef")
DARK = {LEAD, "#8f8983"}
MOST = len(SHADES)
LABEL = 17.0  # ems of a bar's name
BAR, SPACE, KEY, HEAD, NET = (
    0.2,
    0.07,
    0.24,
    0.24,
    0.8,
)  # inches: a bar, between bars, a key, a heading, a net
TALLEST, HIGHEST = 6.5, 8.0  # of a picture, as a rule and at most
LINE = 46  # ems of a line of the key
KEYS = 2  # lines of it at most
LEAST = 0.035  # of the bar: narrower parts have no figure


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, the share of each answer in order, and those of the nets beside it.

    Attributes
    ----------
    apart : tuple of bool
        Which answers a group gives clearly more or less often than the rest.
    """

    label: str
    rows: tuple[Row | None, ...]
    nets: tuple[Row | None, ...]
    apart: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Bars under a heading, "" for none."""

    heading: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The bars of one question; its answers and nets are named above the first of them.

    Attributes
    ----------
    keyed : bool
        Whether they are named, which questions with the same answers below each other are once.
    """

    question: str
    answers: tuple[str, ...]
    nets: tuple[str, ...]
    blocks: tuple[Block, ...]
    keyed: bool = True

    @property
    def bars(self) -> float:
        """Inches that the bars take."""
        return sum(HEAD * bool(b.heading) + (BAR + SPACE) * len(b.bars) for b in self.blocks)

    @property
    def height(self) -> float:
        """Inches that it takes."""
        if not self.keyed:
            return self.bars
        head = max(KEY * len(_lines(self.answers)), *(0.12 + 0.13 * len(n.split("\n")) for n in self.nets), 0)
        return head + self.bars


def bar_of(results: Results, question: str, label: str, *, by: str = "", group: str = "") -> Bar:
    """Return the bar of a question, in the whole sample or in a group."""
    rows, nets, apart = list[Row | None](), list[Row | None](), list[bool]()
    for name, code, net in with_nets(results, question, results.listed(question)):
        row = results.row("share", name, code, by=by, group=group)
        if net:
            nets.append(row)
            continue
        rest = results.row("difference_from_rest", name, code, by=by, group=group)
        rows.append(row)
        apart.append(rest is not None and rest.clear)
    return Bar(wrapped(label, LABEL, 1), tuple(rows), tuple(nets), tuple(apart))


def part_of(results: Results, question: str, blocks: Sequence[Block]) -> Part:
    """Return the bars of a question with the names of its answers and nets."""
    named = [
        (results.option_label(name, code), net)
        for name, code, net in with_nets(results, question, results.listed(question))
    ]
    nets = tuple(wrapped(label, 8, 2) for label, net in named if net)
    return Part(question, tuple(label for label, net in named if not net), nets, tuple(blocks))


def fits(results: Results, question: str) -> bool:
    """Say whether the answers to a question can be told apart by shade and named above a bar."""
    labels = [results.option_label(question, code) for code in results.listed(question)]
    return len(labels) <= MOST and len(_lines(labels)) <= KEYS and widest(labels) + 2 <= LINE


def _lines(labels: Sequence[str]) -> list[list[int]]:
    """Return the answers of each line of a key, by their places."""
    lines, left = list[list[int]](), 0.0
    for i, label in enumerate(labels):
        needed = ems(label) + 2
        if not lines or needed > left:
            lines.append([])
            left = LINE
        lines[-1].append(i)
        left -= needed
    return lines


def stacked(results: Results, parts: Sequence[Part], *, width: float = WIDTH) -> Figure:
    """Return bars of 100%, question below question, with what may be printed of them.

    Parameters
    ----------
    width : float
        Inches of the picture.
    """
    labels = [bar.label for part in parts for block in part.blocks for bar in block.bars]
    gutter, side = label_width(labels, 8.5), NET * max(len(part.nets) for part in parts)
    height = sum(part.height for part in parts) + SPACE * (len(parts) - 1)
    figure = Figure(figsize=(width, height))
    ax = figure.add_axes((gutter / width, 0, 1 - (gutter + side) / width, 1))
    ax.set(xlim=(0, 1), ylim=(height, 0))
    ax.set_axis_off()
    top = 0.0
    for part in parts:
        y = top + part.height - part.bars
        if part.keyed:
            _key(ax, part.answers, y, width - gutter - side)
        for i, net in enumerate(part.nets if part.keyed else (), 1):
            right_column(ax, NET * i, y - 0.04, net, colour=MID, size=7.5, align="bottom")
        for block in part.blocks:
            if block.heading:
                ax.text(0, y + HEAD - 0.06, block.heading, fontsize=8, color=MID, va="bottom")
                y += HEAD
            for bar in block.bars:
                _bar(ax, results, bar, y + (BAR + SPACE) / 2)
                y += BAR + SPACE
        top += part.height + SPACE
    return figure


def _key(ax: Axes, labels: Sequence[str], y: float, inches: float) -> None:
    """Name the answers above the bars, which begin at `y`, each after a square of its shade."""
    lines = _lines(labels)
    for line, places in enumerate(lines):
        x, at = 0.0, y - KEY * (len(lines) - line - 0.5)
        for i in places:
            ax.plot([x + 0.05 / inches], [at], "s", ms=6, mfc=SHADES[i], mec=INK, mew=0.3, clip_on=False)
            ax.text(x + 0.14 / inches, at, labels[i], fontsize=8, va="center", color=MID)
            x += (ems(labels[i]) * 8 / 72 + 0.3) / inches


def _bar(ax: Axes, results: Results, bar: Bar, y: float) -> None:
    """Draw the parts of a bar; what is withheld leaves a hatched rest, which no figure stands on."""
    words, left = results.words, 0.0
    write_beside(ax, bar.label, (0, y), -5, size=8.5, align="right")
    if all(row is None or row.suppressed for row in bar.rows):
        ax.text(0.01, y, words("groups.panel_withheld"), fontsize=8, va="center", color=MID)
    else:
        for row, shade, apart in zip(bar.rows, SHADES, bar.apart, strict=False):
            if row is None or row.suppressed:
                continue
            ax.barh([y], [row.estimate], left=left, height=BAR, color=shade, edgecolor="white", linewidth=0.6)
            if row.estimate >= LEAST:
                text = results.flagged(row, percent_number(row.estimate))
                text += f" {words.mark('apart')}" if apart else ""
                colour = "white" if shade in DARK else INK
                ax.text(
                    left + row.estimate / 2, y, text, fontsize=7.5, ha="center", va="center", color=colour
                )
            left += row.estimate
        if any(row is None or row.suppressed for row in bar.rows) and left < 1:
            ax.barh([y], [1 - left], left=left, height=BAR, fc="white", ec=SOFT, hatch="////", lw=0.4)
    for i, net in enumerate(bar.nets, 1):
        mark = words.mark("withheld")
        text = mark if net is None or net.suppressed else results.flagged(net, percent(net.estimate))
        right_column(ax, NET * i, y, text, colour=INK, size=8.5)


def parts_of(results: Results) -> list[Part]:
    """Return the bars of single-answer questions that can be drawn so, but for that of page 1.

    One question alone is also shown by every grouping but that of the districts, which have a page.
    """
    single = [q.id for q in printed_questions(results) if q.kind == "single" and q.id != results.headline]
    questions = [q for q in single if fits(results, q) and results.base(q) is not None]
    parts = []
    for question in questions:
        label = (
            results.question_heading(question) if len(questions) > 1 else results.words("groups.everybody")
        )
        blocks = [Block("", (bar_of(results, question, label),))]
        if len(questions) == 1:
            blocks += _by_group(results, question)
        parts.append(part_of(results, question, blocks))
    return parts


def _by_group(results: Results, question: str) -> list[Block]:
    blocks = []
    for by in results.groupings():
        codes = [
            code
            for code in results.study.questionnaire[by].codes
            if any(results.row("share", question, o, by=by, group=code) for o in results.options(question))
        ]
        bars = [bar_of(results, question, results.option_label(by, c), by=by, group=c) for c in codes]
        if bars and by != results.by:
            blocks.append(Block(results.question_label(by), tuple(bars)))
    return blocks


def pictures_of(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts of each picture, about equally tall, and none taller than a page allows."""
    parts = [_after(before, part) for before, part in zip((None, *parts), parts, strict=False)]
    whole = sum(part.height + SPACE for part in parts)
    count = ceil(whole / TALLEST)
    pictures: list[list[Part]] = []
    for part in parts:
        tall = sum(one.height + SPACE for one in pictures[-1]) if pictures else 0.0
        last = len(pictures) == count
        if pictures and (last or tall + part.height / 2 <= whole / count) and tall + part.height <= HIGHEST:
            pictures[-1].append(part)
        else:
            pictures.append([replace(part, keyed=True)])
    return pictures


def _after(before: Part | None, part: Part) -> Part:
    """Return a part as it stands below another: answers of the same names are named once."""
    same = before is not None and (before.answers, before.nets) == (part.answers, part.nets)
    return replace(part, keyed=not same)
