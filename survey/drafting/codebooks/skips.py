"""When a question is put, from the expressions of three platforms, where they are simple enough."""

from __future__ import annotations

import re
from itertools import accumulate

from survey.study.questionnaire import Condition

# XLSForm: ${intent} = 'yes', selected(${why}, 'price'), not(selected(…)).
SELECTED = re.compile(r"^(not\s*\(\s*)?selected\s*\(\s*\$\{([^}]+)\}\s*,\s*['\"]([^'\"]*)['\"]\s*\)\s*(\))?$")
EQUALS = re.compile(r"^\$\{([^}]+)\}\s*(!?=)\s*['\"]([^'\"]*)['\"]$")
# LimeSurvey: G01Q04.NAOK == "AO02", is_empty and the like are left alone.
LIME = re.compile(r"^([A-Za-z]\w*)(?:\.NAOK|\.shown)?\s*(==|!=|eq|ne)\s*['\"]([^'\"]*)['\"]$")

Term = tuple[str, bool, str]


def conditions(expression: str) -> tuple[Condition, ...]:
    """Return the conditions of an expression, all of which must hold; empty if it says more than that.

    Read are comparisons of an answer with an option, joined by `and`, and by `or` where they are about
    one question.
    """
    joined = []
    for part in _split(_bare(expression), "and"):
        terms = [_term(_bare(term)) for term in _split(_bare(part), "or")]
        known = [term for term in terms if term is not None]
        if not known or len(known) < len(terms):
            return ()
        names, signs = {name for name, _, _ in known}, {same for _, same, _ in known}
        if len(names) > 1 or len(signs) > 1 or (len(known) > 1 and not signs.pop()):
            return ()
        values = tuple(dict.fromkeys(value for _, _, value in known))
        same = known[0][1]
        joined.append(Condition(names.pop(), codes=values if same else (), not_codes=() if same else values))
    return tuple(joined)


def _term(text: str) -> Term | None:
    if match := SELECTED.match(text):
        return match[2], not match[1], match[3]
    if match := EQUALS.match(text):
        return match[1], match[2] == "=", match[3]
    if match := LIME.match(text):
        return match[1], match[2] in ("==", "eq"), match[3]
    return None


def _split(expression: str, word: str) -> list[str]:
    """Return the parts of an expression at a word outside brackets and quotes."""
    parts, depth, quote, start, i = [], 0, "", 0, 0
    while i < len(expression):
        sign = expression[i]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif not depth and re.match(rf"\s{word}\s", expression[i:], re.IGNORECASE):
            parts.append(expression[start:i])
            i += len(word) + 1
            start = i
        i += 1
    return [*parts, expression[start:]]


def _bare(text: str) -> str:
    """Return an expression without brackets round the whole of it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        depths = list(accumulate((sign == "(") - (sign == ")") for sign in text))
        if depths[-1] or 0 in depths[:-1]:  # the first bracket is not closed by the last
            break
        text = text[1:-1].strip()
    return text
