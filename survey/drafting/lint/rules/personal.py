"""Rules on personal data: what identifies people, the day of birth, what the law calls sensitive."""

from __future__ import annotations

from collections.abc import Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said
from survey.identifiers import asks_for_name


def personal(form: Form) -> Iterator[Finding]:
    """Yield questions that ask for more about a person than any figure needs."""
    for asked in form.asked:
        if asked.role in ("consent", "attention"):
            continue
        for said in asked.said:
            language = said.words.language
            if found := _identifier(asked, said):
                yield Finding("identifier", asked, found, language)
            day = said.words.find("roles.born", said.whole) and said.words.find(
                "personal.day_asked", said.whole
            )
            if found := said.words.find("personal.birth_day", said.whole) or day:
                yield Finding("birth_day", asked, found, language)
            if found := said.find("personal.sensitive"):
                yield Finding("sensitive", asked, found, language)
        if asked.entry.day and asked.role in ("child_birth", "age"):
            yield Finding("birth_day", asked)
        refusals = [i for said in asked.said for i in said.labels_with("scales.refusal")]
        if asked.role == "income" and asked.entry.kind == "single" and not refusals:
            yield Finding("income_no_refusal", asked)


def _identifier(asked: Asked, said: Said) -> str:
    """Return what names a person or leads to one, where the wording does not say that it is not asked."""
    text = said.words.without("personal.not_identifier", said.whole)
    for found in said.words.patterns["personal.identifier"].finditer(text):
        if not said.words.find("personal.denied", text[: found.start()]):
            return found[0]
    labels = (said.words.find("personal.identifier_label", label) for label in said.labels)
    named = said.whole if asked.entry.kind == "text" and asks_for_name(said.whole) else ""
    return next((label for label in labels if label), named)
