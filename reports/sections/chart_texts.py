"""Caption and alternative text of each chart: what it shows, in words, and which table holds its numbers."""

from __future__ import annotations

from reports.charts.bars import pages_of
from reports.charts.choices import shown
from reports.charts.overall import shown_first
from reports.charts.panels import modelled
from reports.charts.ranks import readable
from reports.language.numbers import whole
from reports.results import facts
from reports.results.alternatives import alternatives_of, moved
from reports.results.results import Results
from reports.sections import front_page as wording
from reports.sections.own_headline import first_clearly


def overall(results: Results, table: int) -> dict[str, str]:
    """Return caption and alternative text of the chart of page 1."""
    words = results.words
    codes = shown_first(results)
    more = len(results.options(results.headline)) - len(codes)
    previous = (
        words("page1.chart_alt_previous", previous=results.wave_label(results.previous))
        if results.previous
        else ""
    )
    alt = words(
        "page1.chart_alt",
        values=words.clauses(wording.share_text(results, code) for code in codes),
        previous=previous,
        table=table,
    )
    first = first_clearly(results, results.headline, codes[0])
    label = results.option_label(results.headline, codes[0])
    finding = words("page1.chart_lead", first=label) if first else ""
    title = words("page1.chart_title", finding=finding, interval=facts.interval_name(results))
    if more:
        title += words("page1.chart_more", n=more, table=table)
    return _both(title, alt)


def groups(results: Results, table: int, part: int = 1, parts: int = 1) -> dict[str, str]:
    """Return caption and alternative text of the panels by group, or of one part of them."""
    words = results.words
    above, below = facts.apart(results, results.lead[0])
    by = results.question_label(results.by)
    by = results.words.noun(by)
    finding, option = "", words.quoted(results.option_label(results.headline, results.lead[0]))
    if above or below:
        finding = words("groups.chart_clear", names=words.few(above + below), option=option)
    elif facts.compared(results) and len(facts.suppressed_groups(results)) < len(results.groups()):
        finding = words("groups.chart_unclear", by=by, option=option)
    held = facts.suppressed_groups(results)
    withheld = words("groups.chart_withheld", names=words.few(held)) if held else ""
    title = words("groups.chart_title", finding=finding, by=by, interval=facts.interval_name(results))
    if modelled(results):
        title += words("groups.chart_model")
    if parts > 1:
        title += words("groups.chart_part", part=part, parts=parts)
    alt = words("groups.chart_alt", count=len(results.groups()), by=by, withheld=withheld, table=table)
    return _both(title, alt)


def answers(results: Results, table: int, part: int = 1, parts: int = 1) -> dict[str, str]:
    """Return caption and alternative text of the bars of questions with one answer, or of a part of them."""
    words = results.words
    blocks = pages_of(results)[part - 1]
    title = words("answers.chart_title", interval=facts.interval_name(results))
    if parts > 1:
        title += words("groups.chart_part", part=part, parts=parts)
    names = words.listed(list(dict.fromkeys(words.quoted(block.heading) for block in blocks)))
    return _both(title, words("answers.chart_alt", names=names, table=table))


def ranks(results: Results) -> dict[str, str]:
    """Return caption and alternative text of the ranks that groups may have."""
    words = results.words
    by = results.question_label(results.by)
    by = results.words.noun(by)
    told = []
    for code, rows in readable(results).items():
        ranges = [
            words(
                "ranks.chart_range",
                group=results.option_label(results.by, group),
                low=whole(row.low),
                high=whole(row.high),
            )
            for group, row in rows.items()
        ]
        option = words.quoted(results.option_label(results.headline, code))
        told.append(words("ranks.chart_one", option=option, ranges=words.listed(ranges)))
    alt = words("ranks.chart_alt", by=by, told=words.clauses(told))
    return _both(words("ranks.chart_title", by=by, level=facts.level(results)), alt)


def choices(results: Results, table: int) -> dict[str, str]:
    """Return caption and alternative text of the shares under other choices."""
    words = results.words
    names = words.listed([results.quoted(results.headline, c) for c in shown(results)])
    wide = [
        results.quoted(results.headline, code)
        for code in shown(results)
        if (found := moved(results, code)) is not None and found.wide
    ]
    finding = words("choices.chart_wide", names=words.few(wide)) if wide else ""
    alt = words("choices.chart_alt", names=names, count=len(alternatives_of(results)), table=table)
    return _both(words("choices.chart_title", finding=finding, level=facts.level(results)), alt)


def tile_map(results: Results, table: int) -> dict[str, str]:
    """Return caption and alternative text of the map of tiles."""
    words = results.words
    option = results.quoted(results.headline, results.lead[0])
    by = results.question_label(results.by)
    by = results.words.noun(by)
    held = facts.suppressed_groups(results)
    withheld = words("groups.chart_withheld", names=words.few(held)) if held else ""
    title = words("groups.map_title", option=option, by=by, interval=facts.interval_name(results))
    return _both(title, words("groups.map_alt", option=option, by=by, withheld=withheld, table=table))


def change(results: Results, table: int) -> dict[str, str]:
    """Return caption and alternative text of the shares over the waves."""
    words = results.words
    names = words.listed([results.option_label(results.headline, code) for code in results.lead])
    waves = words.listed([results.wave_label(wave) for wave in results.waves])
    title = words("change.chart_title", interval=facts.interval_name(results))
    return _both(title, words("change.chart_alt", names=names, waves=waves, table=table))


def respondents(results: Results, table: int) -> dict[str, str]:
    """Return caption and alternative text of the margins before and after weighting."""
    words = results.words
    title = words("weights.chart_title", wave=results.wave_label(results.latest))
    return _both(title, words("weights.chart_alt", table=table))


def _both(title: str, alt: str) -> dict[str, str]:
    return {"caption": title[:1].upper() + title[1:], "alt": alt}
