"""Demand and places looked up for print: curves, their names, and the groups of the supply."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.plans.demand import DemandPlan, curve_name, read_demand
from reports.language.numbers import amount
from reports.results.results import Results, Row


@dataclass(frozen=True, slots=True)
class Demand:
    """What the sections on demand print from.

    Attributes
    ----------
    names : tuple of str
        What each curve counts: the label of its answer, or of its answers joined by "or".
    """

    results: Results
    plan: DemandPlan
    names: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit of fees as the study declares it, "" where it does not."""
        unit = self.results.study.questionnaire[self.plan.fee].unit
        return "" if unit is None else unit.in_(self.results.language)

    @property
    def head(self) -> str:
        """The unit as it stands in a heading, in brackets."""
        return self.results.words("demand.unit", unit=self.unit) if self.unit else ""

    def fee(self, value: float) -> str:
        """Return a fee as sentences have it, with its unit."""
        if not self.unit:
            return amount(value)
        return self.results.words("demand.amount", amount=amount(value), unit=self.unit)

    def rows(self, answers: tuple[str, ...], measure: str = "demand") -> list[tuple[float, Row | None]]:
        """Return the estimate at each fee of a curve of the whole sample."""
        name = curve_name(answers)
        return [(fee, self.results.row(measure, self.plan.fee, f"{name}@{fee:g}")) for fee in self.plan.at]

    def overstated(self, answers: tuple[str, ...], fee: float, factor: float) -> Row | None:
        """Return demand at a fee if what people would pay is overstated by a factor."""
        option = f"{curve_name(answers)}@{fee:g} x {factor:g}"
        return self.results.row("demand_if_overstated", self.plan.fee, option)

    def place(self, measure: str, group: str = "") -> Row | None:
        """Return a figure of the places of a group, or of all, at the fee they are printed at."""
        supply = self.plan.supply
        assert supply is not None
        by = supply.by if group else ""
        return self.results.row(measure, self.plan.fee, f"{supply.fee:g}", by=by, group=group)


def demand_of(results: Results) -> Demand | None:
    """Return what the sections on demand print from, None where the estimates have none."""
    if not any(key[5] == "demand" and key[0] == results.latest for key in results.table):
        return None
    plan = read_demand(results.study)
    if plan is None:
        return None
    either = results.words.text("demand.or")
    names = tuple(
        either.join(results.quoted(plan.intent, code) for code in answers) for answers in plan.curves
    )
    return Demand(results, plan, names)
