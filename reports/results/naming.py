"""What answers and groups are called inside sentences: as the study file says, else by their labels."""

from __future__ import annotations

from collections.abc import Iterable

from reports.results.results import Results


def has_phrase(results: Results, question: str, code: str) -> bool:
    """Say whether the study file has a phrase for an answer in the language printed."""
    phrase = results.study.questionnaire[question].option(code).says
    return phrase is not None and results.language in phrase.languages


def says(results: Results, question: str, code: str) -> str:
    """Return what those who chose an option do: "say nurseries cost too much", or "chose “Price”".

    Without a phrase of the study's, options of other questions than that of page 1 name theirs.
    """
    words, phrase = results.words, results.study.questionnaire[question].option(code).says
    if phrase is not None and has_phrase(results, question, code):
        return phrase.in_(results.language)
    place = "says.chose" if question == results.headline else "says.answered"
    name = words.quoted(results.question_label(question))
    return words(place, option=results.quoted(question, code), question=name)


def groups_noun(results: Results, by: str) -> str:
    """Return what the groups of a question are called, such as "districts"; "" where nothing says."""
    noun = results.study.questionnaire[by].groups
    return noun.in_(results.language) if noun is not None and results.language in noun.languages else ""


def other_groups(results: Results, by: str) -> str:
    """Return what stands for all other groups: "other districts", or "the other groups"."""
    noun = groups_noun(results, by)
    return results.words("says.others", groups=noun) if noun else results.words("says.others_unnamed")


def called(results: Results, by: str, items: Iterable[tuple[str, str]]) -> str:
    """Return groups with what is said of each, as one noun: "parents in Xiaodian (+5 points) and Yingze".

    Parameters
    ----------
    items : pairs of str
        The code of a group, and what its name is filled into: "{name} (+5 points)".
    """
    words, question = results.words, results.study.questionnaire[by]
    form = question.group
    text = "" if form is None or results.language not in form.languages else form.in_(results.language)
    names = []
    for code, frame in items:
        label = results.short_label(by, code)
        name = words.noun(label) if "{lower}" in text else label if text else words.quoted(label)
        names.append(frame.format(name=name))
    together = words.few(names)
    if not text:
        return words("says.group", group=together)
    return text.replace("{lower}", "{}").replace("{}", together)
