"""Who answers a question, as a plain text says: 请跳至第8题 behind an option, 依赖于第2题 in a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from survey.drafting.codebooks.codebook import CodebookQuestion
from survey.study.questionnaire import Condition

# Behind an option: the next question for who chooses it, or the end of the questionnaire for them.
JUMP = re.compile(
    r"[(（\[【]?\s*(?:→|请?(?:直接)?跳(?:转|答)?(?:至|到|往)?|转(?:至|到)|(?:please )?(?:skip|go|jump) to)\s*"
    r"(?:第|question|q\.?)?\s*(\d{1,3})\s*题?\s*[)）\]】]?\s*$",
    re.IGNORECASE,
)
END = re.compile(
    r"[(（\[【][^()（）]*(?:结束|终止|停止|末尾)[^()（）]*[)）\]】]"
    r"|[(（\[【]\s*(?:please )?(?:end\b|stop\b|(?:skip|go) to (?:the )?end)[^()（）]*[)）\]】]",
    re.IGNORECASE,
)
# In a question: （依赖于第2题第1、3个选项）（第8题选A或C的回答）(only if question 8 = A, C).
ASKED = re.compile(
    r"[(（\[【]([^()（）\[\]【】]*?(?:第\s*(\d{1,3})\s*题|\bq(?:uestion)?\.?\s*(\d{1,3}))"
    r"(?=[^()（）\[\]【】]*(?:选|依赖|=|is\b|answered|chose|回答|选项))([^()（）\[\]【】]*))[)）\]】]"
    r"|依赖于\s*第\s*(\d{1,3})\s*题(.*)$",
    re.IGNORECASE,
)
ONLY = re.compile(
    r"[(（\[【][^()（）]*(?:仅|只有|如果?选|若选|(?:家长|者|人)(?:请)?(?:回答|填写)|\bonly\b)[^()（）]*[)）\]】]",
    re.IGNORECASE,
)
LETTERS = re.compile(r"(?<![A-Za-z])[A-Z](?![A-Za-z])")
QUOTED = re.compile(r"[“\"「『]([^”\"」』]+)[”\"」』]")


def jumps(lines: Mapping[int, Sequence[str]]) -> dict[int, tuple[Condition, ...]]:
    """Return the conditions of the questions that an option passes over, by the number of the question.

    Parameters
    ----------
    lines : mapping of int to sequence of str
        The lines of options below each question.
    """
    found: dict[int, tuple[Condition, ...]] = {}
    for number, options in lines.items():
        targets = {
            place: int(m[1]) for place, text in enumerate(options, 1) if (m := JUMP.search(text.strip()))
        }
        for other in lines:
            codes = tuple(str(place) for place, target in targets.items() if number < other < target)
            if codes:
                found[other] = (*found.get(other, ()), Condition(f"Q{number}", not_codes=codes))
    return found


def told_skip(text: str, questions: Mapping[str, CodebookQuestion]) -> tuple[tuple[Condition, ...], str]:
    """Return the conditions that a question's own text names, and the words; ("", none) where it has none."""
    found = ASKED.search(text)
    if found is None:
        only = ONLY.search(text)
        return (), only[0] if only else ""
    name, told = f"Q{found[2] or found[3] or found[5]}", found[4] or found[6] or ""
    options = questions[name].options if name in questions else ()
    by_text = {label: o.value for o in options for _, label in o.labels}
    codes = [by_text.get(label, label) for label in QUOTED.findall(told)]
    codes = codes or [str(ord(letter) - 64) for letter in LETTERS.findall(told)]
    codes = codes or re.findall(r"\d{1,2}", told)
    return (Condition(name, codes=tuple(dict.fromkeys(codes))),) if codes else (), found[0]
