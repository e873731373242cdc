"""The sections after page 1: which tables, charts and paragraphs each is made of. Knows no numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from reports.charts import bars as answer_bars
from reports.charts import choices as choice_chart
from reports.charts import panels as panel_charts
from reports.charts import ranks as rank_chart
from reports.charts.margins import margin_chart
from reports.charts.tile_map import tile_map
from reports.charts.trend import trend
from reports.results.declared import Section, facts_of, sections_of, tiles_of
from reports.results.results import Results
from reports.sections import chart_texts, section_tables
from reports.sections import methods as disclosure
from reports.sections import sensitivity_text as honest_words
from reports.sections import table as tables
from reports.sections.table import PrintedTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Block = dict[str, Any]
Tables = Mapping[Section, Callable[[Results], PrintedTable | None]]

TABLES: Tables = {
    "results": tables.whole_sample,
    "amounts": section_tables.amounts,
    "groups": lambda results: tables.by_group(results) if results.by else None,
    "change": section_tables.trend,
    "respondents": tables.weights,
    "topline": section_tables.topline,
    "comparison": section_tables.comparison,
    "flow": tables.flow,
    "sensitivity": section_tables.choices,
}

# Short tables stand on one page.
WHOLE: frozenset[Section] = frozenset({"flow", "sensitivity", "amounts", "comparison"})


@dataclass(frozen=True, slots=True)
class Numbered:
    """The tables of a briefing in the order printed, each with its number."""

    tables: Mapping[Section, PrintedTable]

    def number(self, section: Section) -> int:
        """Return the number of a section's table, 0 where it has none."""
        names = list(self.tables)
        return names.index(section) + 1 if section in names else 0


def numbered_tables(results: Results) -> Numbered:
    """Return the tables of the sections chosen, those there is anything for."""
    made = {name: TABLES[name](results) for name in sections_of(results.study) if name in TABLES}
    return Numbered({name: table for name, table in made.items() if table is not None})


def figures_of(results: Results, numbered: Numbered) -> Iterator[tuple[str, Figure]]:
    """Yield the charts of those sections with their names, to be drawn within `charts.style.style`."""
    drawn: dict[str, Callable[[Results], list[Figure]]] = {
        "answers": answer_bars.answer_bars,
        "map": lambda results: [tile_map(results)],
        "groups": panel_charts.panels,
        "choices": lambda results: [choice_chart.choice_chart(results)],
        "ranks": lambda results: [rank_chart.rank_chart(results)],
        "change": lambda results: [trend(results)],
        "respondents": lambda results: [margin_chart(results)],
    }
    for name, draw in drawn.items():
        if _is_drawn(name, results, numbered):
            for i, figure in enumerate(draw(results), 1):
                yield (f"{name}-{i}" if i > 1 else name), figure


def _is_drawn(name: str, results: Results, numbered: Numbered) -> bool:
    """Say whether a chart has its section and anything to draw."""
    if name == "map":
        return "groups" in numbered.tables and bool(tiles_of(results.study))
    if name == "choices":
        return "sensitivity" in numbered.tables
    if name == "ranks":
        return "groups" in numbered.tables and bool(rank_chart.readable(results))
    if name == "answers":
        return "results" in numbered.tables and bool(answer_bars.blocks_of(results))
    return name in numbered.tables


def printed_sections(results: Results, numbered: Numbered, inputs: str) -> list[dict[str, Any]]:
    """Return the sections as the template takes them: heading and blocks, those with anything in them.

    Parameters
    ----------
    inputs : str
        How to recognise the input files, for the disclosure list.
    """
    found = []
    for name in sections_of(results.study):
        blocks = _blocks(name, results, numbered, inputs)
        if blocks:
            found.append({"name": name, "heading": _heading(results, name), "blocks": blocks})
    return found


def _heading(results: Results, name: Section) -> str:
    by = results.question_label(results.by) if results.by else ""
    return results.words(f"headings.{name}", by=results.words.noun(by))


def _blocks(name: Section, results: Results, numbered: Numbered, inputs: str) -> list[Block]:
    blocks: list[Block] = []
    if name == "methods":
        blocks.append({"kind": "text", "texts": disclosure.methods(results, numbered.number("flow"))})
    elif name == "disclosure":
        blocks.append({"kind": "terms", "items": [list(i) for i in disclosure.items(results, inputs)]})
    elif name == "context":
        facts = [_fact(results, fact.text, fact.source) for fact in facts_of(results.study)]
        blocks += [{"kind": "list", "texts": facts}] if facts else []
    elif name == "sensitivity" and (wrong := honest_words.paragraphs(results)):
        blocks.append({"kind": "list", "texts": wrong})
    elif name == "groups" and (order := rank_chart.order_text(results)):
        blocks.append({"kind": "text", "texts": [order]})
    elif name == "marks":
        blocks.append({"kind": "terms", "items": section_tables.marks(results)})
    if name in numbered.tables:
        told = captions(results, numbered)
        stem = {"map": "groups", "ranks": "groups", "choices": "sensitivity", "answers": "results"}
        charts = [key for key in told if stem.get(k := key.partition("-")[0], k) == name]
        blocks += [{"kind": "chart", "name": key, **told[key]} for key in charts]
        table = numbered.tables[name]
        blocks.append({"kind": "table", "table": asdict(table), "breakable": name not in WHOLE})
    return blocks


def _fact(results: Results, text: Any, source: Any) -> str:
    language = results.language
    return results.words("context.fact", text=text.in_(language), source=source.in_(language))


def captions(results: Results, numbered: Numbered) -> dict[str, dict[str, str]]:
    """Return caption and alternative text of each chart of the sections, by its name."""
    found = dict[str, dict[str, str]]()
    if _is_drawn("answers", results, numbered):
        parts = len(answer_bars.pages_of(results))
        for i in range(1, parts + 1):
            name = f"answers-{i}" if i > 1 else "answers"
            found[name] = chart_texts.answers(results, numbered.number("results"), i, parts)
    if _is_drawn("map", results, numbered):
        found["map"] = chart_texts.tile_map(results, numbered.number("groups"))
    if "groups" in numbered.tables:
        parts, table = len(panel_charts.Layout(results).pages()), numbered.number("groups")
        for i in range(1, parts + 1):
            name = f"groups-{i}" if i > 1 else "groups"
            found[name] = chart_texts.groups(results, table, i, parts)
    if _is_drawn("choices", results, numbered):
        found["choices"] = chart_texts.choices(results, numbered.number("sensitivity"))
    if _is_drawn("ranks", results, numbered):
        found["ranks"] = chart_texts.ranks(results)
    if "change" in numbered.tables:
        found["change"] = chart_texts.change(results, numbered.number("change"))
    if "respondents" in numbered.tables:
        found["respondents"] = chart_texts.respondents(results, numbered.number("respondents"))
    return found
