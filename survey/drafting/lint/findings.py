"""Findings: which rule, on which question, how much it matters, and what is said of it in two languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from survey.drafting.lint.form import Asked
from survey.drafting.lint.words import plain

Severity = Literal["must", "should", "consider"]
# What is not said where another finding of the same question has the same cause.
SILENCED: tuple[tuple[str, str], ...] = (
    ("leading_opening", "double_negation"),
    ("leading_opening", "negation"),
    ("leading_opening", "agree_disagree"),
    ("double_negation", "negation"),
    ("dont_know_middle", "scale_no_middle"),
    ("kind_wording", "language_hint"),
    ("two_questions", "double_question"),
    ("options_many", "no_other"),
    ("band_overlap", "band_order"),
    ("language_copy", "language_numbers"),
    ("identifier", "birth_day"),
    ("presupposes", "no_opinion_missing"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes
    ----------
    question : Asked or None
        None for the questionnaire as a whole.
    found : str
        The words or the option it was seen in; "" where nothing need be quoted.
    language : str
        The language it was seen in; "" where it is of none.
    """

    rule: str
    question: Asked | None = None
    found: str = ""
    language: str = ""
    severity: Severity | None = None
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What sets it aside in a study file: ``"rule:question"``, or the rule alone."""
        return f"{self.rule}:{self.question.name}" if self.question else self.rule

    @property
    def weight(self) -> Severity:
        """How much it matters."""
        return self.severity or severities()[self.rule]

    def said(self, part: Literal["what", "why", "better"], language: str) -> str:
        """Return what is found, which figure suffers, or a better wording, in a language."""
        text = str(entries(language)[self.rule][part])
        return text.format(found=plain(self.found), **self.fields)


@cache
def severities() -> Mapping[str, Severity]:
    """Return how much each rule matters, in the order of the rules."""
    listed = tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
    return {rule: severity for severity in get_args(Severity) for rule in listed[severity]}


@cache
def entries(language: str) -> Mapping[str, Any]:
    """Return the sentences of a language by rule, and those of the page under "page"."""
    path = files(__package__).joinpath("sentences", f"{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def settled(findings: Iterable[Finding]) -> list[Finding]:
    """Return each finding once a rule and question, one a cause, the heaviest first."""
    once: dict[str, Finding] = {}
    for finding in findings:
        once.setdefault(finding.key, finding)
    keys = {(f.rule, f.question.name if f.question else "") for f in once.values()}
    silent = {(less, name) for more, less in SILENCED for rule, name in keys if rule == more}
    kept = [f for f in once.values() if (f.rule, f.question.name if f.question else "") not in silent]
    order = [*get_args(Severity)]
    return sorted(kept, key=lambda f: (order.index(f.weight), f.question.number if f.question else 0))
