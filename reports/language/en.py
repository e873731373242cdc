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
)


def noun(label: str) -> str:
    """Return a label as it stands inside a sentence: "Age group" as "age group", "GP practice" as it is."""
    first = label.split(maxsplit=1)[0] if label.strip() else ""
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def plural(number: str) -> str:
    """Return the form that goes with a number as printed: "one" for exactly 1, +1 or −1, else "other"."""
    return "one" if number in ("1", "+1", "−1") else "other"
