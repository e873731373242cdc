"""LimeSurvey .lss: the structure of a survey as XML, of the older layout and the newer."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from pathlib import Path

from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion, in_languages
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
    questions: dict[str, CodebookQuestion] = {}
    for row in rows:
        top = row.get("parent_qid", "0") in ("", "0")
        if top and row.get("type", "") in KINDS and row.get("qid", "") not in questions:
            questions[row["qid"]] = _question(row, rows, texts, answers)
    return Codebook(path.name, tuple(questions.values()))


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
        options = (
            *options,
            CodebookOption("other" if kind == "multiple" else "-oth-", (("zh", "其他"), ("en", "Other"))),
        )
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
