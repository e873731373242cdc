"""The [screening] table of a study file: what sets a questionnaire aside, and what only marks it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast, get_args

from survey.errors import StudyError
from survey.study.questionnaire import Condition, Question, Questionnaire
from survey.study.questions import check_condition, known_question, read_condition
from survey.study.toml_table import Table

Rule = Literal[
    "test",
    "no_consent",
    "ineligible",
    "incomplete",
    "duplicate",
    "burst",
    "speeder",
    "rejected",
    "suspect",
]
RULES: tuple[Rule, ...] = get_args(Rule)
# A platform's own verdict is opaque: it marks, and sets aside only where the study says so.
BY_DEFAULT: tuple[Rule, ...] = tuple(rule for rule in RULES if rule != "rejected")
Sign = Literal["straight_line", "attention", "contradiction", "all_ticked", "regular_arrivals", "alike_block"]
SIGNS: tuple[Sign, ...] = get_args(Sign)
Mark = Literal["same_address", "address_run", "identical_answers"]
MARKS: tuple[Mark, ...] = get_args(Mark)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two numbers that should be about the same, such as an age as told and as computed."""

    questions: tuple[str, str]
    tolerance: float


# A speeder is quicker than this share of the median at the least, where screening is to be strict.
STRICT_SPEED = 1 / 2

# What cannot all be so; a difference is further apart than its tolerance.
Contradiction = tuple[Condition, ...] | Difference


@dataclass(frozen=True, slots=True)
class ScreeningPlan:
    """Which returned questionnaires are set aside, rule by rule, and which are marked (methods 7.1).

    Attributes
    ----------
    rules : tuple of str
        The rules in force, in their fixed order.
    consent, eligible : tuple of Condition
        Each must hold where the answer is known; consent must be known.
    complete : tuple of str
        Questions that must have been answered, or not asked.
    minutes, identical : float
        A duplicate comes from the same device within so many minutes and shares at least this
        proportion of answers.
    share_of_median : float
        A speeder takes less than this share of the median time of completes.
    burst : int
        So many questionnaires with all answers the same, each within `minutes` of the next, are a burst.
    signs : int
        Whoever bears so many warning signs is suspect.
    grids : tuple of tuple of str
        Questions answered on one scale, for straight lines; of `grid_items` answers at the least.
    attention : tuple of Condition
        Each must hold where the question was asked.
    contradictions : tuple of Contradiction
    unfinished : {"exclude", "keep"}
        Whether those whom the platform marks as broken off are incomplete.
    named : bool
        Whether the study file names the rules, so that the flow shows even those nothing is judged by.
    """

    rules: tuple[Rule, ...] = BY_DEFAULT
    consent: tuple[Condition, ...] = ()
    eligible: tuple[Condition, ...] = ()
    complete: tuple[str, ...] = ()
    minutes: float = 10.0
    identical: float = 0.9
    share_of_median: float = 1 / 3
    burst: int = 3
    signs: int = 2
    grids: tuple[tuple[str, ...], ...] = ()
    grid_items: int = 5
    attention: tuple[Condition, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    unfinished: Literal["exclude", "keep"] = "exclude"
    named: bool = False


def read_screening(table: Table, questionnaire: Questionnaire) -> ScreeningPlan:
    """Return the [screening] table checked; raises StudyError naming table and key."""
    known = questionnaire.questions
    rules = table.texts("rules") if table.has("rules") else BY_DEFAULT
    if not set(rules) <= set(RULES):
        raise table.refuse("rules", "a list of " + ", ".join(RULES))
    complete = table.texts("complete")
    for name in complete:
        known_question(name, known, table.where("complete"))
    duplicate, speeder = table.table("duplicate"), table.table("speeder")
    burst, suspect = table.table("burst"), table.table("suspect")
    lines = table.table("straight_lines")
    plan = ScreeningPlan(
        rules=tuple(rule for rule in RULES if rule in rules),
        consent=_conditions(table, "consent", questionnaire),
        eligible=_conditions(table, "eligible", questionnaire),
        complete=complete,
        minutes=duplicate.number("minutes", 10.0),
        identical=duplicate.number("identical", 0.9),
        share_of_median=speeder.number("share_of_median", 1 / 3),
        burst=_whole(burst, "least", 3, least=2),
        signs=_whole(suspect, "signs", 2, least=1),
        grids=_grids(lines, questionnaire),
        grid_items=_whole(lines, "least", 5, least=3),
        attention=_conditions(table, "attention", questionnaire),
        contradictions=_contradictions(table, questionnaire),
        unfinished=cast(
            Literal["exclude", "keep"], table.choice("unfinished", ("exclude", "keep"), "exclude")
        ),
        named=table.has("rules"),
    )
    if not 0 < plan.identical <= 1:
        raise duplicate.refuse("identical", "a share between 0 and 1, such as 0.9")
    if not plan.minutes > 0:
        raise duplicate.refuse("minutes", "a number of minutes above 0")
    if not 0 < plan.share_of_median < 1:
        raise speeder.refuse("share_of_median", "a share between 0 and 1, such as 0.333")
    for one in (duplicate, speeder, burst, suspect, lines, table):
        one.done()
    return plan


def _conditions(table: Table, key: str, questionnaire: Questionnaire) -> tuple[Condition, ...]:
    conditions = tuple(read_condition(t) for t in table.tables(key))
    for condition in conditions:
        check_condition(condition, questionnaire.questions, table.where(key))
    return conditions


def _whole(table: Table, key: str, default: int, *, least: int) -> int:
    value = table.number(key, float(default))
    if value < least or not value.is_integer():
        raise table.refuse(key, f"a whole number, {least} or more")
    return int(value)


def _grids(table: Table, questionnaire: Questionnaire) -> tuple[tuple[str, ...], ...]:
    """Return the grids named, else the rows of each matrix question."""
    if not table.has("grids"):
        return _matrices(questionnaire)
    found = table.raw("grids")
    sound = isinstance(found, list) and all(
        isinstance(grid, list) and len(grid) > 1 and all(isinstance(name, str) for name in grid)
        for grid in found
    )
    if not sound:
        raise table.refuse("grids", 'lists of questions, such as [["rating1", "rating2", "rating3"]]')
    for grid in found:
        for name in grid:
            question = known_question(name, questionnaire.questions, table.where("grids"))
            if question.kind not in ("single", "number"):
                raise StudyError(
                    table.where("grids"),
                    f'"{name}" is of kind "{question.kind}"',
                    "name single questions or numbers",
                )
    return tuple(tuple(grid) for grid in found)


def _matrices(questionnaire: Questionnaire) -> tuple[tuple[str, ...], ...]:
    def matrix(question: Question) -> str:
        whole = question.row is not None and question.kind == "single"
        return str(question.column) if whole else ""

    rows = sorted(filter(matrix, questionnaire), key=matrix)
    return tuple(tuple(q.id for q in group) for _, group in groupby(rows, key=matrix))


def _contradictions(table: Table, questionnaire: Questionnaire) -> tuple[Contradiction, ...]:
    """Return what cannot all be so: tables with `all`, or with `differ` and `by`."""
    found: list[Contradiction] = []
    for one in table.tables("contradictions"):
        if one.has("differ"):
            names = one.texts("differ")
            if len(names) != 2:
                raise one.refuse("differ", "two questions")
            for name in names:
                question = known_question(name, questionnaire.questions, one.where("differ"))
                if question.kind != "number":
                    raise one.refuse("differ", "two numbers, such as an age and a derived age")
            found.append(Difference((names[0], names[1]), one.number("by", 1.0)))
        else:
            conditions = _conditions(one, "all", questionnaire)
            if not conditions:
                raise StudyError(one.where(), "says nothing", "add all = […] or differ = [two numbers]")
            found.append(conditions)
        one.done()
    return tuple(found)
