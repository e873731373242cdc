"""The rules, warning signs and marks of screening: each one value, with what it needs (methods 7.1).

A new rule is a function from the evidence to who meets it, a `Rule` below, its name among
`survey.study.screening_plan.RULE_NAMES`, and its words in `reports/language/words`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.errors import EstimateError
from survey.numeric.array_types import Bools
from survey.responses.derived import holds
from survey.screening import repeats, warning_signs
from survey.screening.evidence import Evidence
from survey.study.questionnaire import Condition, Missing


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that may exclude, a warning sign, or a mark.

    Attributes
    ----------
    name : str
        As study files, run.json and the words of the briefing call it.
    flag : function
        From the evidence to who meets it, shape (n,); of a warning sign, how many times.
    needs : function
        From the evidence to whether the file and the study hold what it is judged by.
    listed : {"always", "grouped", "judged"}
        When the flow lists a rule in force that cannot be judged: always, where rows are groups of
        respondents, or only if the study file names its rules.
    beside : tuple of str
        Of a warning sign, the signs beside one of which it counts; empty of one that counts by itself.
    """

    name: str
    flag: Callable[[Evidence], np.ndarray]
    needs: Callable[[Evidence], bool]
    listed: Literal["always", "grouped", "judged"] = "judged"
    beside: tuple[str, ...] = ()


def _marked(marks: Bools | None, evidence: Evidence) -> Bools:
    """Return what the platform marks, or nobody where it marks none."""
    return np.zeros(len(evidence.responses), dtype=bool) if marks is None else marks


def _failing(evidence: Evidence, conditions: tuple[Condition, ...], *, unknown: bool) -> Bools:
    """Return who fails a condition; `unknown` says whether an unknown answer fails it too."""
    failed = np.zeros(len(evidence.responses), dtype=bool)
    for condition in conditions:
        met, known = holds(condition, evidence.responses[condition.question])
        failed |= ~met & (known | unknown)
    return failed


def ineligible(evidence: Evidence) -> Bools:
    """Return who fails a condition of eligibility, or gave an answer that only outsiders can give."""
    outside = _failing(evidence, evidence.plan.eligible, unknown=False)
    for answers in evidence.responses.answers.values():
        barred = np.array([option.ineligible for option in answers.question.options], dtype=bool)
        if not barred.any():
            continue
        if answers.question.kind == "multiple":
            outside |= (answers.values & barred).any(axis=1)
        else:
            outside |= (answers.missing == Missing.ANSWERED) & barred[answers.values]
    return outside


def incomplete(evidence: Evidence) -> Bools:
    """Return who left a required answer blank or invalid, or is marked by the platform as broken off.

    "Don't know" and a refusal are answers.
    """
    plan, unfinished = evidence.plan, evidence.paradata.unfinished
    broken_off = _marked(unfinished if plan.unfinished == "exclude" else None, evidence)
    gaps = [np.isin(evidence.responses[q].missing, [Missing.BLANK, Missing.INVALID]) for q in plan.complete]
    return np.asarray(np.any([broken_off, *gaps], axis=0), dtype=bool)


def speeders(evidence: Evidence) -> Bools:
    """Return who took less than a share of the median time of the eligible and complete.

    Raises
    ------
    EstimateError
        If rows are groups of respondents that were not separated at this share.
    """
    share, paradata = evidence.plan.share_of_median, evidence.paradata
    seconds, grouped = paradata.seconds, paradata.grouped
    if seconds is None or not (evidence.usable & ~np.isnan(seconds)).any():
        return np.zeros(len(evidence.responses), dtype=bool)
    if grouped is None:
        return np.asarray(seconds < share * float(np.nanmedian(seconds[evidence.usable])), dtype=bool)
    if share not in grouped.paces:
        raise EstimateError("share_of_median", key="screening.pace", found=share, paces=list(grouped.paces))
    return np.asarray(seconds < share * (grouped.median or 0.0), dtype=bool)


def sent_outside(evidence: Evidence) -> Bools:
    """Return who was sent before the first or after the last day of fieldwork."""
    submitted, fieldwork = evidence.paradata.submitted, evidence.responses.wave.fieldwork
    if submitted is None or fieldwork is None:
        return np.zeros(len(evidence.responses), dtype=bool)
    days, (first, last) = submitted.astype("datetime64[D]"), map(np.datetime64, fieldwork)
    return np.asarray((days < first) | (days > last), dtype=bool)


def suspects(evidence: Evidence) -> Bools:
    """Return who shows as many warning signs as exclude a response."""
    shown = np.zeros(len(evidence.responses), dtype=np.int64)
    for sign in SIGNS:
        borne_out = [evidence.signs[name] > 0 for name in sign.beside]
        shown += evidence.signs[sign.name] * (np.any(borne_out, axis=0) if borne_out else 1)
    return np.asarray(shown >= evidence.plan.signs, dtype=bool)


SIGNS = (
    Rule(
        "straight_line",
        warning_signs.straight_liners,
        lambda e: any(len(grid) >= e.plan.grid_items for grid in e.plan.grids),
    ),
    Rule("attention", warning_signs.inattentive, lambda e: bool(e.plan.attention)),
    Rule("contradiction", warning_signs.contradictions, lambda e: bool(e.plan.contradictions)),
    Rule(
        "all_ticked",
        warning_signs.all_ticked,
        lambda e: any(map(warning_signs.is_long, e.responses.answers.values())),
    ),
    Rule("regular_arrivals", warning_signs.regular_arrivals, lambda e: e.ordered),
    # People who think alike may answer alike within an hour: it takes a sign not made of the same answers.
    Rule(
        "near_copies",
        warning_signs.near_copies,
        warning_signs.compares,
        beside=("attention", "regular_arrivals"),
    ),
)
# Judged response by response: whoever meets none of these is eligible and complete.
ELIGIBILITY = (
    Rule("test", lambda e: _marked(e.paradata.preview, e), lambda e: e.paradata.preview is not None),
    Rule("no_consent", lambda e: _failing(e, e.plan.consent, unknown=True), lambda e: bool(e.plan.consent)),
    Rule(
        "ineligible",
        ineligible,
        lambda e: (
            bool(e.plan.eligible) or any(o.ineligible for q in e.responses.questionnaire for o in q.options)
        ),
        listed="always",
    ),
    Rule(
        "incomplete",
        incomplete,
        lambda e: bool(e.plan.complete) or e.paradata.unfinished is not None,
        listed="always",
    ),
)
RULES = (
    *ELIGIBILITY,
    Rule(
        "duplicate",
        repeats.duplicates,
        lambda e: e.has("users") or (e.has("times") and e.has("addresses")),
        listed="always",
    ),
    Rule("burst", repeats.bursts, lambda e: e.ordered, listed="grouped"),
    Rule(
        "speeder",
        speeders,
        lambda e: e.paradata.seconds is not None and bool((~np.isnan(e.paradata.seconds)).any()),
        listed="always",
    ),
    Rule("rejected", lambda e: _marked(e.paradata.rejected, e), lambda e: e.paradata.rejected is not None),
    Rule(
        "outside_fieldwork",
        sent_outside,
        lambda e: e.paradata.submitted is not None and e.responses.wave.fieldwork is not None,
    ),
    Rule(
        "suspect",
        suspects,
        lambda e: any(sign.needs(e) for sign in SIGNS if not sign.beside),
        listed="grouped",
    ),
)
MARKS = (
    Rule("same_address", repeats.shared_addresses, lambda e: e.has("addresses")),
    Rule("address_run", repeats.address_runs, lambda e: e.has("addresses") and e.paradata.grouped is None),
    Rule("identical_answers", repeats.identical_answers, lambda e: True),
    Rule("lump", warning_signs.lumps, warning_signs.gathers),
)
ALWAYS_LISTED = frozenset(rule.name for rule in RULES if rule.listed == "always")
