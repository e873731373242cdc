"""Rules on the options: "none of these", "other", how many may be chosen, labels that say two things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from survey.drafting.codebooks.codebook import CodebookOption
from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said, first_label
from survey.drafting.lint.rules.bands import bands_of
from survey.drafting.lint.rules.scales import scale_of

FEWEST_LISTED, MOST_LISTED, FEW_FOR_YES_NO, NOMINAL = 4, 10, 8, 5
MANY_JOINED = 2


def options(form: Form) -> Iterator[Finding]:
    """Yield findings on the options of closed questions."""
    for asked in form.asked:
        if not asked.closed or asked.role == "attention":
            continue
        yield from _counts(asked)
        yield from _other(form, asked)
        for said in asked.said:
            for rule, found in (*_hints(form, asked, said), *_labels(asked, said), *_lists(asked, said)):
                yield Finding(rule, asked, found, said.words.language)
        if asked.entry.kind == "multiple":
            yield from _none(asked)


def none_of(asked: Asked) -> list[CodebookOption]:
    """Return the options that say "none of these"."""
    # "Neither" in the middle of a scale is an answer.
    places = {i for said in asked.said for i in said.labels_with("options.none") if not _is_middle(said, i)}
    return [o for i, o in enumerate(asked.entry.options) if o.exclusive or i in places]


def _is_middle(said: Said, place: int) -> bool:
    scale = scale_of(said)
    return scale is not None and scale.signs[place] == 0


def others_of(asked: Asked) -> list[int]:
    """Return the places of the options that say "other"."""
    return sorted({i for said in asked.said for i in said.labels_with("options.other")})


def _none(asked: Asked) -> Iterator[Finding]:
    found = none_of(asked)
    if not found and len(asked.entry.options) > 1 and not _is_of_everybody(asked):
        yield Finding("no_none", asked, severity="consider" if asked.conditional else None)
    for option in found:
        marked = any(
            said.words.find("options.none_marks", text) for said in asked.said for _, text in option.labels
        )
        if option.exclusive is False and not marked:
            language, text = first_label(option)
            yield Finding("none_not_exclusive", asked, text, language)
    if asked.role == "concerns" and len(asked.entry.options) <= FEW_FOR_YES_NO:
        yield Finding("forced_choice", asked)


def _is_of_everybody(asked: Asked) -> bool:
    """Say whether something in the list is true of each person: who cares, where the link was found, ages."""
    of_each = asked.role in ("channel", "care") and others_of(asked)
    return asked.role == "consent" or bool(of_each) or any(bands_of(said) for said in asked.said)


def _counts(asked: Asked) -> Iterator[Finding]:
    entry, out = asked.entry, {*others_of(asked)}
    if len(entry.options) < 2 and asked.role != "consent":
        yield Finding("single_option", asked, first_label(entry.options[0])[1] if entry.options else "")
    none = none_of(asked)
    listed = [o for i, o in enumerate(entry.options) if i not in out and o not in none]
    if entry.kind == "multiple" and len(listed) > MOST_LISTED and asked.role != "district":
        yield Finding("options_many", asked, fields={"n": len(listed)})
    if entry.kind == "multiple" and entry.most:
        yield Finding("select_at_most", asked, str(entry.most))
    nominal = not any(scale_of(said) or bands_of(said) for said in asked.said) and asked.role in (
        "",
        "concerns",
    )
    if entry.shown == "fixed" and nominal and len(listed) >= NOMINAL:
        yield Finding("order_fixed", asked)


def _other(form: Form, asked: Asked) -> Iterator[Finding]:
    """Yield "other" without words beside it, and lists of reasons without "other"."""
    places = others_of(asked)
    shown = {
        (condition.question, code)
        for other in form.asked
        if other.entry.kind == "text"
        for condition in other.entry.asked_if
        for code in condition.codes
    }
    for i in places:
        option = asked.entry.options[i]
        said_so = any(said.words.find("options.other_text", said.labels[i]) for said in asked.said)
        asked_for = option.typed or option.ineligible or (asked.name, option.value) in shown
        if not (said_so or asked_for):
            language, text = first_label(option)
            yield Finding("other_without_text", asked, text, language)
    if places or len(asked.entry.options) < FEWEST_LISTED:
        return
    for said in asked.said:
        reasons = said.find("roles.concerns")
        wishes = said.find("roles.wishes") if asked.entry.kind == "multiple" else ""
        if (reasons or wishes) and not scale_of(said) and not bands_of(said) and not _is_yes_no(said):
            yield Finding("no_other", asked, reasons or wishes, said.words.language)


def _is_yes_no(said: Said) -> bool:
    points = sum(label.strip().isdecimal() for label in said.labels)
    rated = (
        len(said.labels_with("scales.unipolar")) > 1 or len(said.labels_with("wording.frequency_label")) > 1
    )
    return points > 2 or rated


def _hints(form: Form, asked: Asked, said: Said) -> Iterator[tuple[str, str]]:
    """Yield what the wording says of how many may be chosen."""
    several, one = (
        said.words.find("options.several", said.whole),
        said.words.find("options.only_one", said.whole),
    )
    most = said.words.find("options.at_most", said.whole)
    if asked.entry.kind == "single":
        if several:
            yield "kind_wording", several
        return
    if one and not several:
        yield "kind_wording", one
    if most:
        yield "select_at_most", most
    if not (several or one or most) and form.source != "text":
        yield "select_hint", ""


def _labels(asked: Asked, said: Said) -> Iterator[tuple[str, str]]:
    """Yield labels that stand twice, or join two reasons."""
    own = [dict(option.labels).get(said.words.language, "") for option in asked.entry.options]
    for text, n in Counter(map(_alike, filter(None, own))).items():
        if n > 1 and text:
            yield "duplicate_option", next(label for label in own if _alike(label) == text)
    if asked.entry.kind == "multiple":
        joined = said.labels_with("options.joins")
        harmless = set(said.labels_with("options.joins_harmless")) | set(said.labels_with("options.other"))
        for i in joined:
            if i not in harmless:
                yield "option_double", said.labels[i]


def _alike(label: str) -> str:
    """Return a label without blanks and punctuation; numbers keep their signs."""
    text = "".join(label.split()).casefold()
    return text if re.search(r"\d", text) else re.sub(r"[^\w<>+]", "", text)


def _lists(asked: Asked, said: Said) -> Iterator[tuple[str, str]]:
    """Yield a question of intent that begins with yes and has nothing between yes and no."""
    if asked.role == "intent" and said.labels:
        first, unsure = said.words.find("options.yes", said.labels[0]), said.labels_with("options.maybe")
        if first and not unsure:
            yield "yes_first_push", said.labels[0]
