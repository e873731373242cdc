"""Demand and places looked up for print: curves, their names, and the groups of the supply."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.plans.demand import CHANCE, DemandPlan, curve_option, fee_text, read_demand
from analysis.statistics.demand.silence import KINDS
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
        return "" if self.plan.unit is None else self.plan.unit.in_(self.results.language)

    @property
    def head(self) -> str:
        """The unit as it stands in a heading, in brackets."""
        return self.results.words("demand.unit", unit=self.unit) if self.unit else ""

    def fee(self, value: float) -> str:
        """Return a fee as sentences have it, with its unit; what stands for it where none was asked."""
        if not value:
            return self.results.words.text("demand.no_fee")
        if not self.unit:
            return amount(value)
        return self.results.words("demand.amount", amount=amount(value), unit=self.unit)

    def rows(self, answers: tuple[str, ...], measure: str = "demand") -> list[tuple[float, Row | None]]:
        """Return the estimate at each fee of a curve of the whole sample."""
        options = {fee: curve_option(answers, fee) for fee in self.plan.at}
        return [(fee, self.results.row(measure, self.plan.fee, option)) for fee, option in options.items()]

    def between(self, answers: tuple[str, ...], low: float, high: float) -> Row | None:
        """Return how much demand each step more loses between two fees."""
        option = f"{curve_option(answers, low)} - {fee_text(high)}"
        return self.results.row("demand_lost", self.plan.fee, option)

    def silent(self, answers: tuple[str, ...]) -> dict[str, Row | None]:
        """Return how many of those giving some answers said nothing of a fee, by why."""
        option = curve_option(answers, 0)
        return {
            kind.key: self.results.row("share_silent", self.plan.fee, f"{option}{kind.key}") for kind in KINDS
        }

    def overstated(
        self, answers: tuple[str, ...], fee: float, factor: float
    ) -> tuple[Row | None, Row | None]:
        """Return demand at a fee if what people would pay is overstated by a factor: from and to."""
        option = f"{curve_option(answers, fee)} x {factor:g}"
        row, low, high = (
            self.results.row(measure, self.plan.fee, option)
            for measure in ("demand_if_overstated", "lowest_demand", "highest_demand")
        )
        return row or low, row or high

    def place(self, measure: str, group: str = "") -> Row | None:
        """Return a figure of the places of a group, or of all, at the fee they are printed at."""
        supply = self.plan.supply
        assert supply is not None
        by = supply.by if group else ""
        return self.results.row(measure, self.plan.fee, supply.at, by=by, group=group)


def demand_of(results: Results) -> Demand | None:
    """Return what the sections on demand print from, None where the estimates have none."""
    if not any(key[5] == "demand" and key[0] == results.latest for key in results.table):
        return None
    plan = read_demand(results.study)
    if plan is None:
        return None
    if plan.willing == (CHANCE,):
        return Demand(results, plan, (results.words.text("demand.by_chance"),))
    either = results.words.text("demand.or")
    names = tuple(
        either.join(results.quoted(plan.intent, code) for code in answers) for answers in plan.curves
    )
    return Demand(results, plan, names)
