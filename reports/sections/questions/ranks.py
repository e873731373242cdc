"""The ranks that the groups may have on the leading answers."""

from __future__ import annotations

from reports.language.numbers import whole
from reports.results import facts
from reports.results.ranks import readable
from reports.results.results import Results
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable


def table(results: Results) -> PrintedTable | None:
    """Return the first and last possible rank of each group; None where no group has an order."""
    words, ranks = results.words, readable(results)
    if not ranks:
        return None
    rows = []
    for group in results.groups():
        found = [rows_of.get(group) for rows_of in ranks.values()]
        if any(row is not None for row in found):
            cells = [
                words.mark("withheld")
                if row is None
                else results.flagged(row, words("ranks.range", low=whole(row.low), high=whole(row.high)))
                for row in found
            ]
            rows.append((results.option_label(results.by, group), *cells))
    return PrintedTable(
        words("ranks.caption", by=results.by_noun, level=facts.level(results)),
        (results.question_label(results.by), *(results.option_label(results.headline, c) for c in ranks)),
        (Group("", tuple(rows)),),
        (words("ranks.note"),),
        (1.5, *(1.0 for _ in ranks)),
    )


SECTION = Section("ranks", table=table)
