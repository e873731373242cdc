"""The [screening] table of a study file: who is excluded, and who is only flagged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby
from math import inf
from typing import Literal, get_args

from survey.errors import StudyError
from survey.study.questionnaire import Condition, Question, Questionnaire
from survey.study.questions import check_condition, known_question, read_condition
from survey.study.toml_table import Table

# In the order applied; `survey.screening.rules` holds what each of them looks at.
RuleName = Literal[
    "test",
    "no_consent",
    "ineligible",
    "incomplete",
    "duplicate",
    "burst",
    "speeder",
    "rejected",
    "outside_fieldwork",
    "suspect",
]
RULE_NAMES: tuple[RuleName, ...] = get_args(RuleName)
# A platform's own verdict cannot be checked, and a date may be the platform's fault: these flag, and exclude
# only if the study says so.
BY_DEFAULT: tuple[RuleName, ...] = tuple(
    name for name in RULE_NAMES if name not in ("rejected", "outside_fieldwork")
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two numbers that should be about equal, such as a reported and a computed age."""

    questions: tuple[str, str]
    tolerance: float


# The speed limit of a strict screening: at least this share of the median time.
STRICT_SPEED = 1 / 2

# Conditions that cannot all hold, or two numbers further apart than their tolerance.
Contradiction = tuple[Condition, ...] | Difference


@dataclass(frozen=True, slots=True)
class ScreeningPlan:
    """Which responses are excluded, rule by rule, and which are flagged (methods 7.1).

    Attributes
    ----------
    rules : tuple of str
        The rules in force, in the order of `RULE_NAMES`.
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
        So many responses with all answers the same, each within `minutes` of the next, are a burst.
    signs : int
        A response with so many warning signs is suspect.
    grids : tuple of tuple of str
        Questions answered on one scale, for straight lines; `grid_items` of them must be answered.
    attention : tuple of Condition
        Each must hold where the question was asked.
    contradictions : tuple of Contradiction
    unfinished : {"exclude", "keep"}
        Whether responses that the platform marks as broken off are incomplete.
    named : bool
        Whether the study file names the rules; the flow then lists also those that cannot be judged.
    """

    rules: tuple[RuleName, ...] = BY_DEFAULT
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
    rules = table.choices("rules", RULE_NAMES) if table.has("rules") else BY_DEFAULT
    complete = table.texts("complete")
    for name in complete:
        known_question(name, questionnaire.questions, table.where("complete"))
    duplicate, speeder = table.table("duplicate"), table.table("speeder")
    burst, suspect = table.table("burst"), table.table("suspect")
    lines = table.table("straight_lines")
    grids: list[list[str]]
    if lines.has("grids"):
        expected = 'lists of questions, such as [["rating1", "rating2", "rating3"]]'
        grids = lines.lists("grids", expected, sizes=(2, inf))
    else:
        rows = [q for q in questionnaire if q.row is not None and q.kind == "single"]
        matrices = groupby(sorted(rows, key=_matrix), key=_matrix)
        grids = [[row.id for row in matrix] for _, matrix in matrices]
    for name in chain.from_iterable(grids):
        kind = known_question(name, questionnaire.questions, lines.where("grids")).kind
        if kind not in ("single", "number"):
            problem = f'"{name}" is of kind "{kind}"'
            raise StudyError(lines.where("grids"), problem, "name single questions or numbers")
    plan = ScreeningPlan(
        rules=tuple(name for name in RULE_NAMES if name in rules),
        consent=_conditions(table, "consent", questionnaire),
        eligible=_conditions(table, "eligible", questionnaire),
        complete=complete,
        minutes=duplicate.number("minutes", 10.0),
        identical=duplicate.number("identical", 0.9),
        share_of_median=speeder.number("share_of_median", 1 / 3),
        burst=burst.whole("least", 3, least=2),
        signs=suspect.whole("signs", 2, least=1),
        grids=tuple(map(tuple, grids)),
        grid_items=lines.whole("least", 5, least=3),
        attention=_conditions(table, "attention", questionnaire),
        contradictions=_contradictions(table, questionnaire),
        unfinished=table.choice("unfinished", ("exclude", "keep"), "exclude"),
        named=table.has("rules"),
    )
    if not 0 < plan.identical <= 1:
        raise duplicate.refuse("identical", "a share between 0 and 1, such as 0.9")
    if not plan.minutes > 0:
        raise duplicate.refuse("minutes", "a number of minutes above 0")
    if not 0 < plan.share_of_median < 1:
        raise speeder.refuse("share_of_median", "a share between 0 and 1, such as 0.333")
    for part in (duplicate, speeder, burst, suspect, lines, table):
        part.done()
    return plan


def _conditions(table: Table, key: str, questionnaire: Questionnaire) -> tuple[Condition, ...]:
    conditions = tuple(read_condition(t) for t in table.tables(key))
    for condition in conditions:
        check_condition(condition, questionnaire.questions, table.where(key))
    return conditions


def _matrix(row: Question) -> str:
    return str(row.column)


def _contradictions(table: Table, questionnaire: Questionnaire) -> tuple[Contradiction, ...]:
    """Return what cannot all hold: tables with `all`, or with `differ` and `by`."""
    contradictions: list[Contradiction] = []
    for entry in table.tables("contradictions"):
        if entry.has("differ"):
            names = entry.texts("differ")
            if len(names) != 2:
                raise entry.refuse("differ", "two questions")
            for name in names:
                question = known_question(name, questionnaire.questions, entry.where("differ"))
                if question.kind != "number":
                    raise entry.refuse("differ", "two numbers, such as an age and a derived age")
            contradictions.append(Difference((names[0], names[1]), entry.number("by", 1.0)))
        else:
            conditions = _conditions(entry, "all", questionnaire)
            if not conditions:
                raise StudyError(
                    entry.where(), "has no conditions", "add all = […] or differ = [two numbers]"
                )
            contradictions.append(conditions)
        entry.done()
    return tuple(contradictions)
