"""Alternative ways to compute a share, as one type, and their keys in the table of estimates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, cast

from analysis.estimates import Estimates
from survey.errors import check_choice
from survey.study.questionnaire import Question

Kind = Literal[
    "as_here",
    "unweighted",
    "margin_left_out",
    "other_margins",
    "bounds",
    "base",
    "rule_left_out",
    "screening",
    "copies_left_out",
]
# The measure of these rows, which distinguishes them from shares by group, whatever a question is called.
MEASURE = "alternative_share"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to screen, weight or take the base of a share (methods 4.6).

    Attributes
    ----------
    kind : str
        "as_here", the study's own way; "unweighted"; "margin_left_out"; "other_margins"; "bounds" of the
        weights; "base" of the share; "rule_left_out", a rule of screening; "screening", a set of rules;
        "copies_left_out", without the responses marked as near copies.
    name : str
        Which of its kind: the margin, the set of margins, "narrower" or "wider", "asked", the rule, the set
        of rules; "" of the others.
    """

    kind: Kind
    name: str = ""

    @property
    def keys(self) -> dict[str, str]:
        """The keys of its rows in a table of estimates: measure, by and group."""
        return {"measure": MEASURE, "by": self.kind, "group": self.name}

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of a margin, which its name joins."""
        return tuple(self.name.split(" x "))


AS_HERE, UNWEIGHTED = Alternative("as_here"), Alternative("unweighted")
OWN_RULES = Alternative("screening", "default")
COPIES_LEFT_OUT = Alternative("copies_left_out")


def alternative_of(by: str, group: str) -> Alternative:
    """Return the alternative that a row of measure `MEASURE` is about.

    Raises
    ------
    EstimateError
        If `by` is not a kind of alternative.
    """
    check_choice("by", by, Kind, where=f'measure "{MEASURE}"')
    return Alternative(cast(Kind, by), group)


# How tables held alternatives before they had a measure of their own: as shares by "screening" or "choice",
# the group a name, or a kind and a name.
_FORMER = {
    ("choice", "as_here"): AS_HERE,
    ("choice", "unweighted"): UNWEIGHTED,
    ("choice", "narrower_bounds"): Alternative("bounds", "narrower"),
    ("choice", "wider_bounds"): Alternative("bounds", "wider"),
    ("choice", "base_asked"): Alternative("base", "asked"),
    **{
        ("screening", name): Alternative("screening", name)
        for name in ("none", "minimal", "default", "strict")
    },
}
_FORMER_KINDS: dict[str, Kind] = {
    "without": "margin_left_out",
    "margins": "other_margins",
    "rule": "rule_left_out",
}


def with_present_keys(estimates: Estimates, questions: Iterable[Question]) -> Estimates:
    """Return the estimates with the present keys of alternatives, where an older table has former ones.

    Parameters
    ----------
    questions : iterable of Question
        Those of the study: a share by one of its questions and options is no alternative.
    """
    frame = estimates.frame
    grouped = {(question.id, code) for question in questions for code in question.codes}
    former = frame[(frame["measure"] == "share") & frame["by"].isin(["screening", "choice"])]
    alternatives: dict[object, Alternative] = {}
    for i, by, group in zip(former.index, former["by"], former["group"], strict=True):
        kind, _, name = group.partition(" ")
        if (by, group) in grouped:
            continue
        if (by, group) in _FORMER:
            alternatives[i] = _FORMER[by, group]
        elif by == "choice" and name and kind in _FORMER_KINDS:
            alternatives[i] = Alternative(_FORMER_KINDS[kind], name)
    if not alternatives:
        return estimates
    frame = frame.copy()
    for key in ("measure", "by", "group"):
        frame.loc[list(alternatives), key] = [a.keys[key] for a in alternatives.values()]
    return replace(estimates, frame=frame)
