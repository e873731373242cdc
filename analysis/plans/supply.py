"""The [supply] table of a study file: children and places by group, with their sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt

from survey.errors import MarginError, Place, StudyError
from survey.study.questionnaire import Label, Question
from survey.study.study import Study
from survey.study.toml_table import Table
from survey.weighting.margins.file import NOTES, category_of, csv_rows
from survey.weighting.margins.margins import checked_figure

FIGURES = ("children", "children_error", "places", "fee", "occupancy")
OWN_FEE = "own fee"
# Children by age in months, both ends included: children_0_11.
BY_AGE = re.compile(r"children_(\d+)_(\d+)")
MOST = 1e9


@dataclass(frozen=True, slots=True)
class Supply:
    """Children and places by group; None where a cell of the file is empty.

    Attributes
    ----------
    by : str
        The question of the groups.
    children, children_error, places : mapping of group to number
        Of the ages served, the standard error of their number, licensed places.
    attendance : float
        Places a child takes.
    fee : float
        At which the places are printed where the groups have none of their own.
    fees : mapping of group to float
        The fee of each group; empty where the file has none.
    occupancy : mapping of group to number
        Share of the places that is taken, 0-1; empty where the file has none.
    costs : pair of float or None
        Of a child turned away and of an empty place.
    sources : tuple of (source, date, address)
        As the file has them.
    printed_source : Label or None
        What is printed in their place.
    """

    by: str
    children: Mapping[str, float | None]
    children_error: Mapping[str, float | None]
    places: Mapping[str, float | None]
    attendance: float
    costs: tuple[float, float] | None
    fee: float
    sources: tuple[tuple[str, str, str], ...]
    printed_source: Label | None = None
    fees: Mapping[str, float] = field(default_factory=dict)
    occupancy: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The option under which places are printed: a fee, or that of each group."""
        return OWN_FEE if self.fees else f"{self.fee:g}" if self.fee else ""

    @property
    def taken(self) -> tuple[float, float, tuple[str, ...]]:
        """Places taken, places there are, and the groups of which both are known."""
        groups = tuple(
            code
            for code, share in self.occupancy.items()
            if share is not None and self.places[code] is not None
        )
        places = {code: self.places[code] or 0.0 for code in groups}
        taken = sum((self.occupancy[code] or 0.0) * number for code, number in places.items())
        return taken, sum(places.values()), groups

    def whole(self, counts: Mapping[str, float | None]) -> dict[str, float | None]:
        """Return the sum over all groups, None where one is unknown; of errors, of independent ones."""
        known = [value for value in counts.values() if value is not None]
        if len(known) < len(self.children):
            return {"": None}
        errors = counts is self.children_error
        return {"": sqrt(sum(value**2 for value in known)) if errors else sum(known)}


def read_supply(study: Study, by: tuple[str, ...], at: tuple[float, ...], unit: Label | None) -> Supply:
    """Return the supply read from its CSV file; raises StudyError or MarginError naming line and value.

    Parameters
    ----------
    by : tuple of str
        The questions that demand is grouped by.
    at : tuple of float
        Its fees.
    """
    table = study.supply
    path = study.path.parent / table.text("file")
    attendance, costs = table.number("attendance", 1.0), _costs(table)
    source = table.optional(table.label, "source")
    served = table.pair("served_months", (0.0, 0.0)) if table.has("served_months") else None
    table.has("fee")  # Whether one is needed is known from the columns of the file.
    table.done()
    table.check_sound("file")
    place = Place(path.name, table.path, line=0)
    (top, header), *rows = csv_rows(path, place)
    fee = table.number("fee", at[0] if len(at) == 1 or "fee" in header else None)
    table.check_sound()
    if not 0 < attendance <= 1:
        raise table.refuse("attendance", "attendance")
    if fee not in at:
        raise StudyError(
            table.where("fee"), key="supply.no_fee", fee=f"{fee:g}", fees=[f"{value:g}" for value in at]
        )
    where = replace(place, line=top)
    question = _question(header, by, study, where)
    ages = _ages(header, served, table, where)
    figures, sources = _figures(question, header, rows, at, ages, place)
    return Supply(
        by=question.id,
        children=figures["children"],
        children_error=figures["children_error"] or dict.fromkeys(figures["children"], 0.0),
        places=figures["places"],
        attendance=attendance,
        costs=costs,
        fee=fee,
        sources=tuple(sources),
        fees={code: value for code, value in figures["fee"].items() if value is not None},
        occupancy=figures["occupancy"],
        printed_source=source,
    )


def _figures(
    question: Question,
    header: list[str],
    rows: Sequence[tuple[int, list[str]]],
    at: tuple[float, ...],
    ages: Sequence[str],
    place: Place,
) -> tuple[dict[str, dict[str, float | None]], dict[tuple[str, str, str], None]]:
    """Return the figures of each group by column, and the sources in order; raises MarginError."""
    columns = [name for name in header if name in FIGURES]
    figures: dict[str, dict[str, float | None]] = {name: {} for name in FIGURES}
    sources: dict[tuple[str, str, str], None] = {}
    for line, row in rows:
        where = replace(place, line=line)
        if len(row) != len(header):
            raise MarginError(where, key="margin.ragged", cells=len(row), headers=len(header))
        cells = dict(zip(header, row, strict=True))
        code = category_of(question, cells[question.id], where)
        if code in figures["children"]:
            raise MarginError(where.item(code), key="margin.twice", category=code)
        counts = {
            name: checked_figure(cells[name], where.item(code), name, most=MOST) if cells[name] else None
            for name in (*columns, *ages)
        }
        for name in columns:
            figures[name][code] = counts[name]
        if ages:
            known = [count for name in ages if (count := counts[name]) is not None]
            figures["children"][code] = sum(known) if len(known) == len(ages) else None
        _check_group(figures, code, at, where.item(code))
        if not cells.get("source"):
            raise MarginError(where.item(code), key="supply.no_source")
        sources[cells["source"], cells.get("date", ""), cells.get("address", "")] = None
    absent = [code for code in question.eligible_codes if code not in figures["children"]]
    if absent:
        raise MarginError(place, key="margin.absent", categories=absent)
    return figures, sources


def _ages(
    header: list[str], served: tuple[float, float] | None, table: Table, where: Place
) -> tuple[str, ...]:
    """Return the columns of children by age that are served; empty where children are one column.

    Raises
    ------
    MarginError, StudyError
        If there is both or neither, or an age that is served in part.
    """
    ages = {name: tuple(map(int, found.groups())) for name in header if (found := BY_AGE.fullmatch(name))}
    if not ages:
        if served is not None:
            raise StudyError(table.where("served_months"), key="supply.no_ages")
        return ()
    if "children" in header:
        raise MarginError(where, key="supply.children_twice")
    low, high = served if served is not None else (0, max(last for _, last in ages.values()))
    inside = tuple(name for name, (first, last) in ages.items() if low <= first and last <= high)
    for name, (first, last) in ages.items():
        if name not in inside and first <= high and last >= low:
            raise MarginError(where, key="supply.age_in_part", name=name, low=f"{low:g}", high=f"{high:g}")
    months = {month for name in inside for month in range(ages[name][0], ages[name][1] + 1)}
    total = sum(ages[name][1] - ages[name][0] + 1 for name in inside)
    if not inside or len(months) < total or len(months) < high - low + 1:
        raise MarginError(where, key="supply.ages_missing", low=f"{low:g}", high=f"{high:g}")
    return inside


def _check_group(
    figures: Mapping[str, Mapping[str, float | None]], code: str, at: tuple[float, ...], where: Place
) -> None:
    """Refuse a fee at which no demand is estimated, an empty one, and an occupancy above 1."""
    if figures["fee"] and figures["fee"][code] not in at:
        fee, fees = figures["fee"][code], [f"{value:g}" for value in at]
        if fee is None:
            raise MarginError(where, key="supply.empty_fee")
        raise MarginError(where, key="supply.own_fee", fee=f"{fee:g}", fees=fees)
    occupancy = figures["occupancy"].get(code)
    if occupancy is not None and occupancy > 1:
        raise MarginError(where, key="supply.occupancy", found=f"{occupancy:g}", share=f"{occupancy / 100:g}")


def _costs(table: Table) -> tuple[float, float] | None:
    """Return the costs of a child turned away and of an empty place, None where they are not given."""
    if not table.has("costs"):
        return None
    entry = table.table("costs")
    costs = entry.number("turned_away"), entry.number("empty")
    entry.done()
    table.check_sound("costs")
    if not (min(costs) >= 0 and sum(costs) > 0):
        raise table.refuse("costs", "costs")
    return costs


def _question(header: list[str], by: tuple[str, ...], study: Study, where: Place) -> Question:
    """Return the question that the groups of the file belong to; refuses other columns."""
    ages = [name for name in header if BY_AGE.fullmatch(name)]
    names = [name for name in header if name not in (*FIGURES, *NOTES, *ages)]
    needed = [name for name in ("places", *(() if ages else ("children",))) if name not in header]
    if len(names) != 1 or needed or len(set(header)) < len(header):
        raise MarginError(where, key="supply.columns", headers=header)
    if names[0] not in by:
        raise StudyError(where, key="supply.not_grouped", question=names[0], by=list(by))
    return study.questionnaire[names[0]]
