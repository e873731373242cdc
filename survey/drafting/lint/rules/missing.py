"""Rules on what is not asked, though weighting and demand need it; for questionnaires on nursery care."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Role
from survey.drafting.lint.words import plain, words_of

LACKING: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("no_district", ("district",)),
    ("no_sex", ("sex",)),
    ("no_age", ("age",)),
    ("no_child_birth", ("child_birth", "child_age")),
    ("no_children_number", ("children",)),
    ("no_current_care", ("care",)),
    ("no_income", ("income",)),
    ("no_benchmark", ("schooling", "income", "housing", "hukou")),
    ("no_intent", ("intent",)),
    ("no_fee", ("fee",)),
    ("no_channel", ("channel",)),
    ("no_attention", ("attention",)),
)
FINE_INTENT = 4  # categories of intent that stand for how sure it is


def missing(form: Form) -> Iterator[Finding]:
    """Yield what is lacking; nothing where no question is on nursery care."""
    if not form.on_nurseries:
        return
    for rule, roles in LACKING:
        if form.of_role(*roles) is None:
            yield Finding(rule)
    if form.of_role("consent") is None and not _consent_in_notes(form):
        yield Finding("no_consent")
    age = form.of_role("child_age")
    if age is not None and form.of_role("child_birth") is None:
        yield Finding("child_age_years", age)
    intent = form.of_role("intent")
    shades = any(_is_fine(asked) for asked in form.asked if asked.role == "intent")
    if intent is not None and form.of_role("juster") is None and not shades:
        yield Finding("no_certainty", intent)


def _consent_in_notes(form: Form) -> bool:
    return any(
        words_of(language).find("roles.consent_note", plain(text))
        for note in form.notes
        for language, text in note
    )


def _is_fine(intent: Asked) -> bool:
    """Say whether intent is asked in categories enough, or in points."""
    for said in intent.said:
        unsure = set(said.labels_with("scales.dont_know")) | set(said.labels_with("options.already"))
        shades = [label for i, label in enumerate(said.labels) if i not in unsure]
        if len(shades) >= FINE_INTENT or any(re.search(r"\d", label) for label in shades):
            return True
    return False
