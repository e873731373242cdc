"""Which ranks the groups may have, and of which groups anything is certain."""

from __future__ import annotations

from reports.language.numbers import whole
from reports.results.results import Results, Row

SAID = 3  # groups in a sentence at most


def ranked(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the groups that have any, by leading answer; empty where none were computed."""
    ranks: dict[str, dict[str, Row]] = {}
    for code in results.lead if results.by else ():
        rows = {
            g: results.printed("rank", results.headline, code, by=results.by, group=g)
            for g in results.groups(code)
        }
        ranks[code] = {g: row for g, row in rows.items() if row is not None}
    return {code: rows for code, rows in ranks.items() if rows}


def has_order(rows: dict[str, Row]) -> bool:
    """Say whether an answer's ranks put any groups in order."""
    return any(row.note != "no_order" for row in rows.values())


def readable(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the leading answers by which the groups have an order at all."""
    return {code: rows for code, rows in ranked(results).items() if has_order(rows)}


def certain(results: Results, rows: dict[str, Row]) -> list[str]:
    """Return what is certain of the ranks of groups, those known best first, at most `SAID`."""
    words, last = results.words, len(rows)
    narrow = {group: row for group, row in rows.items() if row.high - row.low < last - 1}
    told = []
    for group in sorted(narrow, key=lambda group: narrow[group].high - narrow[group].low)[:SAID]:
        row = narrow[group]
        kind = "first" if row.low == 1 else "last" if row.high == last else "between"
        name = results.flagged(row, results.option_label(results.by, group))
        fields = {"low": whole(row.low), "high": whole(row.high), "count": whole(last - row.low + 1)}
        told.append(words(f"ranks.{kind}", group=name, **fields))
    return told
