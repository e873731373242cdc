"""Rules on how exactly a question can be answered: vague words, jargon, length, periods, units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said

ABBREVIATION = re.compile(r"(?<![A-Za-z])[A-Z]{2,5}(?![A-Za-z])")
KNOWN = frozenset(
    {
        "FILL",
        "IN",
        "APP",
        "PDF",
        "QQ",
        "SMS",
        "TV",
        "ID",
        "OK",
        "VIP",
        "WIFI",
        "II",
        "III",
        "US",
        "UK",
        "AM",
        "PM",
        "QR",
        "RMB",
    }
)
CHAINED = 2


def precision(form: Form) -> Iterator[Finding]:
    """Yield findings on vague or hard words, and on amounts without unit or period."""
    for asked in form.asked:
        if asked.role == "attention":
            continue
        for said in asked.said:
            for rule, look in RULES:
                if found := look(asked, said):
                    yield Finding(rule, asked, found, said.words.language)


def _vague_frequency(asked: Asked, said: Said) -> str:
    vague = said.labels_with("wording.frequency_label")
    numbered = any(re.search(r"\d", said.labels[i]) for i in vague)
    return said.labels[vague[0]] if len(vague) > 1 and not numbered and asked.entry.kind == "single" else ""


def _vague_words(asked: Asked, said: Said) -> str:
    """Return a word of quantity without a measure, if nothing near it says one."""
    if asked.role == "consent":
        return ""
    text = said.words.without("wording.a_not_a", said.whole)
    for found in said.words.patterns["wording.vague"].finditer(text):
        inside = text[: found.start()].count("(") > text[: found.start()].count(")")
        defined = text[found.end() :].lstrip().startswith("(")
        measured = said.words.find("wording.measured", said.text)
        on_scale = any(found[0].casefold() in label.casefold() for label in said.labels)
        if not (inside or defined or measured or on_scale):
            return found[0]
    return ""


def _jargon(_: Asked, said: Said) -> str:
    for found in said.words.patterns["wording.jargon"].finditer(said.whole):
        if not said.words.find("wording.explained", said.whole[found.end() :][:14]):
            return found[0]
    return ""


def _abbreviation(_: Asked, said: Said) -> str:
    found = [word for word in ABBREVIATION.findall(said.text) if word not in KNOWN]
    return found[0] if found and not said.text.isupper() and f"({found[0]})" not in said.whole else ""


def _long_text(asked: Asked, said: Said) -> str:
    length = size(said.text, said)
    return "" if asked.role == "consent" or length <= said.words.numbers["length.long"] else str(length)


def size(text: str, said: Said) -> int:
    """Return the length of a text in characters (Chinese) or words."""
    return len(said.words.patterns["length.sign"].findall(text))


def _conditions_chained(_: Asked, said: Said) -> str:
    found = said.words.patterns["wording.conditions"].findall(said.text)
    return " … ".join(found) if len(found) >= CHAINED else ""


def _recall_period(_: Asked, said: Said) -> str:
    found = said.find("wording.recall")
    stated = said.words.find("wording.period", said.whole.replace(found, " ")) if found else ""
    in_labels = len(said.labels_with("wording.period")) > 1
    return "" if stated or in_labels else found


def _recall_long(_: Asked, said: Said) -> str:
    return said.find("wording.recall_long")


def is_amount(asked: Asked, said: Said) -> bool:
    """Say whether a question asks for an amount of money, typed or in bands."""
    if said.find("wording.counted") and not said.words.find("wording.money_unit", said.whole):
        return False
    in_bands = asked.entry.kind == "single" and len(said.labels_with("wording.money_label")) > 1
    asks = bool(said.find("wording.spending"))
    return (asked.entry.kind == "number" and asks) or (in_bands and asks) or in_bands


def _number_unit(asked: Asked, said: Said) -> str:
    # Years of a grown-up and a scale of chances with its ends need no unit.
    told = asked.role == "age" or (asked.role == "juster" and re.search(r"\d", said.whole))
    if asked.entry.kind != "number" or asked.entry.unit or told:
        return ""
    money = is_amount(asked, said)
    unit = said.words.find("wording.money_unit" if money else "wording.unit", said.whole)
    return "" if unit else said.text


def _money_period(asked: Asked, said: Said) -> str:
    if not is_amount(asked, said):
        return ""
    texts = " ".join([said.whole, *said.labels, *(text for _, text in asked.entry.unit)])
    texts = said.words.without("wording.not_money_period", texts)
    return "" if said.words.find("wording.money_period", texts) else said.text


RULES: tuple[tuple[str, Callable[[Asked, Said], str]], ...] = (
    ("vague_frequency", _vague_frequency), ("vague_words", _vague_words), ("jargon", _jargon),
    ("abbreviation", _abbreviation), ("long_text", _long_text), ("conditions_chained", _conditions_chained),
    ("recall_period", _recall_period), ("recall_long", _recall_long), ("number_unit", _number_unit),
    ("money_period", _money_period),
)  # fmt: skip
