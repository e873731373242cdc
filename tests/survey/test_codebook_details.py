"""What codebooks say beside wording and options: exclusive answers, typed words, limits, order, numbers."""

import json

import pytest
import xlsxwriter

from survey.drafting.codebooks.read import read_codebook


@pytest.fixture
def xlsform(tmp_path):
    survey = [
        ["type", "name", "label", "relevant", "constraint", "appearance", "parameters"],
        ["note", "intro", "Welcome", "", "", "", ""],
        [
            "select_multiple w",
            "why",
            "Why?",
            "",
            "not(selected(., 'none') and count-selected(.) > 1)",
            "",
            "",
        ],
        ["text", "words", "Which?", "selected(${why}, 'other')", "", "", ""],
        ["select_multiple w", "most", "Most?", "", "count-selected(.) < 4", "", "randomize=true"],
        ["date", "born", "Born?", "", "", "", ""],
        ["date", "month", "Month?", "", "", "month-year", ""],
    ]
    choices = [["list_name", "name", "label"], *(["w", name, name] for name in ("price", "other", "none"))]
    with xlsxwriter.Workbook(tmp_path / "form.xlsx") as book:
        for name, rows in (("survey", survey), ("choices", choices)):
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return read_codebook(tmp_path / "form.xlsx")


def test_xlsform(xlsform):
    why, _, most, born, month = xlsform.questions
    assert [(o.exclusive, o.typed) for o in why.options] == [(False, False), (False, True), (True, False)]
    assert (why.most, most.most, most.shown, why.shown) == (0, 3, "random", "fixed")
    assert (born.day, month.day) == (True, False)
    assert xlsform.notes == ((("en", "Welcome"),),)


def test_qsf(tmp_path):
    def payload(name, **own):
        return {
            "Element": "SQ",
            "Payload": {"QuestionText": name, "DataExportTag": name, "QuestionID": name, **own},
        }

    choices = {
        "1": {"Display": "Price"},
        "2": {"Display": "Other", "TextEntry": "true"},
        "3": {"Display": "None", "ExclusiveAnswer": True},
    }
    ticks = {"QuestionType": "MC", "Selector": "MAVR", "Choices": choices}
    number = {"QuestionType": "TE", "Validation": {"Settings": {"ContentType": "ValidNumber"}}}
    elements = [
        payload("why", **ticks, Randomization={"Type": "All"}, Validation={"Settings": {"MaxChoices": "2"}}),
        payload("fee", **number),
        payload("words", QuestionType="TE"),
        payload("hello", QuestionType="DB"),
    ]
    path = tmp_path / "a.qsf"
    path.write_text(json.dumps({"SurveyElements": elements}), encoding="utf-8")
    book = read_codebook(path)
    why, fee, words = book.questions
    assert [(o.exclusive, o.typed) for o in why.options] == [(False, False), (False, True), (True, False)]
    assert (why.most, why.shown, fee.kind, words.kind) == (2, "random", "number", "text")
    assert book.notes == ((("en", "hello"),),)


def test_lss(tmp_path):
    def table(name, *rows):
        cells = ("<row>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items()) + "</row>" for row in rows)
        return f"<{name}><rows>{''.join(cells)}</rows></{name}>"

    top = {"parent_qid": 0, "language": "en"}
    text = table(
        "questions",
        {"qid": 1, "type": "M", "title": "why", "question": "Why?", "other": "Y", **top},
        {"qid": 2, "type": "D", "title": "born", "question": "Born?", **top},
        {"qid": 3, "type": "X", "title": "x", "question": "Welcome", **top},
        {"qid": 11, "type": "T", "title": "SQ1", "question": "Price", "parent_qid": 1, "language": "en"},
        {"qid": 12, "type": "T", "title": "SQ2", "question": "None", "parent_qid": 1, "language": "en"},
    ) + table(
        "question_attributes",
        {"qid": 1, "attribute": "exclude_all_others", "value": "SQ2"},
        {"qid": 1, "attribute": "max_answers", "value": "2"},
        {"qid": 1, "attribute": "random_order", "value": "1"},
        {"qid": 2, "attribute": "date_format", "value": "mm/yyyy"},
    )
    path = tmp_path / "a.lss"
    path.write_text(f"<document>{text}</document>", encoding="utf-8")
    book = read_codebook(path)
    why, born = book.questions
    assert [(o.value, o.exclusive, o.typed) for o in why.options] == [
        ("SQ1", False, False),
        ("SQ2", True, False),
        ("other", False, True),
    ]
    assert (why.most, why.shown, born.day) == (2, "random", False)
    assert book.notes == ((("en", "Welcome"),),)


def test_redcap(tmp_path):
    path = tmp_path / "dictionary.csv"
    path.write_text(
        "Variable / Field Name,Form Name,Field Type,Field Label,"
        '"Choices, Calculations, OR Slider Labels",Field Annotation\n'
        'why,f,checkbox,Why?,"1, Price | 2, None","@NONEOFTHEABOVE=2 @MAXCHECKED=1"\n'
        "hello,f,descriptive,Welcome,,\n",
        encoding="utf-8",
    )
    book = read_codebook(path)
    (why,) = book.questions
    assert [o.exclusive for o in why.options] == [False, True]
    assert (why.most, book.notes) == (1, ((("en", "Welcome"),),))
