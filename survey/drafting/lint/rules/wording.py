"""Rules on what a question says: two things in one, leading and loaded words, negations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said
from survey.drafting.lint.rules.scales import scale_of
from survey.drafting.lint.words import ANCHOR, QUOTED, sentences

LONGEST_YES_NO = 4  # options of a question that is answered by yes or no


def wording(form: Form) -> Iterator[Finding]:
    """Yield findings on the wording of each question, attention checks apart."""
    for asked in form.asked:
        if asked.role == "attention":
            continue
        for said in asked.said:
            for rule, look in RULES:
                if found := look(asked, said):
                    yield Finding(rule, asked, found, said.words.language)
    yield from _same_text(form)


def _same_text(form: Form) -> Iterator[Finding]:
    """Yield questions with the wording of an earlier one; what asks for a text beside "other" apart."""
    known: dict[str, Asked] = {}
    for asked in form.asked:
        for said in asked.said:
            text = re.sub(r"\W", "", said.whole).casefold()
            first = known.setdefault(text, asked)
            beside = asked.entry.kind == "text" and said.words.find("options.other_text", said.whole)
            if text and first is not asked and not beside:
                yield Finding(
                    "same_text", asked, said.whole, said.words.language, fields={"other": first.number}
                )


def double_question(asked: Asked, said: Said) -> str:
    """Return what joins two things in a question that is to be rated; "" if nothing does."""
    if asked.entry.kind not in ("single", "number"):
        return ""
    scale = scale_of(said)
    by_scale = scale is not None and asked.role not in ("intent", "consent")
    for sentence in sentences(said.text):
        strong = said.words.find("wording.rated", sentence) or by_scale
        weak = said.words.find("wording.believed", sentence)
        open_ = said.words.find("wording.open_question", sentence)
        if not strong and (not weak or open_):
            continue
        if said.words.find("wording.comparison", sentence):
            continue
        left = said.words.without("wording.joined_harmless", said.words.without("wording.a_not_a", sentence))
        found = said.words.find("wording.joined", left) or said.words.find("wording.both_at_once", left)
        if found:
            return found
    return ""


def _two_questions(asked: Asked, said: Said) -> str:
    return said.words.find("wording.two_questions", re.sub(r"[?!]*[?][?!]*", "?", said.text))


def _double_or(_: Asked, said: Said) -> str:
    return said.find("wording.double_or")


def _leading(_: Asked, said: Said) -> str:
    return said.find("wording.leading")


def _loaded(_: Asked, said: Said) -> str:
    text = ANCHOR.sub(" ", QUOTED.sub(" ", said.text))
    found = said.words.find("wording.loaded", text)
    both = said.words.find("wording.both_poles", text) and not re.search(r"\s", found.strip())
    return "" if both else found


def _agree(asked: Asked, said: Said) -> str:
    if asked.role == "consent" or said.words.find("wording.consent_like", said.text):
        return ""
    asks = said.find("wording.agree")
    labels = said.labels_with("wording.agree_label")
    return asks or (said.labels[labels[0]] if len(labels) > 1 and asked.entry.kind == "single" else "")


def _absolute(asked: Asked, said: Said) -> str:
    if asked.role == "consent":
        return ""
    text = said.words.without("wording.absolute_harmless", ANCHOR.sub(" ", QUOTED.sub(" ", said.text)))
    return said.words.find("wording.absolute", text)


def _negatives(said: Said) -> list[list[str]]:
    """Return the negations of each clause, without those that name both sides."""
    text = said.text
    for name in ("wording.a_not_a", "wording.positive_pairs"):
        text = said.words.without(name, text)
    negative, against = said.words.patterns["wording.negative"], said.words.patterns["wording.against"]
    clauses = re.split(r"[,;:。?!.]", text)
    return [[m[0] for p in (negative, against) for m in p.finditer(clause)] for clause in clauses]


def _double_negation(asked: Asked, said: Said) -> str:
    if asked.role in ("consent", "concerns"):
        return ""
    return next((" … ".join(found) for found in _negatives(said) if len(found) > 1), "")


def _negation(asked: Asked, said: Said) -> str:
    """Return the negation in a statement to be rated, or in a question answered by yes or no."""
    if asked.role in ("consent", "concerns") or not asked.closed:
        return ""
    yes_no = said.find("wording.negated_question") if len(said.labels) <= LONGEST_YES_NO else ""
    scale = scale_of(said)
    stated = said.find("wording.opinion_asked") or (scale is not None and scale.family in ("agree", "fits"))
    negatives = [word for clause in _negatives(said) for word in clause]
    return yes_no or (negatives[0] if stated and negatives else "")


def _one_sided(asked: Asked, said: Said) -> str:
    named = said.words.find("wording.a_not_a", said.text) or said.words.find("wording.both_poles", said.text)
    return "" if named or scale_of(said) is None else said.find("wording.one_sided")


RULES: tuple[tuple[str, Callable[[Asked, Said], str]], ...] = (
    ("double_question", double_question), ("two_questions", _two_questions), ("double_or", _double_or),
    ("leading_opening", _leading), ("loaded_words", _loaded), ("agree_disagree", _agree),
    ("absolute_word", _absolute), ("double_negation", _double_negation), ("negation", _negation),
    ("one_sided", _one_sided),
)  # fmt: skip
