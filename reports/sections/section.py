"""A printed section as one value: its table, its charts, its texts, and when it is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from reports.charts.style import COLUMNS, HALF, Draw
from reports.language.numbers import whole
from reports.language.words import capitalised
from reports.results.facts import fielded, weighted
from reports.results.results import Results
from reports.sections.table import PrintedTable

# Where a section stands: on a page of the briefing after the first, or in the appendix.
Part = Literal["demand", "where", "trust", "appendix"]
# What the template lays out: texts, a list, terms, a chart or a table.
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words.

    Attributes
    ----------
    name : str
        Of its file.
    draw : callable
        Draws it, within `charts.style.style`.
    caption, alt : str
        What it shows, as a line above it and for those who cannot see it.
    subtitle, foot : str
        What is measured among whom, and source, date and size.
    columns : int
        How many of the page's twelve it takes.
    behind : bool
        Whether it stands in the appendix, with its section's tables.
    """

    name: str
    draw: Draw = field(repr=False)
    caption: str
    alt: str
    subtitle: str = ""
    foot: str = ""
    columns: int = COLUMNS
    behind: bool = False

    @property
    def words(self) -> dict[str, str]:
        """Caption and alternative text as the template takes them."""
        title = self.caption[:1].upper() + self.caption[1:]
        return {"caption": title, "alt": self.alt, "subtitle": self.subtitle, "foot": self.foot}


@dataclass(frozen=True, slots=True)
class Printing:
    """What the sections of one briefing are printed from.

    Attributes
    ----------
    inputs : str
        How to recognise the input files, for the disclosure list.
    tables : mapping of str to PrintedTable
        The tables of the sections chosen, by section, in the order printed.
    numbers : mapping of str to str
        What each table is called by: "1" on the pages, "A1" in the appendix.
    behind : frozenset of str
        Sections of the pages that stand in the appendix for want of room.
    """

    results: Results
    inputs: str
    tables: Mapping[str, PrintedTable]
    numbers: Mapping[str, str] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()

    def more(self, section: str) -> tuple[PrintedTable, ...]:
        """Return the further tables of a section, which stand under "NAME-2", "NAME-3" and so on."""
        return tuple(table for name, table in self.tables.items() if name.rpartition("-")[0] == section)

    def number(self, section: str) -> str:
        """Return the number of a section's table, "" where it has none."""
        return self.numbers.get(section, "")

    def numbers_of(self, section: str) -> tuple[str, ...]:
        """Return the numbers of all tables of a section."""
        names = [name for name in self.tables if section in (name, name.rpartition("-")[0])]
        return tuple(self.number(name) for name in names)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the briefing after page 1. A new one is a value like this, listed in `contents`.

    Attributes
    ----------
    name : str
        As the study file names it; its heading is ``headings.NAME`` of the words.
    texts : callable
        Blocks that stand before the charts.
    charts : callable
        Charts that stand before the table, printed only with it.
    table : callable
        The table, or None where there is nothing to print.
    more : callable
        Further tables after it, for a section that has several.
    keep_together : bool
        Whether the table stands on one page.
    usual : bool
        Whether it is printed where the study file lists no sections.
    required : bool
        Whether no briefing is printed without it.
    needs : {"demand", "supply", "reference"} or None
        A table of the study file without which there is nothing to print.
    part : {"demand", "where", "trust", "appendix"}
        The page of the briefing that has its charts and texts, or the appendix.
    compact : int
        Rows up to which its table stands on that page too; a longer one stands in the appendix.
    most_texts : int or None
        How many of its texts stand on that page, the others in the appendix; None for all.
    """

    name: str
    texts: Callable[[Printing], Iterable[Block]] = lambda _: ()
    charts: Callable[[Printing], Iterable[Chart]] = lambda _: ()
    table: Callable[[Results], PrintedTable | None] = lambda _: None
    more: Callable[[Results], Sequence[PrintedTable]] = lambda _: ()
    keep_together: bool = False
    usual: bool = True
    required: bool = False
    needs: Literal["demand", "supply", "reference"] | None = None
    part: Part = "appendix"
    compact: int = 0
    most_texts: int | None = None

    def beside(self, table: PrintedTable) -> bool:
        """Say whether a table stands on the page of its charts."""
        return self.part != "appendix" and sum(len(group.rows) for group in table.groups) <= self.compact


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A section with all that is printed in it.

    Attributes
    ----------
    numbers : tuple of str
        Of its tables.
    beside : bool
        Whether its table stands on the page of its charts and not in the appendix.
    """

    name: str
    heading: str
    texts: tuple[Block, ...]
    charts: tuple[Chart, ...]
    table: PrintedTable | None
    keep_together: bool
    more: tuple[PrintedTable, ...] = ()
    part: Part = "appendix"
    numbers: tuple[str, ...] = ()
    beside: bool = False
    most_texts: int | None = None

    @property
    def blocks(self) -> list[Block]:
        """The blocks in order, as the template takes them; empty where nothing is printed."""
        return [*self.texts, *self._charts(self.charts), *self._tables]

    @property
    def on_page(self) -> list[Block]:
        """The blocks that stand on the pages of the briefing."""
        if self.part == "appendix":
            return []
        charts = [chart for chart in self.charts if not chart.behind]
        blocks = [self._charts(charts), self._tables if self.beside else []]
        if all(chart.columns <= HALF for chart in charts):
            # Charts of half the width share two columns with what follows.
            blocks.reverse()
        texts = [block for block in self.texts if not block.get("behind")]
        return [*_first(texts, self.most_texts), *blocks[0], *blocks[1]]

    @property
    def behind(self) -> list[Block]:
        """The blocks that stand in the appendix."""
        if self.part == "appendix":
            return self.blocks
        charts = self._charts([chart for chart in self.charts if chart.behind])
        texts = [block for block in self.texts if block.get("behind")]
        texts += _rest([block for block in self.texts if block not in texts], self.most_texts)
        return [*texts, *charts, *(() if self.beside else self._tables)]

    def _charts(self, charts: Sequence[Chart]) -> list[Block]:
        return [
            {"kind": "chart", "name": chart.name, "columns": chart.columns, **chart.words} for chart in charts
        ]

    @property
    def _tables(self) -> list[Block]:
        tables = [] if self.table is None else [self.table, *self.more]
        return [
            table_block(table, keep_together=self.keep_together, number=number)
            for table, number in zip(tables, self.numbers, strict=True)
        ]


def printed_section(section: Section, printing: Printing) -> PrintedSection:
    """Return a section with its texts, charts and table."""
    results, table = printing.results, printing.tables.get(section.name)
    return PrintedSection(
        section.name,
        results.words(f"headings.{section.name}", by=results.by_noun),
        tuple(section.texts(printing)),
        () if table is None else tuple(sourced(chart, results) for chart in section.charts(printing)),
        table,
        section.keep_together,
        printing.more(section.name),
        section.part,
        printing.numbers_of(section.name),
        table is not None and section.beside(table),
        section.most_texts,
    )


def sourced(chart: Chart, results: Results) -> Chart:
    """Return a chart with what its picture says of measure and source, where it does not say so itself."""
    words, study = results.words, results.study
    history = results.estimates.histories.get(results.latest)
    parts = [study.publisher.in_(results.language), fielded(results)]
    if history is not None:
        parts.append(words("page1.subtitle_n", n=whole(history.weighting.n)))
    parts.append(words.text("picture.weighted" if weighted(results) else "picture.unweighted"))
    subtitle = words("picture.subtitle", people=results.people(), wave=results.wave_label(results.latest))
    foot = words("picture.foot", parts=words.clauses(parts))
    subtitle, alt = chart.subtitle or capitalised(subtitle), words.spoken(chart.alt)
    return replace(chart, subtitle=subtitle, foot=chart.foot or foot, alt=alt)


def _first(blocks: Sequence[Block], most: int | None) -> list[Block]:
    """Return the first texts of lists, all where `most` is None."""
    return [{**b, "texts": b["texts"][:most]} if "texts" in b else b for b in blocks]


def _rest(blocks: Sequence[Block], most: int | None) -> list[Block]:
    """Return the texts of lists after the first."""
    if most is None:
        return []
    return [{**b, "texts": b["texts"][most:]} for b in blocks if len(b.get("texts", ())) > most]


def paragraphs(texts: Sequence[str]) -> Iterator[Block]:
    """Yield a block of paragraphs, nothing where there are none."""
    yield from [{"kind": "text", "texts": list(texts)}] if texts else []


def bullets(texts: Sequence[str]) -> Iterator[Block]:
    """Yield a block of list items, nothing where there are none."""
    yield from [{"kind": "list", "texts": list(texts)}] if texts else []


def terms(items: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Yield a block of terms with what each means."""
    yield {"kind": "terms", "items": [list(item) for item in items]}


def table_block(table: PrintedTable, *, keep_together: bool, number: str) -> Block:
    """Return the block of a table."""
    return {"kind": "table", "table": asdict(table), "breakable": not keep_together, "number": number}


def numbered(name: str, draws: Sequence[Draw]) -> Iterator[tuple[str, int, Draw]]:
    """Yield name, place and drawing of each picture of a chart that takes several: "groups", "groups-2"."""
    for part, draw in enumerate(draws, 1):
        yield (f"{name}-{part}" if part > 1 else name), part, draw
