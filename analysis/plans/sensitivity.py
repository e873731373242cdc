"""The [honesty] table of a study file: the target population, benchmarks and other sets of margins."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.sensitivity.tipping import REACHED
from survey.errors import StudyError
from survey.study.questionnaire import Label
from survey.study.questions import known_code, known_question
from survey.study.study import Study
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
        raise table.refuse("population", "the number of people in the target population")
    source = table.optional(table.label, "population_source")
    if population is not None and source is None:
        raise StudyError(table.where("population_source"), "is missing", "say where the number is from")
    reached = table.raw("reached", list(REACHED))
    if not isinstance(reached, list) or not all(isinstance(r, float) and 0 < r < 1 for r in reached):
        raise table.refuse("reached", "shares between 0 and 1, such as [0.25, 0.5]")
    benchmarks = []
    for entry in table.tables("benchmarks"):
        name = entry.text("question")
        question = known_question(name, study.questionnaire.questions, entry.where("question"))
        shares_table = entry.table("shares")
        shares = {code: shares_table.number(code) for code in shares_table.values}
        shares_table.done()
        for code, share in shares.items():
            known_code(question, code, shares_table.where(code))
            if not 0 <= share <= 1:
                raise shares_table.refuse(code, "a share from 0 to 1, such as 0.459")
        for code in question.eligible_codes:
            if code not in shares:
                raise StudyError(shares_table.where(code), "is missing", "give a share for every option")
        total = sum(shares.values())
        if question.kind == "single" and abs(total - 1) > 0.005:
            raise StudyError(shares_table.where(), f"add up to {total:.4g}, not 1", "correct them")
        benchmarks.append(Benchmark(question.id, tuple(shares.items()), entry.label("source")))
        entry.done()
    table.done()
    return SensitivityPlan(population, source, tuple(reached), tuple(benchmarks))


def other_margins(study: Study) -> dict[str, list[Margin]]:
    """Return the other sets of margins by name, read; raises MarginError as `read_margin`."""
    return {
        margins.id: [read_margin(source, study.questionnaire) for source in margins.margins]
        for margins in study.weighting.alternatives
    }
