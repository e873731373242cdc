"""LimeSurvey .lss: the structure of a survey as XML, of the older layout and the newer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from survey.drafting.codebooks.codebook import (
    Codebook,
    CodebookOption,
    CodebookQuestion,
    Texts,
    in_languages,
)
from survey.drafting.codebooks.skips import conditions
from survey.errors import ExportError
from survey.study.questionnaire import Kind

Row = Mapping[str, str]
KINDS: dict[str, Kind] = {
    **dict.fromkeys("L!OYGI5", "single"),
    **dict.fromkeys("MPR", "multiple"),
    **dict.fromkeys("NK", "number"),
    "D": "month",
    **dict.fromkeys("STUQ", "text"),
    **dict.fromkeys("FHABCE1", "single"),
}
ARRAYS = "FHABCE1"
READ_ONLY = "X"
BUILT_IN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Y": (("Y", "是", "Yes"), ("N", "否", "No")),
    "G": (("F", "女", "Female"), ("M", "男", "Male")),
    "5": tuple((str(i), str(i), str(i)) for i in range(1, 6)),
    "A": tuple((str(i), str(i), str(i)) for i in range(1, 6)),
    "B": tuple((str(i), str(i), str(i)) for i in range(1, 11)),
}


def read(path: Path) -> Codebook:
    """Return the codebook of an .lss file.

    Raises
    ------
    ExportError
        If it is not a whole XML file, declares entities of its own, or holds no questions.
    """
    data = path.read_bytes()
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ExportError(path.name, key="codebook.entities")
    try:
        root = ET.fromstring(data)
    except (ET.ParseError, ValueError) as error:
        raise ExportError(path.name, key="codebook.not_xml", reason=str(error)) from None
    tables: dict[str, list[Row]] = {
        table.tag: [{cell.tag: (cell.text or "").strip() for cell in row} for row in table.iter("row")]
        for table in root
    }
    rows = [*tables.get("questions", ()), *tables.get("subquestions", ())]
    if not rows:
        raise ExportError(path.name, key="codebook.no_questions")
    texts = _texts(tables, "question_l10ns", "qid", "question")
    labels = _texts(tables, "answer_l10ns", "aid", "answer")
    by_option: dict[tuple[str, str], list[tuple[str, object]]] = {}
    for row in tables.get("answers", ()):
        older = [(row.get("language", ""), row.get("answer", ""))]
        option = row.get("qid", ""), row.get("code", "")
        by_option.setdefault(option, []).extend(labels.get(row.get("aid", "-"), []) or older)
    answers: dict[str, list[CodebookOption]] = {}
    for (qid, code), pairs in by_option.items():
        answers.setdefault(qid, []).append(CodebookOption(code, in_languages(pairs) or (("en", code),)))
    settings: dict[str, dict[str, str]] = {}
    for row in tables.get("question_attributes", ()):
        settings.setdefault(row.get("qid", ""), {})[row.get("attribute", "")] = row.get("value", "")
    questions: dict[str, CodebookQuestion] = {}
    for row in rows:
        top = row.get("parent_qid", "0") in ("", "0")
        if top and row.get("type", "") in KINDS and row.get("qid", "") not in questions:
            question = _question(row, rows, texts, answers)
            questions[row["qid"]] = _with_settings(question, settings.get(row["qid"], {}))
    spoken = {row.get("surveyls_language", "") for row in tables.get("surveys_languagesettings", ())}
    declared = dict(in_languages((language, language) for language in sorted(spoken)))
    notes = tuple(filter(None, _notes(tables, rows, texts)))
    return Codebook(path.name, tuple(questions.values()), notes, tuple(declared))


def _notes(
    tables: Mapping[str, list[Row]], rows: Iterable[Row], texts: Mapping[str, list[tuple[str, object]]]
) -> Iterator[Texts]:
    """Yield what is read and not answered: the welcome, and texts between questions."""
    welcome = tables.get("surveys_languagesettings", ())
    yield in_languages((row.get("surveyls_language", ""), row.get("surveyls_welcometext")) for row in welcome)
    for row in rows:
        if row.get("type") == READ_ONLY:
            older = [(row.get("language", ""), row.get("question", ""))]
            yield in_languages(texts.get(row.get("qid", ""), []) or older)


def _with_settings(question: CodebookQuestion, settings: Mapping[str, str]) -> CodebookQuestion:
    """Return a question with its attributes: exclusive answers, the most that may be chosen, the order."""
    alone = set(re.split(r"[;,]", settings.get("exclude_all_others", "")))
    most, date = settings.get("max_answers", ""), settings.get("date_format", "")
    options = question.options
    if question.kind == "multiple":
        options = tuple(replace(option, exclusive=option.value in alone) for option in options)
    random = settings.get("random_order", settings.get("answer_order", "0")) in ("1", "random")
    return replace(
        question,
        options=options,
        most=int(most) if most.isdecimal() and int(most) < len(options) else 0,
        shown="random" if random else "fixed",
        day=question.kind == "month" and "d" in date.casefold(),
        constraint=settings.get("em_validation_q", ""),
    )


def _texts(
    tables: Mapping[str, list[Row]], table: str, key: str, field: str
) -> dict[str, list[tuple[str, object]]]:
    """Return the texts of each id by language, from a table of the newer layout."""
    texts: dict[str, list[tuple[str, object]]] = {}
    for row in tables.get(table, ()):
        texts.setdefault(row.get(key, ""), []).append((row.get("language", ""), row.get(field, "")))
    return texts


def _question(
    row: Row,
    rows: Iterable[Row],
    texts: Mapping[str, list[tuple[str, object]]],
    answers: Mapping[str, list[CodebookOption]],
) -> CodebookQuestion:
    qid, code = row["qid"], row["type"]
    below: dict[str, list[tuple[str, object]]] = {}
    for line in rows:
        if line.get("parent_qid") == qid:
            older = [(line.get("language", ""), line.get("question", ""))]
            below.setdefault(line.get("title", ""), []).extend(texts.get(line.get("qid", ""), []) or older)
    inner = tuple(CodebookOption(title, in_languages(t) or (("en", title),)) for title, t in below.items())
    options = tuple(answers.get(qid, ())) or tuple(
        CodebookOption(value, (("zh", zh), ("en", en))) for value, zh, en in BUILT_IN.get(code, ())
    )
    kind = KINDS[code]
    if kind == "multiple" and inner:
        options = inner
    if row.get("other") == "Y":
        code = "other" if kind == "multiple" else "-oth-"
        options = (*options, CodebookOption(code, (("zh", "其他"), ("en", "Other")), typed=True))
    older = [(line.get("language", ""), line.get("question", "")) for line in rows if line.get("qid") == qid]
    skip = row.get("relevance", "")
    skip = "" if skip == "1" else skip  # always
    return CodebookQuestion(
        name=row.get("title", qid),
        kind=kind,
        texts=in_languages(texts.get(qid, []) or older) or (("en", row.get("title", qid)),),
        options=options if kind in ("single", "multiple") else (),
        rows=inner if code in ARRAYS else (),
        asked_if=conditions(skip) if skip else (),
        skip=skip,
    )
