"""Words and codes for no answer where the platform means nothing by them: proposed, never assumed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from survey.exports.labelled_columns import kind_of_missing
from survey.identifiers import could_be_somebody
from survey.responses.number_cells import codes_for_nothing, is_number
from survey.study.questionnaire import Missing
from survey.text import normalised

# What programs write for nothing, and people for "not filled in".
NOTHING = frozenset({
    "nan", "null", "<na>", "nat", "#n/a", "#null!", "n/a", "n.a.", "na", "\\n", "undefined", "(null)",
    "(nan)", "(none)", "(blank)", "blank", "unanswered", "no answer", "not answered", "no response",
    "-", "--", "---", "—", "——", "–", "/", "\\", "空", "(空)", "空白", "(空白)", "未填", "未填写", "(未填写)",
    "未作答", "未回答", "未答",
})  # fmt: skip
# What can be an answer too: "none of these", no children, nothing to pay.
PERHAPS = frozenset({"none", "无", "没有", "nil", "nothing"})
# A longer text is neither a number nor a word for nothing.
LONGEST = 30
# Words among amounts: numbers must be so large a share, and a word no platform knows must be this rare.
MOSTLY, RARE, FEW_WORDS = 0.5, 0.05, 5
PLAIN = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Gaps:
    """The answers of a column without those proposed as missing.

    Attributes
    ----------
    counts : Series
        The answers that are left, with how often each was given.
    missing : tuple of (str, str)
        Each text proposed under `missing`, with the kind.
    notes : tuple of str
        What a person should look at.
    """

    counts: pd.Series
    missing: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def gaps_in(counts: pd.Series) -> Gaps:
    """Return the answers of a column, and the words and codes among them that may mean that there is none.

    Parameters
    ----------
    counts : Series
        How often each answer was given.
    """
    texts = [str(text) for text in counts.index]
    spelt = {text: normalised(text) if len(text) <= LONGEST else text for text in texts}
    proposed = {text: Missing.BLANK.key for text in texts if spelt[text] in NOTHING}
    rest = [text for text in texts if text not in proposed]
    numbers = [text for text in rest if len(text) <= LONGEST and is_number(text)]
    amounts = {*numbers}
    words = [text for text in rest if text not in amounts]
    if not rest:
        return Gaps(counts)
    if words and int(counts[numbers].sum()) > MOSTLY * int(counts[rest].sum()):
        proposed |= _among_amounts(words, counts, spelt)
    elif unsure := [text for text in words if spelt[text] in PERHAPS]:
        note = f"{_listed(unsure, counts)}: if that means no answer, put it under missing"
        return _without(proposed, counts, (note,))
    proposed |= _codes(numbers) if len(numbers) + len(proposed) == len(texts) else {}
    return _without(proposed, counts, ())


def _among_amounts(words: Sequence[str], counts: pd.Series, spelt: dict[str, str]) -> dict[str, str]:
    """Return a kind for each word beside numbers; none at all if they could be answers in words."""
    kinds = {text: kind_of_missing(text) for text in words}
    unknown = [text for text in words if kinds[text] == Missing.BLANK and spelt[text] not in PERHAPS]
    # A number in words, somebody's name, or what one person alone wrote.
    answers = any(counts[t] < 2 or re.search(r"\d", t) or could_be_somebody(t) for t in unknown)
    rare = int(counts[unknown].sum()) <= RARE * int(counts.sum())
    if answers or len(unknown) > FEW_WORDS or not rare:
        return {}
    kinds |= dict.fromkeys(unknown, Missing.INVALID)
    return {text: (Missing.BLANK if k == Missing.NOT_ASKED else k).key for text, k in kinds.items()}


def _codes(numbers: Sequence[str]) -> dict[str, str]:
    """Return codes such as -99 among numbers that are otherwise 0 or more, as blanks."""
    values = {text: float(digits) for text in numbers if PLAIN.fullmatch(digits := text.replace(",", ""))}
    codes = codes_for_nothing(values.values())
    return {text: Missing.BLANK.key for text, value in values.items() if value in codes}


def _without(proposed: dict[str, str], counts: pd.Series, notes: tuple[str, ...]) -> Gaps:
    if not proposed:
        return Gaps(counts, (), notes)
    note = f"{_listed(list(proposed), counts)}: taken as no answer; take out of missing what is an answer"
    once = {normalised(text): (text, kind) for text, kind in reversed(proposed.items())}
    return Gaps(counts.drop(labels=list(proposed)), tuple(once.values())[::-1], (*notes, note))


def _listed(texts: Sequence[str], counts: pd.Series) -> str:
    return ", ".join(f'"{text}" ({int(counts[text]):,})' for text in texts)


def missing_line(missing: Sequence[tuple[str, str]]) -> str:
    """Return the line of a study file that says which texts mean no answer, by kind."""
    kinds: dict[str, list[str]] = {}
    for text, kind in missing:
        kinds.setdefault(kind, []).append(text)
    parts = [f"{kind} = {json.dumps(texts, ensure_ascii=False)}" for kind, texts in kinds.items()]
    return f"missing = {{ {', '.join(parts)} }}"
