"""The [screening] table of a study file: who is excluded, and who is only flagged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Literal, get_args

from survey.errors import StudyError, note, noting
from survey.study.questionnaire import Condition, Question, Questionnaire
from survey.study.references import check_kind, known_question, known_questions, read_conditions
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
    known = questionnaire.questions
    rules = table.choices("rules", RULE_NAMES) if table.has("rules") else BY_DEFAULT
    duplicate, speeder = table.table("duplicate"), table.table("speeder")
    burst, suspect = table.table("burst"), table.table("suspect")
    lines = table.table("straight_lines")
    plan = ScreeningPlan(
        rules=tuple(name for name in RULE_NAMES if name in rules),
        consent=read_conditions(table, "consent", known),
        eligible=read_conditions(table, "eligible", known),
        complete=known_questions(table, "complete", known),
        minutes=duplicate.number("minutes", 10.0),
        identical=duplicate.number("identical", 0.9),
        share_of_median=speeder.number("share_of_median", 1 / 3),
        burst=burst.whole("least", 3, least=2),
        signs=suspect.whole("signs", 2, least=1),
        grids=_grids(lines, questionnaire),
        grid_items=lines.whole("least", 5, least=3),
        attention=read_conditions(table, "attention", known),
        contradictions=_contradictions(table, known),
        unfinished=table.choice("unfinished", ("exclude", "keep"), "exclude"),
        named=table.has("rules"),
    )
    for part, key, sound, expected in (
        (duplicate, "identical", 0 < plan.identical <= 1, "identical"),
        (duplicate, "minutes", plan.minutes > 0, "minutes"),
        (speeder, "share_of_median", 0 < plan.share_of_median < 1, "share_of_median"),
    ):
        if part.sound(key) and not sound:
            part.spoilt(key, part.refuse(key, expected))
    for part in (duplicate, speeder, burst, suspect, lines, table):
        part.done()
    return plan


def _grids(table: Table, questionnaire: Questionnaire) -> tuple[tuple[str, ...], ...]:
    """Return the questions answered on one scale, as named or by matrix."""
    if not table.has("grids"):
        rows = [q for q in questionnaire if q.row is not None and q.kind == "single"]
        matrices = groupby(sorted(rows, key=_matrix), key=_matrix)
        return tuple(tuple(row.id for row in matrix) for _, matrix in matrices)
    grids = []
    for i, names in enumerate(table.lists("grids", "grids", sizes=(2, inf))):
        grid = []
        for j, name in enumerate(names):
            with noting():
                question = known_question(name, questionnaire.questions, table.where("grids", i, j))
                place, kind = table.where("grids", i, j), question.kind
                error = StudyError(place, key="study.grid_kind", question=question.id, kind=kind)
                check_kind(question, ("single", "number"), error)
                grid.append(question.id)
        grids.append(tuple(grid))
    return tuple(grids)


def _matrix(row: Question) -> str:
    return str(row.column)


def _contradictions(table: Table, known: Mapping[str, Question]) -> tuple[Contradiction, ...]:
    """Return what cannot all hold: tables with `all`, or with `differ` and `by`."""
    contradictions: list[Contradiction] = []
    for entry in table.tables("contradictions"):
        if entry.has("differ"):
            contradictions += _difference(entry, known)
        else:
            conditions = read_conditions(entry, "all", known)
            if not conditions and entry.sound():
                note(StudyError(entry.where(), key="study.no_conditions"))
            contradictions.append(conditions)
        entry.done()
    return tuple(contradictions)


def _difference(table: Table, known: Mapping[str, Question]) -> list[Difference]:
    names, tolerance = known_questions(table, "differ", known), table.number("by", 1.0)
    with noting():
        table.check_sound("differ", "by")
        if len(names) != 2:
            raise table.refuse("differ", "two_questions")
        for name in names:
            check_kind(known[name], ("number",), table.refuse("differ", "two_numbers"))
        return [Difference((names[0], names[1]), tolerance)]
    return []
