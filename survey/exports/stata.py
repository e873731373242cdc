"""Stata .dta: value labels, and the missing values .a to .z with theirs."""

from __future__ import annotations

from pathlib import Path

from survey.exports.dates import UNDECLARED, Dates
from survey.exports.export import Export
from survey.exports.labelled_columns import Variable, as_columns
from survey.exports.statistics_file import export_of, read_statistics

PLATFORM, LABEL = "stata", "Stata"
# Formats 113 to 115 begin with their number and the order of bytes, later ones with a tag.
OLD, ORDERS = (113, 114, 115), (1, 2)


def recognise(start: bytes) -> bool:
    """Say whether a file begins as Stata files do."""
    old = len(start) > 2 and start[0] in OLD and start[1] in ORDERS and start[2] == 1
    return start.startswith(b"<stata_dta>") or old


def read(path: Path, dates: Dates = UNDECLARED) -> Export:
    """Return the answers of a Stata file; raises ExportError if it is damaged."""
    about = read_statistics("dta", path)
    variables = []
    for name in map(str, about.frame.columns):
        letters = set(about.user_missing.get(name, []))
        header, labels = about.headers.get(name) or "", about.labels.get(name, {})
        variables.append(Variable(name, header, about.frame[name], labels, letters))
    return export_of(as_columns(variables), PLATFORM, path, about, dates=dates)
