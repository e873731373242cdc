"""Words and codes for no answer where the platform means nothing by them: proposed, never assumed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.exports.labelled_columns import kind_of_missing
from survey.identifiers import could_be_somebody
from survey.messages.lines import Line, line
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
# With what these begin; any other Chinese character begins none, however it is written.
BEGINNINGS = frozenset(word[0] for word in NOTHING | PERHAPS)
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
    counts : mapping of str to int
        The answers that are left, with how often each was given.
    missing : tuple of (str, str)
        Each text proposed under `missing`, with the kind.
    notes : tuple of str
        What a person should look at.
    """

    counts: Mapping[str, int]
    missing: tuple[tuple[str, str], ...] = ()
    notes: tuple[Line, ...] = ()


def gaps_in(counts: Mapping[str, int]) -> Gaps:
    """Return the answers of a column, and the words and codes among them that may mean that there is none.

    Parameters
    ----------
    counts : mapping of str to int
        How often each answer was given.
    """
    spelt = {text: normalised(text) if _may_be_a_word(text) else text for text in counts}
    proposed = {text: Missing.BLANK.key for text in counts if spelt[text] in NOTHING}
    numbers, words = list[str](), list[str]()
    for text in counts:
        if text not in proposed:
            (numbers if len(text) <= LONGEST and is_number(text) else words).append(text)
    if not (numbers or words):
        return Gaps(counts)
    if words and _total(numbers, counts) > MOSTLY * _total([*numbers, *words], counts):
        proposed |= _among_amounts(words, counts, spelt)
    elif unsure := [text for text in words if spelt[text] in PERHAPS]:
        note = line("draft.perhaps", texts=_listed(unsure, counts))
        return _without(proposed, counts, (note,))
    proposed |= _codes(numbers) if len(numbers) + len(proposed) == len(counts) else {}
    return _without(proposed, counts, ())


def _may_be_a_word(text: str) -> bool:
    """Say whether a text could be one of the words above, before it is brought into their spelling."""
    return len(text) <= LONGEST and (not "\u4e00" <= text[:1] <= "\u9fff" or text[0] in BEGINNINGS)


def _among_amounts(words: Sequence[str], counts: Mapping[str, int], spelt: dict[str, str]) -> dict[str, str]:
    """Return a kind for each word beside numbers; none at all if they could be answers in words."""
    kinds = {text: kind_of_missing(text) for text in words}
    unknown = [text for text in words if kinds[text] == Missing.BLANK and spelt[text] not in PERHAPS]
    # A number in words, somebody's name, or what one person alone wrote.
    answers = any(counts[t] < 2 or re.search(r"\d", t) or could_be_somebody(t) for t in unknown)
    rare = _total(unknown, counts) <= RARE * _total(counts, counts)
    if answers or len(unknown) > FEW_WORDS or not rare:
        return {}
    kinds |= dict.fromkeys(unknown, Missing.INVALID)
    return {text: (Missing.BLANK if k == Missing.NOT_ASKED else k).key for text, k in kinds.items()}


def _total(texts: Iterable[str], counts: Mapping[str, int]) -> int:
    return sum(counts[text] for text in texts)


def _codes(numbers: Sequence[str]) -> dict[str, str]:
    """Return codes such as -99 among numbers that are otherwise 0 or more, as blanks."""
    values = {text: float(digits) for text in numbers if PLAIN.fullmatch(digits := text.replace(",", ""))}
    codes = codes_for_nothing(values.values())
    return {text: Missing.BLANK.key for text, value in values.items() if value in codes}


def _without(proposed: dict[str, str], counts: Mapping[str, int], notes: tuple[Line, ...]) -> Gaps:
    if not proposed:
        return Gaps(counts, (), notes)
    note = line("draft.nothing", texts=_listed(list(proposed), counts))
    once = {normalised(text): (text, kind) for text, kind in reversed(proposed.items())}
    left = {text: n for text, n in counts.items() if text not in proposed}
    return Gaps(left, tuple(once.values())[::-1], (*notes, note))


def _listed(texts: Sequence[str], counts: Mapping[str, int]) -> list[Line]:
    return [line("draft.times", text=text, n=counts[text]) for text in texts]


def missing_line(missing: Sequence[tuple[str, str]]) -> str:
    """Return the line of a study file that says which texts mean no answer, by kind."""
    kinds: dict[str, list[str]] = {}
    for text, kind in missing:
        kinds.setdefault(kind, []).append(text)
    parts = [f"{kind} = {json.dumps(texts, ensure_ascii=False)}" for kind, texts in kinds.items()]
    return f"missing = {{ {', '.join(parts)} }}"
