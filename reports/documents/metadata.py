"""What the columns and codes of estimates.csv mean, for machines: CSV on the Web (W3C, 2015)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from analysis import Estimates
from analysis.estimates import FURTHER, KEYS, NUMBERS
from reports.language.words import Words, words_of
from survey.study.questionnaire import Label, Question
from survey.study.study import Study

Texts = list[dict[str, str]]


def csv_metadata(study: Study, estimates: Estimates, issued: datetime) -> bytes:
    """Return estimates.csv-metadata.json: title, columns and codes in every language of the study.

    Parameters
    ----------
    issued : datetime
        Date of the table: of the data, never of the clock.
    """
    words = {language: words_of(language) for language in study.languages}

    def said(text: Callable[[Words], str]) -> Texts:
        return [{"@value": text(w), "@language": language} for language, w in words.items()]

    def named(label: Label) -> Texts:
        return said(lambda w: label.in_(w.language))

    frame = estimates.frame
    columns = [_column(str(name), said, numeric=name in (*NUMBERS, *FURTHER)) for name in frame.columns]
    used = {*frame["question"], *frame["by"]}
    codes = {q.id: _codes(q, named) for q in study.questionnaire if q.id in used}
    known = next(iter(words.values())).mapping("measures")
    found = [name for name in dict.fromkeys(frame["measure"].astype(str)) if name in known]
    measures = {name: said(_named_by("measures", name)) for name in found}
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": study.languages[0]}],
        "url": "estimates.csv",
        "dc:title": named(study.title),
        "dc:publisher": named(study.publisher),
        "dc:date": f"{issued:%Y-%m-%d}",
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {"columns": columns, "primaryKey": [*KEYS]},
        "notes": [
            {"waves": {wave.id: named(wave.label) for wave in study.waves}},
            {"measures": measures},
            {"questions": codes},
        ],
    }
    if study.synthetic:
        described["dc:description"] = said(lambda w: w.text("synthetic"))
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _column(name: str, said: Callable[[Callable[[Words], str]], Texts], *, numeric: bool) -> dict[str, Any]:
    """Return a column with its label, what it holds and in which unit."""

    def meaning(words: Words) -> str:
        listed = words.mapping("workbook.columns").items()
        return next((text for names, text in listed if name in names.split(", ")), "")

    column: dict[str, Any] = {
        "name": name,
        "titles": name,
        "rdfs:label": said(_named_by("columns", name)),
        "datatype": "number" if numeric else "string",
        "null": ["", "inf"] if numeric else [],
        "required": name in KEYS[:1],
    }
    if all(text["@value"] for text in said(meaning)):
        column["dc:description"] = said(meaning)
    return column


def _named_by(place: str, name: str) -> Callable[[Words], str]:
    return lambda words: words.mapping(place)[name]


def _codes(question: Question, named: Callable[[Label], Texts]) -> dict[str, Any]:
    """Return the wording, label, unit and options of a question."""
    labels = {"text": question.text, "label": question.label, "unit": question.unit}
    options = {option.code: named(option.label) for option in question.options}
    return {key: named(label) for key, label in labels.items() if label is not None} | {"options": options}
