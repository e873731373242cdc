"""Rules on who is asked: conditions that lead nowhere, bases that are lost, questions that presuppose."""

from __future__ import annotations

from collections.abc import Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said, first_label
from survey.drafting.lint.rules.options import none_of
from survey.drafting.lint.rules.scales import scale_of, sign
from survey.drafting.lint.words import plain
from survey.study.questionnaire import Condition


def skips(form: Form) -> Iterator[Finding]:
    """Yield findings on conditions, and on questions that need one."""
    for asked in form.asked:
        for condition in asked.entry.asked_if:
            yield from _condition(form, asked, condition)
        for said in asked.said:
            language = said.words.language
            if found := _presupposed(asked, said):
                yield Finding("presupposes", asked, found, language)
            if _no_opinion(asked, said):
                yield Finding("no_opinion_missing", asked, language=language)
    yield from _bases(form)


def _condition(form: Form, asked: Asked, condition: Condition) -> Iterator[Finding]:
    source = form.called(condition.question)
    if source is None:
        if condition.question not in form.names:
            yield Finding("skip_unknown", asked, condition.question)
        return
    if source.number >= asked.number:
        yield Finding("skip_forward", asked, fields={"other": source.number})
    if not source.closed:
        return
    codes = (*condition.codes, *condition.not_codes)
    if unknown := next((code for code in codes if _option(source, code) is None), ""):
        yield Finding("skip_unknown", asked, unknown)
    elif condition.codes and all(_is_ineligible(source, code) for code in condition.codes):
        yield Finding("skip_never", asked, condition.codes[0])


def _option(source: Asked, code: str) -> int | None:
    """Return the place of the option with this code, else with this label; None if there is none."""
    options = source.entry.options
    by_code = next((i for i, option in enumerate(options) if option.value == code), None)
    labels = (i for i, option in enumerate(options) if plain(code) in {plain(t) for _, t in option.labels})
    return by_code if by_code is not None else next(labels, None)


def _is_ineligible(source: Asked, code: str) -> bool:
    place = _option(source, code)
    return place is not None and source.entry.options[place].ineligible


def _presupposed(asked: Asked, said: Said) -> str:
    """Return what a question takes for granted of everybody it is put to; "" if nothing."""
    excused = asked.conditional or said.words.find("wording.only_some", said.whole)
    not_theirs = said.labels_with("scales.dont_know") or said.labels_with("options.not_theirs")
    if excused or not_theirs or asked.role in ("intent", "care"):
        return ""
    return said.find("wording.presupposes") or said.find("wording.presupposes_no")


def _no_opinion(asked: Asked, said: Said) -> bool:
    """Say whether a service is to be rated by people who may not know it, and cannot say so."""
    if asked.entry.kind != "single" or asked.conditional or asked.role:
        return False
    scale = scale_of(said)
    points = sum(label.strip(" 分星").isdecimal() for label in said.labels) > 2
    rated = (scale is not None and scale.family in ("satisfied", "good", "trust")) or (
        points and said.find("wording.rating")
    )
    users = said.words.find("wording.only_some", said.whole)
    excused = users or said.labels_with("scales.dont_know") or none_of(asked)
    return bool(rated and said.find("wording.service") and said.find("wording.rating")) and not excused


def _bases(form: Form) -> Iterator[Finding]:
    """Yield shares and curves that would be of some answers to intent only."""
    intent, fee = form.of_role("intent"), form.of_role("fee")
    if intent is None:
        return
    lists = [asked for asked in form.asked if asked.role == "concerns" and asked.finds("roles.worries")]
    if lists and all(_on(asked, intent) for asked in lists):
        yield Finding("skip_loses_base", lists[0])
    if fee is not None and (condition := _on(fee, intent)) and condition.codes:
        asked_of = {_option(intent, code) for code in condition.codes}
        left = [i for i in _hopeful(intent) if i not in asked_of]
        if left and asked_of & set(_hopeful(intent)):
            yield Finding("fee_base", fee, first_label(intent.entry.options[left[0]])[1])


def _on(asked: Asked, intent: Asked) -> Condition | None:
    return next((c for c in asked.entry.asked_if if c.question == intent.name), None)


def _hopeful(intent: Asked) -> list[int]:
    """Return the places of the answers to intent that are not no: yes, probably, it depends."""
    said = intent.said[0]
    already = {*said.labels_with("options.already"), *said.labels_with("options.no")}
    maybe = {*said.labels_with("options.maybe")}
    return [
        i
        for i, label in enumerate(said.labels)
        if i not in already
        and (i in maybe or said.words.find("options.yes", label) or sign(label, said.words) == 1)
    ]
