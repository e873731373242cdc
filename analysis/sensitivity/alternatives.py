"""Alternative ways to compute a share, as one type, and their keys in the table of estimates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

import pandas as pd

from analysis.estimates import Estimates, make_estimates
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
# The change between two waves with the same alternative in both.
CHANGE_MEASURE = "alternative_change"
# Of an alternative that leaves the same people with the same weights as one before it.
NO_CHOICE = "no_choice"


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
NO_RULES, OWN_RULES = Alternative("screening", "none"), Alternative("screening", "default")
COPIES_LEFT_OUT = Alternative("copies_left_out")
# Shown, but no reasonable choice: how far they move a share says nothing of the others.
NOT_COUNTED = frozenset({AS_HERE, UNWEIGHTED, NO_RULES, OWN_RULES})


@dataclass(frozen=True, slots=True)
class EffectOfChoices:
    """How far other choices move an estimate, against half of its interval (methods 4.6).

    Attributes
    ----------
    low, high : float
        Smallest and largest estimate under the choices, the one printed included.
    largest_move, half : float
        The largest distance of a choice from what is printed, and half of the interval.
    furthest : str
        The choice of the largest move, "" where there is none.
    outside, withheld : tuple of str
        Choices outside the interval, and those without an estimate.
    sign_kept : bool
        Whether no choice turns the sign.
    """

    low: float
    high: float
    largest_move: float
    half: float
    furthest: str
    outside: tuple[str, ...]
    withheld: tuple[str, ...]
    sign_kept: bool

    @property
    def matters_more(self) -> bool:
        """Whether a choice moves the estimate further than half of the interval."""
        return self.largest_move > self.half + 1e-12


def effect_of_choices(
    estimate: float, low: float, high: float, choices: Mapping[str, float | None]
) -> EffectOfChoices:
    """Return how far choices move an estimate with its interval; a choice without an estimate is None."""
    found = {name: value for name, value in choices.items() if value is not None}
    values = [estimate, *found.values()]
    return EffectOfChoices(
        low=min(values),
        high=max(values),
        largest_move=max(abs(value - estimate) for value in values),
        half=(high - low) / 2,
        furthest=max(found, key=lambda name: abs(found[name] - estimate), default=""),
        outside=tuple(name for name, value in found.items() if not low <= value <= high),
        withheld=tuple(name for name in choices if name not in found),
        sign_kept=all(value * estimate > 0 for value in values),
    )


def alternative_of(by: str, group: str) -> Alternative:
    """Return the alternative that a row of measure `MEASURE` is about.

    Raises
    ------
    EstimateError
        If `by` is not a kind of alternative.
    """
    check_choice("by", by, Kind, where=f'measure "{MEASURE}"')
    return Alternative(cast(Kind, by), group)


def distinct(alternatives: Estimates, question: str) -> Estimates:
    """Return the alternatives of a question, note "no_choice" where one leaves people and weights as another.

    Rows that agree in every number of every option are taken to be the same people with the same weights.
    """
    frame, seen, same = alternatives.frame, set[tuple[object, ...]](), set[tuple[str, str]]()
    for key, signature in _signatures(frame[frame["question"] == question]).items():
        if signature in seen:
            same.add(key)
        seen.add(signature)
    keys = zip(frame["by"], frame["group"], frame["note"], strict=True)
    notes = [NO_CHOICE if (by, group) in same else note for by, group, note in keys]
    return replace(alternatives, frame=frame.assign(note=notes))


def changes_of(later: Estimates, earlier: Estimates, changes: Estimates) -> Estimates:
    """Return measure "alternative_change": each change of a question with one alternative in both waves.

    Suppressed where only one wave has it (note "one_wave"), and left out where the change is not printed.

    Parameters
    ----------
    later, earlier : Estimates
        Alternatives of one question in either wave.
    """
    now, before = (_signatures(table.frame) for table in (later, earlier))
    shares = [
        table.frame.set_index(["question", "option", "by", "group"])["estimate"].to_dict()
        for table in (later, earlier)
    ]
    seen, same = set[tuple[object, ...]](), set[tuple[str, str]]()
    for key in now:
        both = (now[key], before.get(key))
        if both in seen:
            same.add(key)
        seen.add(both)
    rows: list[dict[str, object]] = []
    question = str(later.frame["question"].iloc[0])
    for row in changes.rows(measure="change", by="", question=question).to_dict("records"):
        if row["flag"] == "suppress" or row["note"]:
            continue
        for by, group in dict.fromkeys([*now, *before]):
            at = {name: row[name] for name in ("wave", "question", "option")}
            at |= {"measure": CHANGE_MEASURE, "by": by, "group": group, "method": "alternative"}
            sides = [side.get((row["question"], row["option"], by, group), float("nan")) for side in shares]
            if any(pd.isna(side) for side in sides):
                rows.append(at | {"flag": "suppress", "note": "one_wave"})
            else:
                note = NO_CHOICE if (by, group) in same else ""
                rows.append(at | {"estimate": sides[0] - sides[1], "note": note})
    return make_estimates(rows, None, {})


def _signatures(frame: pd.DataFrame) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return what tells the people and weights of each alternative, the study's own first.

    These are the numbers of all of its rows.
    """
    numbers = frame[["n", "n_eff", "estimate", "std_error"]].astype(float)
    texts = numbers.map("{:.9g}".format).agg(" ".join, axis=1)
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for by, group, note, text in zip(frame["by"], frame["group"], frame["note"], texts, strict=True):
        # One that cannot be weighted is the double of no other.
        unmet = (by, group) if note == "cannot_be_weighted" else ()
        found[by, group] = (*found.get((by, group), unmet), text)
    return dict(sorted(found.items(), key=lambda item: item[0] != (AS_HERE.kind, AS_HERE.name)))


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
