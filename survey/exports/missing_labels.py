"""Kinds of missing answers by what a statistics file calls them."""

from __future__ import annotations

import re

from survey.questionnaire import Missing, plain_text

# The first that fits; what none fits was left blank, as far as the file tells.
WORDS: tuple[tuple[Missing, re.Pattern[str]], ...] = (
    (Missing.NOT_ASKED, re.compile(r"跳过|不适用|未问|not asked|not applicable|\binap\b|skip|^n/?a$")),
    (Missing.DONT_KNOW, re.compile(r"不知道|不清楚|说不清|don.?t know|^dk$|not sure")),
    (Missing.REFUSED, re.compile(r"拒答|拒绝|不愿回答|refus|prefer not|not say")),
    (Missing.INVALID, re.compile(r"无效|非法|invalid|out of range|error")),
)
SKIPPED_CODE = -3


def kind_of_missing(label: str, value: object = None) -> Missing:
    """Return the kind of missing that a value's label names; blank if it names none.

    Without a label, 问卷星's -3 means that a question was skipped.
    """
    text = plain_text(label)
    for kind, words in WORDS:
        if words.search(text):
            return kind
    return Missing.NOT_ASKED if not text and value == SKIPPED_CODE else Missing.BLANK
