"""Rules on the order of the questions."""

from __future__ import annotations

from collections.abc import Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form
from survey.drafting.lint.words import plain, sentences, words_of


def order(form: Form) -> Iterator[Finding]:
    """Yield questions that stand where another one colours their answers."""
    consent, intent, fee = form.of_role("consent"), form.of_role("intent"), form.of_role("fee")
    if consent is not None and consent.number > 1:
        yield Finding("consent_late", consent)
    if fee is not None and (amount := _cost_before(form, fee)):
        yield Finding("fee_after_cost", fee, amount)
    if intent is not None:
        early = next((asked for asked in form.before(intent) if _on_worries(asked)), None)
        if early is not None:
            yield Finding("intent_after_concerns", intent, fields={"other": early.number})
        for role in ("child_birth", "child_age", "district"):
            late = form.of_role(role)
            if late is not None and late.number > intent.number:
                yield Finding("eligibility_late", late)
    yield from _early_income(form)
    yield from _unaided_late(form)
    yield from _ladder(form)


def _on_worries(asked: Asked) -> bool:
    """Say whether a list is of what speaks for or against nurseries, and not of reasons for anything else."""
    return asked.role == "concerns" and any(
        said.find("roles.worries") or (said.find("roles.concerns") and said.find("topic"))
        for said in asked.said
    )


def _cost_before(form: Form, fee: Asked) -> str:
    """Return the amount of a cost that is named before the fee is asked; "" if none is."""
    texts = [(language, plain(text)) for note in form.notes for language, text in note]
    for asked in (*form.before(fee), fee):
        texts += [(said.words.language, said.whole) for said in asked.said if asked.role not in ("income",)]
    for language, text in texts:
        words = words_of(language)
        for sentence in sentences(text):
            found = words.find("order.cost_named", sentence)
            if found and not words.find("order.supposed", sentence):
                return found
    return ""


def _early_income(form: Form) -> Iterator[Finding]:
    income = form.of_role("income")
    subject = next((a for a in form.asked if a.role != "consent" and a.finds("topic")), None)
    if income is not None and subject is not None and income.number < subject.number:
        yield Finding("income_early", income)


def _unaided_late(form: Form) -> Iterator[Finding]:
    lists = [asked for asked in form.asked if asked.role == "concerns"]
    for asked in form.asked:
        late = any(other.number < asked.number for other in lists)
        if late and asked.entry.kind == "text" and asked.finds("order.unaided"):
            yield Finding("open_after_closed", asked)


def _ladder(form: Form) -> Iterator[Finding]:
    steps = [asked for asked in form.asked if asked.finds("roles.ladder") and asked.entry.kind == "single"]
    if len(steps) > 2:
        yield Finding("ladder_one_way", steps[0])
