"""Tables of estimates for people: labels beside the codes, and the first rows as they are read."""

from __future__ import annotations

from math import isnan

import pandas as pd

from survey.shown import html_table
from survey.study.study import Study

FIRST = 10
SHOWN = ("wave", "question", "option", "by", "group", "measure", "estimate", "conf_low", "conf_high", "flag")
NUMBERS = ("estimate", "conf_low", "conf_high")
# Measures that stand on the scale of a share or of a difference of two.
PERCENT = frozenset((
    *("share", "change", "difference", "difference_from_first", "difference_from_rest", "pair_difference"),
    *("demand", "model_share", "imputed_share", "alternative_share", "share_of_asked", "share_of_all"),
))  # fmt: skip
FLAGS = {"": "", "suppress": "suppressed 不予公布", "caution": "use with care 慎用"}
APART = " - "


def with_labels(frame: pd.DataFrame, study: Study, language: str) -> pd.DataFrame:
    """Return a table of estimates with the labels of its codes as columns of their own, at the end.

    Parameters
    ----------
    language : str
        That of the labels; a text without this language is given in the study's first.
    """
    known, waves = study.questionnaire, {wave.id: wave.label.in_(language) for wave in study.waves}

    def name(question: str) -> str:
        if question not in known:
            return ""
        return (known[question].label or known[question].text).in_(language)

    def option(question: str, code: str) -> str:
        if question not in known:
            return ""
        labels = {o.code: o.label.in_(language) for o in known[question].options}
        parts = [labels.get(part, "") for part in code.split(APART)]
        return APART.join(parts) if all(parts) else ""

    def wave(code: str) -> str:
        parts = [waves.get(part, "") for part in code.split(APART)]
        return APART.join(parts) if all(parts) else ""

    texts = {column: frame[column].astype(str) for column in ("wave", "question", "option", "by", "group")}
    pairs = {"option_label": ("question", "option"), "group_label": ("by", "group")}
    return frame.assign(
        wave_label=texts["wave"].map(wave),
        question_label=texts["question"].map(name),
        by_label=texts["by"].map(name),
        **{
            column: [option(q, code) for q, code in zip(texts[of], texts[codes], strict=True)]
            for column, (of, codes) in pairs.items()
        },
    )


def first_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the first rows as texts: percentages, flags as words, no column that says nothing."""
    head = frame.loc[:, [*SHOWN]].head(FIRST)
    shares = head["measure"].isin(PERCENT)
    texts = head.astype(dict.fromkeys(NUMBERS, "object"))
    for column in NUMBERS:
        texts[column] = [
            (_percent if share else _figure)(n) for n, share in zip(head[column], shares, strict=True)
        ]
    texts["flag"] = [FLAGS.get(flag, flag) for flag in head["flag"]]
    said = [column for column in SHOWN if column in NUMBERS or (texts[column] != "").any()]
    return texts[said]


def in_short(frame: pd.DataFrame) -> str:
    """Return the first rows of a table of estimates as a text, with how many there are."""
    return f"{_count(frame)}\n{first_rows(frame).to_string(index=False)}"


def in_html(frame: pd.DataFrame) -> str:
    """Return the first rows of a table of estimates as HTML, with how many there are."""
    rows = first_rows(frame)
    table = html_table([*rows.columns], rows.astype(str).to_numpy().tolist())
    return f"{table}<p>{_count(frame)}</p>"


def _count(frame: pd.DataFrame) -> str:
    first = f", the first {FIRST}" if len(frame) > FIRST else ""
    return f"Estimates: {len(frame):,} rows{first}"


def _percent(share: float) -> str:
    return "" if isnan(share) else f"{100 * share:.1f}%"


def _figure(number: float) -> str:
    return "" if isnan(number) else f"{number:,.4g}"
