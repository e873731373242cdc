"""The [honesty] table of a study file: benchmarks, and what the sensitivity analysis covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.sensitivity.tipping import REACHED
from survey.errors import StudyError
from survey.study.questionnaire import Label
from survey.study.questions import known_code, known_question
from survey.study.study import Study
from survey.study.toml_table import Table
from survey.weighting.margins.file import read_margin
from survey.weighting.margins.margins import Margin


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A question whose answer is known of the population, and from where; shares are 0-1."""

    question: str
    shares: tuple[tuple[str, float], ...]
    source: Label


@dataclass(frozen=True, slots=True)
class HonestyPlan:
    """What is known beside the answers.

    Attributes
    ----------
    population : float or None
        People the questionnaire was for, and its source.
    reached : tuple of float
        Shares of the population that a survey like this may reach.
    """

    population: float | None
    source: Label | None
    reached: tuple[float, ...]
    benchmarks: tuple[Benchmark, ...]


def read_honesty(study: Study) -> HonestyPlan:
    """Return the [honesty] table checked; raises StudyError naming the key."""
    table = study.honesty
    population = table.number("population") if table.has("population") else None
    if population is not None and not population > 1:
        raise table.refuse("population", "the number of people the questionnaire was for")
    source = table.label("population_source") if table.has("population_source") else None
    if population is not None and source is None:
        raise StudyError(table.where("population_source"), "is missing", "say where the number is from")
    plan = HonestyPlan(
        population, source, _reached(table), tuple(map(_benchmark(study), table.tables("benchmarks")))
    )
    table.done()
    return plan


def _reached(table: Table) -> tuple[float, ...]:
    value = table.raw("reached") if table.has("reached") else list(REACHED)
    sound = isinstance(value, list) and all(isinstance(r, float) and 0 < r < 1 for r in value)
    if not sound:
        raise table.refuse("reached", "shares between 0 and 1, such as [0.25, 0.5]")
    return tuple(value)


def _benchmark(study: Study) -> Callable[[Table], Benchmark]:
    def read(table: Table) -> Benchmark:
        known = study.questionnaire.questions
        question = known_question(table.text("question"), known, table.where("question"))
        shares = table.table("shares")
        found = tuple((code, shares.number(code)) for code in shares.values)
        shares.done()
        for code, share in found:
            known_code(question, code, shares.where(code))
            if not 0 <= share <= 1:
                raise shares.refuse(code, "a share from 0 to 1, such as 0.459")
        absent = [code for code in question.eligible_codes if code not in dict(found)]
        if absent:
            raise StudyError(shares.where(absent[0]), "is missing", "give a share for every option")
        if question.kind == "single" and abs(sum(dict(found).values()) - 1) > 0.005:
            problem = f"add up to {sum(dict(found).values()):.4g}, not 1"
            raise StudyError(shares.where(), problem, "correct them")
        made = Benchmark(question.id, found, table.label("source"))
        table.done()
        return made

    return read


def other_margins(study: Study) -> dict[str, list[Margin]]:
    """Return the alternative sets of margins by name, read; raises MarginError as `read_margin`."""
    return {
        one.id: [read_margin(source, study.questionnaire) for source in one.margins]
        for one in study.weighting.alternatives
    }
