"""When a question is put, from the expressions of four platforms, where they are simple enough."""

from __future__ import annotations

import re
from itertools import accumulate

from survey.study.questionnaire import Condition

# XLSForm: ${intent} = 'yes', selected(${why}, 'price'), not(selected(…)).
VALUE = r"['\"](?P<value>[^'\"]*)['\"]"
SELECTED = rf"^(?P<negated>not\s*\(\s*)?selected\s*\(\s*\$\{{(?P<name>[^}}]+)\}}\s*,\s*{VALUE}\s*\)\s*\)?$"
EQUALS = rf"^\$\{{(?P<name>[^}}]+)\}}\s*(?P<negated>!)?=\s*{VALUE}$"
# LimeSurvey: G01Q04.NAOK == "AO02", is_empty and the like are left alone.
LIME = rf"^(?P<name>[A-Za-z]\w*)(?:\.NAOK|\.shown)?\s*(?:==|eq|(?P<negated>!=|ne))\s*{VALUE}$"
# REDCap: [intent] = '2', [intent] <> '2'; a ticked [why(3)] = '1', an unticked one = '0'.
CODE = r"(?P<quote>['\"]?)(?P<value>[^'\"<>=]+)(?P=quote)"
CHOSEN = rf"^\[(?P<name>\w+)\]\s*(?:=|(?P<negated><>|!=))\s*{CODE}$"
OFF = r"=\s*(?:0|'0'|\"0\")|(?:<>|!=)\s*(?:1|'1'|\"1\")"
TICKED = rf"^\[(?P<name>\w+)\((?P<value>[^()]+)\)\]\s*(?:=\s*(?:1|'1'|\"1\")|(?P<negated>{OFF}))$"
TERMS = tuple(map(re.compile, (SELECTED, EQUALS, LIME, CHOSEN, TICKED)))


def conditions(expression: str) -> tuple[Condition, ...]:
    """Return the conditions of an expression, all of which must hold; empty if it says more than that.

    Read are comparisons of an answer with an option, joined by `and`, and by `or` where they are about
    one question.
    """
    joined = []
    for part in _split(_bare(expression), "and"):
        terms = [_bare(term) for term in _split(_bare(part), "or")]
        matches = [match for term in terms for pattern in TERMS if (match := pattern.match(term))]
        if len(matches) < len(terms):
            return ()
        names, negated = {match["name"] for match in matches}, [bool(match["negated"]) for match in matches]
        if len(names) > 1 or (len(matches) > 1 and any(negated)):
            return ()
        values = tuple(dict.fromkeys(match["value"] for match in matches))
        codes, not_codes = ((), values) if negated[0] else (values, ())
        joined.append(Condition(names.pop(), codes=codes, not_codes=not_codes))
    return tuple(joined)


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
