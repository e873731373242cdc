"""Chinese: what no word file can say of it."""

from __future__ import annotations

from reports.language.grammar import Claims

CLAIMS = Claims(
    percent="%",
    points="个?百分点",
    fraction="[一二两三四五六七八九]成|一半|[三四五]分之[一二三四]",
    up="上升|增加|提高|升高|增长",
    down="下降|减少|降低|回落",
    first="首位|居首|最多|第一",
    never="抽样误差|应答率|回答率|回应率|显著",
)


def noun(label: str) -> str:
    """Return a label as it stands inside a sentence: as it is."""
    return label


def plural(number: str) -> str:
    """Return the form that goes with a number: there is one."""
    return "other"
