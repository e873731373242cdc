"""The headline of page 1, and shares in words.

A sentence says only what its interval supports: "up" and "down" where the interval of the change leaves
out 0; otherwise that it is not clear.
"""

from __future__ import annotations

from math import inf

from reports.language.numbers import percent, points, whole
from reports.language.phrases import phrase_for
from reports.language.words import capitalised
from reports.results.facts import asked_of, weighted
from reports.results.results import Key, Results, Row
from reports.sections.front_page.own_headline import checked, unlicensed_claims

# Why a share is suppressed that cannot be among the largest.
NEVER_FIRST = ("relative_width", "not_offered", "no_answers")


def headline(results: Results) -> str:
    """Return the first leading option's share and how it changed, or the headline the study file gives."""
    table = results.study.briefing
    if table.has("headline_text"):
        return checked(table.label("headline_text").in_(results.language), results)
    words, code = results.words, leading(results)
    withheld = [results.quoted(results.headline, option) for option in withheld_leaders(results, code)]
    text = words("page1.headline_withheld", option=words.listed(withheld)) if withheld else ""
    if code:
        sentence = _of_share(results, code)
        text = (
            words("page1.headline_shown", withheld=text, sentence=words.noun(sentence)) if text else sentence
        )
    return capitalised(text) + words.text("full_stop").strip()


def said_in_headline(results: Results) -> tuple[Key, ...]:
    """Return the rows of differences that the headline says; none where the study gives its own."""
    code = leading(results)
    change = results.row("change", results.headline, code)
    if results.study.briefing.has("headline_text") or change is None or not change.clear:
        return ()
    return ((f"{results.latest} - {results.previous}", results.headline, code, "", "", "change"),)


def leading(results: Results) -> str:
    """Return the first leading option with a share that may be printed; "" where none has."""
    shown = (code for code in results.lead if not results.share(results.headline, code).suppressed)
    return next(shown, "")


def withheld_leaders(results: Results, shown: str) -> list[str]:
    """Return the suppressed answers that the headline would be about before the one shown.

    Those the study file puts before it; where it names none, those that may be the larger: not the
    suppressed ones that are rare, nor those for which the answers shown leave no room.

    Parameters
    ----------
    shown : str
        The option of the headline, "" where no leading share is published.
    """
    question, lead = results.study.questionnaire[results.headline], results.lead
    rows = {code: results.share(results.headline, code) for code in results.options(results.headline)}
    if results.study.briefing.has("lead"):
        before = lead[: lead.index(shown)] if shown else lead
        return [code for code in before if rows[code].suppressed]
    left = inf
    if question.kind == "single":
        left = 1 - sum(row.estimate for row in rows.values() if not row.suppressed)
    if shown and left < rows[shown].estimate:
        return []
    return [code for code, row in rows.items() if row.suppressed and row.note not in NEVER_FIRST]


def _of_share(results: Results, code: str) -> str:
    """Return the sentence on a share and how it changed."""
    words, change = results.words, results.row("change", results.headline, code)
    option, previous = results.quoted(results.headline, code), results.wave_label(results.previous)
    place = "page1.headline" if weighted(results) else "page1.headline_unweighted"
    people = results.asked(results.headline)
    text = words(place, share=in_words(results, code), people=people, option=option)
    if change is None or (change.suppressed and change.note != "not_comparable"):
        return text
    if change.note == "not_comparable":
        return text + words("page1.headline_unlike", previous=previous)
    if change.clear:
        return text + words("page1.headline_change", previous=previous, **movement(results, change))
    return text + words("page1.headline_unclear", previous=previous)


def movement(results: Results, change: Row) -> dict[str, str]:
    """Return direction and size of a change, as sentences have them."""
    direction = results.words("page1.up" if change.estimate > 0 else "page1.down")
    return {"direction": direction, "points": points(abs(change.estimate)).lstrip("+")}


def in_words(results: Results, code: str, wave: str = "") -> str:
    """Return a share of the headline question in words with its figure, "about eight in ten (80%)".

    The figure alone where no phrase fits; in the last two waves the same phrase unless the change is clear.
    """
    words, row = results.words, results.share(results.headline, code, wave=wave or results.latest)
    change = results.row("change", results.headline, code)
    alike = change is not None and not change.clear and change.note != "not_comparable"
    rows = [results.row("share", results.headline, code, wave=w) for w in results.waves[-2:]] if alike else []
    shares = [(r.estimate, r.low, r.high) for r in (row, *rows) if r is not None and not r.suppressed]
    phrase, figure = phrase_for(*shares), results.flagged(row, percent(row.estimate))
    if phrase is None:
        return figure
    return words("fraction.with_figure", phrase=words.text(f"fraction.{phrase.key}"), figure=figure)


def headline_note(results: Results) -> str:
    """Return the footnote to the headline: wording of the question, base, and why it says more."""
    question = results.study.questionnaire[results.headline]
    place = "page1.note_multiple" if question.kind == "multiple" else "page1.note_single"
    note = [results.words(place, text=question.text.in_(results.language))]
    if base := results.base(results.headline):
        note.append(results.words("page1.note_base", n=whole(base)))
    shares = [
        results.words(
            "page1.note_share", share=percent(row.estimate), option=results.quoted(results.headline, code)
        )
        for code in results.lead
        if (row := results.printed("share_of_everybody", results.headline, code)) is not None
    ]
    if shares:
        fields = {"who": asked_of(results, question), "shares": results.words.listed(shares)}
        note.append(results.words("page1.note_asked", **fields))
    table = results.study.briefing
    if table.has("headline_text") and table.has("unlicensed"):
        reason = table.label("unlicensed").in_(results.language)
        if unlicensed_claims(table.label("headline_text").in_(results.language), results):
            note.append(results.words("page1.note_unlicensed", reason=reason))
    return results.words.sentences(note)
