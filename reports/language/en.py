"""English: what no word file can say of it."""

from __future__ import annotations

from reports.language.grammar import Claims

CLAIMS = Claims(
    percent=r"%|per ?cent",
    points=r"(?:percentage )?points?\b",
    fraction=r"\b\w+ in (?:ten|five|four|three)\b|\bhalf\b|\bquarters?\b|\bthirds?\b",
    up=r"\b(?:up|rose|risen|increased?|grew)\b",
    down=r"\b(?:down|fell|fallen|decreased?|dropped|declined)\b",
    first=r"\b(?:most often|most common|comes? first|top)\b",
    never=r"\b(?:margins? of (?:sampling )?error|response rate|significant(?:ly)?)\b",
    cause=(
        r"\b(?:because|due to|owing to|thanks to|caused?|causes|causing|leads? to|led to|leading to|"
        r"as a result|results? in|resulted in|drives?|driven|drove|why|reasons?|makes?|made|discourag\w+|"
        r"encourag\w+|keeps?|kept|deter(?:s|red|ring)?|prevent\w*|put(?:s|ting)? off|effects? of|"
        r"impacts?|boost\w*|blam\w+)\b"
    ),
    everybody=(
        r"\b(?:city|nation|country|county|province|district|state|region)[- ]?wide\b|\bnational(?:ly)?\b|"
        r"\b(?:the|our) (?:whole |entire )?(?:city|nation|country|county|province|public|population)\b|"
        r"\b(?:all|every|each) (?:the )?(?:parents?|famil(?:y|ies)|people|persons?|residents?|households?|"
        r"citizens?|adults?|mothers?|fathers?|employees|students)\b|\bevery(?:body|one)\b|"
        r"\bno(?:body| one)\b|\b(?:residents|citizens)\b|\bin general\b|\bgenerally\b|\buniversal\w*"
    ),
    rank=(
        r"\b(?:second|third|fourth|fifth|last)(?= (?:place|most|in|of|is|by|with)\b|$)|"
        r"\brank(?:s|ed|ing|ings)?\b|\brunners?-up\b|\bnumber (?:one|two|three|\d)\b|\bno\. ?\d|"
        r"\b(?:highest|lowest|biggest|largest|smallest|least|fewest|best|worst|leads?|leading|leaders?|"
        r"ahead of|behind|trails?|trailing|outranks?|league)\b"
    ),
    majority=r"\b(?:majority|most)\b(?! (?:often|common))",
)


def noun(label: str) -> str:
    """Return a label as it stands inside a sentence: "Age group" as "age group", "GP practice" as it is."""
    first = label.split(maxsplit=1)[0] if label.strip() else ""
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def plural(number: str) -> str:
    """Return the form that goes with a number as printed: "one" for exactly 1, +1 or −1, else "other"."""
    return "one" if number in ("1", "+1", "−1") else "other"
