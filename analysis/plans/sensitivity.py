"""The [honesty] table of a study file: the target population, benchmarks and other sets of margins."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.sensitivity.tipping import REACHED
from survey.errors import StudyError, noting
from survey.study.questionnaire import Label
from survey.study.references import known_code, known_question
from survey.study.study import Study
from survey.study.toml_table import Table
from survey.weighting.margins.file import read_margin
from survey.weighting.margins.margins import Margin


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A question with a known population value, and its source; shares are 0-1."""

    question: str
    shares: tuple[tuple[str, float], ...]
    source: Label


@dataclass(frozen=True, slots=True)
class SensitivityPlan:
    """What is known of the population beside the answers.

    Attributes
    ----------
    population : float or None
        Size of the target population.
    source : Label or None
        Where that figure is from.
    reached : tuple of float
        Shares of the population that a survey like this may reach.
    """

    population: float | None
    source: Label | None
    reached: tuple[float, ...]
    benchmarks: tuple[Benchmark, ...]


def read_sensitivity(study: Study) -> SensitivityPlan:
    """Return the [honesty] table checked; raises StudyError naming the key."""
    table = study.honesty
    population = table.optional(table.number, "population")
    if population is not None and not population > 1:
        table.spoilt("population", table.refuse("population", "population"))
    source = table.optional(table.label, "population_source")
    if population is not None and source is None and table.sound("population_source"):
        error = StudyError(table.where("population_source"), key="study.no_population_source")
        table.spoilt("population_source", error)
    reached = table.raw("reached", list(REACHED))
    if not isinstance(reached, list) or not all(isinstance(r, float) and 0 < r < 1 for r in reached):
        table.spoilt("reached", table.refuse("reached", "reached"))
    benchmarks = []
    for entry in table.tables("benchmarks"):
        with noting():
            benchmarks.append(_benchmark(entry, study))
    table.done()
    return SensitivityPlan(population, source, tuple(reached), tuple(benchmarks))


def _benchmark(table: Table, study: Study) -> Benchmark:
    """Return a known population value; raises StudyError, or FollowUp after a mistake that was noted."""
    name, shares_table, source = table.text("question"), table.table("shares"), table.label("source")
    given = {text: shares_table.number(text) for text in shares_table.values}
    shares_table.done()
    table.done()
    table.check_sound("question", "shares")
    question = known_question(name, study.questionnaire.questions, table.where("question"))
    shares = {}
    for text, share in given.items():
        shares[known_code(question, text, shares_table.where(text))] = share
        if not 0 <= share <= 1:
            shares_table.spoilt(text, shares_table.refuse(text, "share"))
    for code in question.eligible_codes:
        if code not in shares:
            shares_table.spoilt(code, StudyError(shares_table.where(code), key="study.no_share"))
    table.check_sound("shares")
    total = sum(shares.values())
    if question.kind == "single" and abs(total - 1) > 0.005:
        raise StudyError(shares_table.where(), key="study.share_sum", total=f"{total:.4g}")
    return Benchmark(question.id, tuple(shares.items()), source)


def other_margins(study: Study) -> dict[str, list[Margin]]:
    """Return the other sets of margins by name, read; raises MarginError as `read_margin`."""
    return {
        margins.id: [read_margin(source, study.questionnaire) for source in margins.margins]
        for margins in study.weighting.alternatives
    }
