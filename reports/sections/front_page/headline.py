"""The headline of page 1, and shares in words.

A sentence says only what its interval supports: "up" and "down" where the interval of the change leaves
out 0; otherwise that it is not clear.
"""

from __future__ import annotations

from math import inf

from reports.language.line_breaks import within
from reports.language.numbers import percent, percent_number, points, whole
from reports.language.phrases import EXACT, phrase_for
from reports.language.words import capitalised
from reports.results.declared import facts_of
from reports.results.facts import asked_of
from reports.results.naming import says
from reports.results.results import Key, Results, Row
from reports.sections.front_page.own_headline import checked, unlicensed_claims

# Why a share is suppressed that cannot be among the largest.
YEAR, ABOUT = 365, 31  # days
NEVER_FIRST = ("relative_width", "not_offered", "no_answers")


def headline(results: Results) -> str:
    """Return the first leading option's share and how it changed, or the headline the study file gives."""
    table = results.study.briefing
    if table.has("headline_text"):
        return checked(table.label("headline_text").in_(results.language), results)
    return capitalised(within(*_wordings(results, leading(results))))


def _wordings(results: Results, code: str) -> list[str]:
    """Return the headline in its wordings from the longest: the change is dropped first.

    Parameters
    ----------
    code : str
        The leading option shown, "" for none.
    """
    words = results.words
    withheld = [results.quoted(results.headline, option) for option in withheld_leaders(results, code)]
    option = words.listed(withheld)
    place = "page1.headline_withheld" + ("_several" if len(withheld) > 1 else "")
    if not code:
        return [words(f"{place}{length}", option=option) for length in ("", "_short")] if withheld else [""]
    share = _of_share(results, code)
    sentences = [share + _of_change(results, code), share]
    if not withheld:
        return sentences
    shown = [
        words(
            f"page1.headline_shown{length}",
            withheld=words(f"{place}{length}", option=option),
            sentence=words.noun(sentence),
        )
        for sentence, length in ((sentences[0], ""), (share, ""), (share, "_short"))
    ]
    return [*shown, words(f"{place}_short", option=option)]


def said_in_headline(results: Results) -> tuple[Key, ...]:
    """Return the rows of differences that the headline says; none where the study gives its own."""
    code = leading(results)
    change = results.row("change", results.headline, code)
    if results.study.briefing.has("headline_text") or change is None or not change.clear:
        return ()
    wordings = _wordings(results, code)
    if within(*wordings) != wordings[0]:  # too long to say it
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
    """Return the sentence on a share."""
    phrase = says(results, results.headline, code)
    return results.words("page1.headline", who=in_words(results, code), says=phrase)


def _of_change(results: Results, code: str) -> str:
    """Return how a share changed, as a second clause; "" where nothing may be said of it."""
    words, change = results.words, results.row("change", results.headline, code)
    previous = results.wave_label(results.previous)
    if change is None or (change.suppressed and change.note != "not_comparable"):
        return ""
    if change.note == "not_comparable":
        return words("page1.headline_unlike", previous=previous)
    if change.clear:
        return words("page1.headline_change", since=_since(results), **movement(results, change))
    return words("page1.headline_unclear", previous=previous)


def _since(results: Results) -> str:
    """Return since when: within a year, else since the wave before."""
    if a_year_apart(results):
        return results.words.text("page1.in_a_year")
    return results.words("page1.since", previous=results.wave_label(results.previous))


def a_year_apart(results: Results) -> bool:
    """Say whether the fieldworks of the last two waves began a year apart, within a month."""
    last = results.waves[-2:]
    begun = [wave.fieldwork[0] for wave in results.study.waves if wave.id in last and wave.fieldwork]
    return len(begun) > 1 and abs((begun[1] - begun[0]).days - YEAR) <= ABOUT


def movement(results: Results, change: Row) -> dict[str, str]:
    """Return direction and size of a change, as sentences have them."""
    direction = results.words("page1.up" if change.estimate > 0 else "page1.down")
    return {"direction": direction, "points": points(abs(change.estimate)).lstrip("+")}


def in_words(results: Results, code: str) -> str:
    """Return how many of whom chose an option of the headline question, "about seven in ten parents".

    A figure where no phrase is true of it, or it is to be used with care. The phrase is true of the last two
    waves unless the change is clear, and without "about" where the figure printed is the fraction itself.
    """
    words, row = results.words, results.share(results.headline, code)
    question = results.study.questionnaire[results.headline]
    who = asked_of(results, question) or results.people()
    change = results.row("change", results.headline, code)
    alike = change is not None and not change.clear and change.note != "not_comparable"
    rows = [results.row("share", results.headline, code, wave=w) for w in results.waves[-2:]] if alike else []
    shares = [(r.estimate, r.low, r.high) for r in (row, *rows) if r is not None and not r.suppressed]
    phrase = None if row.doubtful else phrase_for(*shares)
    if phrase is None:
        return words("fraction.of", phrase=results.flagged(row, percent(row.estimate)), people=who)
    exact = EXACT.get(phrase.key) == percent_number(row.estimate)
    text = words.text(f"{'exact' if exact else 'fraction'}.{phrase.key}")
    counted = phrase.key.startswith("tenths") and not question.asked_if
    return words("fraction.counted" if counted else "fraction.of", phrase=text, people=who)


def wave_in_words(results: Results, wave: str) -> str:
    """Return the leading shares of a wave in a sentence, in words with their figures; "" where none is shown.

    In the last two waves a share has the same words unless its change is clear.
    """
    words, parts = results.words, list[str]()
    for code in results.lead:
        row = results.printed("share", results.headline, code, wave=wave)
        if row is None:
            continue
        change = results.row("change", results.headline, code)
        alike = change is not None and not change.clear and change.note != "not_comparable"
        waves = results.waves[-2:] if alike and wave in results.waves[-2:] else [wave]
        rows = [results.printed("share", results.headline, code, wave=one) for one in waves]
        phrase = phrase_for(*((r.estimate, r.low, r.high) for r in rows if r is not None))
        figure = results.flagged(row, percent(row.estimate))
        if phrase is not None and not row.doubtful:
            figure = words("found.with_figure", phrase=words.text(f"fraction.{phrase.key}"), figure=figure)
        place = "found.share_more" if parts else "found.share_first"
        parts.append(words(place, share=figure, option=results.quoted(results.headline, code)))
    if not parts:
        return ""
    people = asked_of(results, results.study.questionnaire[results.headline]) or results.people()
    return words("found.wave", wave=results.wave_label(wave), people=people, parts=words.clauses(parts))


def headline_note(results: Results) -> str:
    """Return the footnote to the headline: wording of the question, base, and why it says more."""
    question = results.study.questionnaire[results.headline]
    place = "page1.note_multiple" if question.kind == "multiple" else "page1.note_single"
    note = [results.words(place, text=question.text.in_(results.language))]
    history = results.estimates.histories.get(results.latest)
    base = results.base(results.headline)
    if base and (history is None or base != history.weighting.n):  # which page 1 says
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
    elsewhere = not table.has("sections") or "context" in table.texts("sections")
    for fact in facts_of(results.study):
        if fact.key and fact.label is not None and not elsewhere:  # the section gives the source
            source = fact.source.in_(results.language)
            note.append(
                results.words("page1.note_official", label=fact.label.in_(results.language), source=source)
            )
    if table.has("headline_text") and table.has("unlicensed"):
        reason = table.label("unlicensed").in_(results.language)
        if unlicensed_claims(table.label("headline_text").in_(results.language), results):
            note.append(results.words("page1.note_unlicensed", reason=reason))
    return results.words.sentences(note)
