"""One questionnaire as the files that platforms keep of it, for the rules on questionnaires."""

import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from survey.drafting.codebooks.codebook import Codebook
from survey.drafting.lint.words import words_of

VECTORS = Path(__file__).parents[1] / "vectors"
KINDS = {"single": "单选题", "multiple": "多选题", "number": "填空题", "month": "填空题", "text": "填空题"}
XLSFORM = {"single": "select_one", "multiple": "select_multiple", "number": "integer", "month": "date"}
LSS = {"single": "L", "multiple": "M", "number": "N", "month": "D", "text": "T"}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def planted():
    """Return the made-up questionnaires with what must be found in each."""
    return json.loads((VECTORS / "questionnaires.json").read_text(encoding="utf-8"))


def tables_of(name, whole):
    """Return a questionnaire of the vectors as the tables of a study file."""
    entry = whole["files"][name]
    languages = entry["languages"]
    questions = {}
    for i, question in enumerate(entry["order"], 1):
        own = entry["questions"].get(question) or in_languages(whole["base"][question], languages)
        questions[question] = {"column": i, **own}
    head = {"id": name, "title": "made up", "publisher": "made up", "population": "parents"}
    return {"study": {**head, "sample": "opt-in", "languages": languages}, "questions": questions}


def in_languages(value, languages):
    """Return tables without the texts of other languages."""
    if not isinstance(value, dict):
        return value
    return {
        k: in_languages(v, languages) for k, v in value.items() if k not in ("zh", "en") or k in languages
    }


def as_toml(value):
    """Return a value as a study file writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {as_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def write_study(path, tables):
    """Write tables as a study file, each question on a line."""
    lines = [f"{key} = {as_toml(value)}" for key, value in tables.items() if key != "questions"]
    lines += ["[questions]", *(f"{name} = {as_toml(table)}" for name, table in tables["questions"].items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _is_none(option):
    return any(words_of(language).find("options.none", text) for language, text in option.labels)


def study_of(book: Codebook):
    """Return a codebook as the tables of a study file; what says "none" excludes the others."""
    questions = {}
    for i, q in enumerate(book.questions, 1):
        options = {
            f"o{o.value}": {
                **dict(o.labels),
                "exclusive": q.kind == "multiple" and _is_none(o),
                "typed": o.typed,
            }
            for o in q.options
        }
        asked_if = [
            {"question": c.question, "in": [f"o{code}" for code in c.codes]}
            if c.codes
            else {"question": c.question, "not_in": [f"o{code}" for code in c.not_codes]}
            for c in q.asked_if
        ]
        table = {"kind": q.kind, "column": i, "text": dict(q.texts)}
        questions[q.name] = table | ({"options": options} if options else {}) | {"asked_if": asked_if}
    languages = list(dict.fromkeys(language for q in book.questions for language, _ in q.texts))
    return {"study": {"id": "x", "title": "x", "languages": languages}, "questions": questions}


def write_xlsform(path, book: Codebook):
    """Write a codebook as an XLSForm."""
    names = {"zh": "label::中文 (zh)", "en": "label::English (en)"}
    languages = list(dict.fromkeys(language for q in book.questions for language, _ in q.texts))
    survey = [["type", "name", *(names[x] for x in languages), "relevant", "constraint", "appearance"]]
    choices = [["list_name", "name", *(names[x] for x in languages)]]
    for q in book.questions:
        form = XLSFORM.get(q.kind, "text") + (f" {q.name}" if q.options else "")
        skip = " and ".join(
            f"({' or '.join(f'''${{{c.question}}} = 'o{code}' ''' for code in c.codes)})"
            if c.codes
            else " and ".join(f"${{{c.question}}} != 'o{code}'" for code in c.not_codes)
            for c in q.asked_if
        )
        alone = [o.value for o in q.options if q.kind == "multiple" and _is_none(o)]
        constraint = " and ".join(f"not(selected(., 'o{v}') and count-selected(.) > 1)" for v in alone)
        shape = "month-year" if q.kind == "month" else ""
        survey.append([form, q.name, *(dict(q.texts)[x] for x in languages), skip, constraint, shape])
        for o in q.options:
            choices.append(
                [q.name, f"o{o.value}", *(dict(o.labels).get(x, o.labels[0][1]) for x in languages)]
            )
            if o.typed:
                other = [f"{q.name}_words", *("请说明" if x == "zh" else "Please specify" for x in languages)]
                survey.append(["text", *other, f"selected(${{{q.name}}}, 'o{o.value}')", "", ""])
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in (("survey", survey), ("choices", choices)):
            sheet = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


def write_qsf(path, book: Codebook):
    """Write a codebook as a Qualtrics survey, in the first language of each text."""
    elements = []
    for i, q in enumerate(book.questions, 1):
        payload = {
            "QuestionText": q.texts[0][1],
            "DataExportTag": q.name,
            "QuestionID": f"QID{i}",
            "QuestionType": "MC" if q.options else "TE",
            "Selector": "MAVR" if q.kind == "multiple" else "SAVR" if q.options else "SL",
        }
        if q.options:
            payload["Choices"] = {
                o.value: {"Display": o.labels[0][1]}
                | ({"TextEntry": "true"} if o.typed else {})
                | ({"ExclusiveAnswer": True} if q.kind == "multiple" and _is_none(o) else {})
                for o in q.options
            }
        if q.kind == "number":
            payload["Validation"] = {"Settings": {"ContentType": "ValidNumber"}}
        if q.asked_if:
            payload["DisplayLogic"] = {"0": {"0": {"LogicType": "Question", "Operator": "NotSelected"}}}
        elements.append({"Element": "SQ", "Payload": payload})
    path.write_text(json.dumps({"SurveyEntry": {}, "SurveyElements": elements}), encoding="utf-8")
    return path


def write_lss(path, book: Codebook):
    """Write a codebook as a LimeSurvey structure of the older layout, in the first language of each text."""
    rows, answers, settings = [], [], []
    for i, q in enumerate(book.questions, 1):
        other = any(o.typed for o in q.options)
        common = {"qid": i, "parent_qid": 0, "type": LSS[q.kind], "title": q.name, "language": q.texts[0][0]}
        skip = f'{q.asked_if[0].question} != "3"' if q.asked_if else "1"
        rows.append(common | {"question": q.texts[0][1], "other": "Y" if other else "N", "relevance": skip})
        for o in q.options:
            if o.typed:
                continue
            if q.kind == "multiple":
                below = {
                    "qid": f"{i}{o.value}0",
                    "parent_qid": i,
                    "title": o.value,
                    "language": o.labels[0][0],
                }
                rows.append(below | {"question": o.labels[0][1], "type": "T"})
            else:
                answers.append(
                    {"qid": i, "code": o.value, "answer": o.labels[0][1], "language": o.labels[0][0]}
                )
        alone = ";".join(o.value for o in q.options if q.kind == "multiple" and _is_none(o))
        if alone:
            settings.append({"qid": i, "attribute": "exclude_all_others", "value": alone})
    xml = "".join(
        f"<{table}><rows>"
        + "".join(
            "<row>" + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items()) + "</row>"
            for row in rows_
        )
        + f"</rows></{table}>"
        for table, rows_ in (("questions", rows), ("answers", answers), ("question_attributes", settings))
    )
    path.write_text(f"<document>{xml}</document>", encoding="utf-8")
    return path


def write_docx(path, text):
    """Write a text as a Word file, a paragraph a line."""
    lines = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.splitlines())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{lines}</w:body></w:document>'
        )
    return path
