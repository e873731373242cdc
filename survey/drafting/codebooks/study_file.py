"""The questions of a study file, read leniently: what `read_study` refuses is left as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from survey.drafting.codebooks.codebook import (
    Codebook,
    CodebookOption,
    CodebookQuestion,
    Texts,
    in_languages,
)
from survey.study.questionnaire import Condition, Kind
from survey.study.toml_table import LANGUAGES


def of_tables(file: str, tables: Mapping[str, Any]) -> Codebook:
    """Return the questions in the tables of a study file; rows of one column are one question.

    Parameters
    ----------
    tables : mapping
        The whole file, as TOML is read.
    """
    head = _table(tables.get("study"))
    listed = head.get("languages")
    declared = (
        tuple(language for language in LANGUAGES if language in listed) if isinstance(listed, list) else ()
    )
    declared = declared or tuple(language for language, _ in _texts(head.get("title"), LANGUAGES))
    questions: list[CodebookQuestion] = []
    columns: dict[str, int] = {}
    for name, raw in _table(tables.get("questions")).items():
        table = _table(raw)
        question = _question(name, table, declared or LANGUAGES)
        column, row = str(table.get("column")), _texts(table.get("row"), declared or LANGUAGES)
        if row and column in columns:
            grid = questions[columns[column]]
            questions[columns[column]] = replace(grid, rows=(*grid.rows, CodebookOption(name, row)))
        else:
            if row:
                columns[column] = len(questions)
                question = replace(question, rows=(CodebookOption(name, row),))
            questions.append(question)
    return Codebook(file, tuple(questions), languages=declared)


def _question(name: str, table: Mapping[str, Any], languages: tuple[str, ...]) -> CodebookQuestion:
    options = (*_options(table.get("options"), languages), *_unanswered(table.get("missing"), languages))
    kind: Kind = next((kind for kind in get_args(Kind) if kind == table.get("kind")), "single")
    conditions = table.get("asked_if")
    asked_if = tuple(_conditions(conditions)) if isinstance(conditions, list) else ()
    return CodebookQuestion(
        name=name,
        kind=kind,
        texts=_texts(table.get("text"), languages) or ((languages[0], name),),
        options=options,
        asked_if=asked_if,
        skip=str(conditions) if conditions else "",
        label=_texts(table.get("label"), languages),
        unit=_texts(table.get("unit"), languages),
    )


def _options(raw: object, languages: tuple[str, ...]) -> Iterator[CodebookOption]:
    for code, value in _table(raw).items():
        table = _table(value)
        spellings = table.get("match")
        # Beside the label may stand how the platform prints it, as 其他【请注明】.
        printed = " ".join(map(str, spellings)) if isinstance(spellings, list) else ""
        yield CodebookOption(
            code,
            _texts(value, languages) or ((languages[0], code),),
            exclusive=table.get("exclusive") is True,
            typed=table.get("typed") is True or any(mark in printed for mark in ("注明", "specify", "__")),
            ineligible=table.get("ineligible") is True,
        )


def _unanswered(raw: object, languages: tuple[str, ...]) -> Iterator[CodebookOption]:
    """Yield the options that mean no answer, which a study file has beside the others."""
    for kind in ("dont_know", "refused"):
        listed = _table(raw).get(kind)
        texts: dict[str, str] = {}
        for text in listed if isinstance(listed, list) else ():
            texts |= dict(in_languages([("", text)]))
        if texts:
            first = next(iter(texts.values()))
            yield CodebookOption(
                kind, tuple((language, texts.get(language, first)) for language in languages)
            )


def _conditions(entries: list[Any]) -> Iterator[Condition]:
    for entry in map(_table, entries):
        codes, others = entry.get("in"), entry.get("not_in")
        yield Condition(
            str(entry.get("question", "")),
            codes=tuple(map(str, codes)) if isinstance(codes, list) else (),
            not_codes=tuple(map(str, others)) if isinstance(others, list) else (),
        )


def _texts(raw: object, languages: tuple[str, ...]) -> Texts:
    """Return a text by language; one without a language stands for each of them."""
    if isinstance(raw, str):
        return tuple((language, raw) for language in languages)
    table = _table(raw)
    return tuple(
        (key, str(table[key])) for key in LANGUAGES if isinstance(table.get(key), str) and table[key]
    )


def _table(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}
