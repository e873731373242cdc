"""Codebooks of three platforms: wording, options and skips, and a draft that has them."""

import json
import tomllib

import pytest
import xlsxwriter

import survey
from reports.cli import main
from survey.drafting.codebooks.read import read_codebook
from survey.drafting.codebooks.skips import conditions
from survey.errors import ExportError
from survey.study.questionnaire import Condition

SURVEY = [
    ["type", "name", "label::English (en)", "label::中文 (zh)", "relevant"],
    ["start", "start", "", "", ""],
    ["select_one rel or_other", "rel", "Who are you?", "您是孩子的？", ""],
    ["select_one intent", "intent", "Would you?", "您是否愿意？", ""],
    ["begin_group", "g", "G", "组", ""],
    ["select_multiple why", "why", "Why <b>not</b>?", "为什么？", "${intent} = 'no' or ${intent} = 'unsure'"],
    ["integer", "fee", "Fee?", "费用？", "selected(${why}, 'price') and ${intent} != 'yes'"],
    ["text", "words", "Words?", "其他？", "string-length(${rel}) > 3"],
    ["note", "n", "Thanks", "谢谢", ""],
]
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::中文 (zh)"],
    ["rel", "mother", "Mother", "母亲"],
    ["rel", "father", "Father", "父亲"],
    ["intent", "yes", "Yes", "愿意"],
    ["intent", "no", "No", "不愿意"],
    ["intent", "unsure", "It depends", "看情况"],
    ["why", "price", "Price", "价格"],
    ["why", "quality", "Quality", "质量"],
]


def xlsform(path, survey_rows=SURVEY, choices=CHOICES):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (
            ("survey", survey_rows),
            ("choices", choices),
            ("settings", [["form_title"], ["F"]]),
        ):
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


def test_an_xlsform(tmp_path):
    book = read_codebook(xlsform(tmp_path / "form.xlsx"))
    assert [(q.name, q.kind) for q in book.questions] == [
        ("rel", "single"),
        ("intent", "single"),
        ("why", "multiple"),
        ("fee", "number"),
        ("words", "text"),
    ]
    rel, _, why, fee, words = book.questions
    assert [option.value for option in rel.options] == ["mother", "father", "other"]
    assert why.texts == (("zh", "为什么？"), ("en", "Why not ?"))
    assert why.options[0].labels == (("zh", "价格"), ("en", "Price"))
    assert why.asked_if == (Condition("intent", codes=("no", "unsure")),)
    assert fee.asked_if == (Condition("why", codes=("price",)), Condition("intent", not_codes=("yes",)))
    assert (words.asked_if, words.skip) == ((), "string-length(${rel}) > 3")


def test_a_draft_from_kobo_has_both_languages_and_the_skips(samples, tmp_path):
    export = samples / "kobo_names.csv"
    xlsform(tmp_path / "form.xlsx")
    arguments = [
        "init",
        str(export),
        "--codebook",
        str(tmp_path / "form.xlsx"),
        "--out",
        str(tmp_path / "s.toml"),
    ]
    assert main(arguments) == 0
    found = tomllib.loads((tmp_path / "s.toml").read_text(encoding="utf-8"))["questions"]
    assert found["intent"]["options"]["unsure"] == {"zh": "看情况", "en": "It depends"}
    assert found["why"]["text"] == {"zh": "为什么？", "en": "Why not ?"}
    assert found["why"]["asked_if"] == [{"question": "intent", "in": ["no", "unsure"]}]
    # What the form does not list but people ticked stays.
    assert {"price", "quality", "distance", "young", "family", "other"} <= set(found["why"]["options"])
    study = survey.read_study(tmp_path / "s.toml", read=[samples])
    assert (survey.read_responses(study)["why"].missing == 2).sum() == 8
    for path in tmp_path.glob("margins-*.csv"):
        path.write_text(path.read_text(encoding="utf-8-sig").replace(",,,,", ",900,,,"), encoding="utf-8")
    assert main(["check", str(tmp_path / "s.toml"), "--read", str(export.parent)]) == 0


def test_recode_values_are_those_behind_the_names_of_the_columns(shared):
    folder = shared / "exports" / "real"
    book = read_codebook(folder / "qualtrics_survey.qsf")
    header = (
        (folder / "qualtrics_three_header_rows.csv")
        .read_text(encoding="utf-8-sig")
        .splitlines()[0]
        .split(",")
    )
    export = survey.read_export(folder / "qualtrics_three_header_rows.csv")
    for question in book.questions:
        columns = [c.option for c in export.columns if c.name == question.name and not c.typed]
        values = [
            h.removeprefix(f"{question.name}_")
            for h in header
            if h.startswith(f"{question.name}_") and not h.endswith("TEXT")
        ]
        assert [(o.value, o.labels[0][1]) for o in question.options] == list(
            zip(values, columns, strict=True)
        )


def test_a_display_logic_on_the_choices_of_one_question(tmp_path):
    def element(tag, qid, **more):
        payload = {
            "DataExportTag": tag,
            "QuestionID": qid,
            "QuestionType": "MC",
            "Selector": "SAVR",
            "QuestionText": f"{tag}&nbsp;?",
            "Choices": {"1": {"Display": "Yes"}, "2": {"Display": "No"}},
            "ChoiceOrder": ["1", "2"],
        }
        return {"Element": "SQ", "Payload": payload | more}

    term = {"Operator": "Selected", "ChoiceLocator": "q://QID1/SelectableChoice/2"}
    logic = {
        "0": {"0": term, "1": term | {"ChoiceLocator": "q://QID1/SelectableChoice/1", "Conjuction": "Or"}}
    }
    elements = [
        element("Q1", "QID1", RecodeValues={"1": "11", "2": "12"}),
        element("Q2", "QID2", DisplayLogic=logic),
        element("Q3", "QID3", DisplayLogic={"0": {"0": term | {"Operator": "Displayed"}}}),
    ]
    (tmp_path / "a.qsf").write_text(json.dumps({"SurveyElements": elements}), encoding="utf-8")
    one, two, three = read_codebook(tmp_path / "a.qsf").questions
    assert one.texts == (("en", "Q1 ?"),)
    assert two.asked_if == (Condition("Q1", codes=("12", "11")),)
    assert three.asked_if == ()
    assert "Displayed" in three.skip


NEW = """<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<answers><rows>{answers}</rows></answers><answer_l10ns><rows>{answer_texts}</rows></answer_l10ns>
<questions><rows>{questions}</rows></questions><question_l10ns><rows>{question_texts}</rows></question_l10ns>
<subquestions><rows>{subquestions}</rows></subquestions></document>"""


def rows(*found):
    return "".join(
        "<row>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in one.items()) + "</row>" for one in found
    )


def test_the_newer_lss(tmp_path):
    text = NEW.format(
        answers=rows({"aid": 1, "qid": 7, "code": "AO01"}, {"aid": 2, "qid": 7, "code": "AO02"}),
        answer_texts=rows(
            {"aid": 1, "answer": "Yes", "language": "en"},
            {"aid": 1, "answer": "愿意", "language": "zh-Hans"},
            {"aid": 2, "answer": "No", "language": "en"},
        ),
        questions=rows(
            {"qid": 7, "parent_qid": 0, "title": "G1Q1", "type": "L", "other": "Y", "relevance": 1},
            {"qid": 8, "parent_qid": 0, "title": "G1Q2", "type": "M", "relevance": '((G1Q1.NAOK == "AO02"))'},
        ),
        question_texts=rows(
            {"qid": 7, "question": "<p>Would&nbsp;you?</p>", "language": "en"},
            {"qid": 8, "question": "Why?", "language": "en"},
            {"qid": 9, "question": "Price", "language": "en"},
        ),
        subquestions=rows({"qid": 9, "parent_qid": 8, "title": "SQ001", "type": "T"}),
    )
    (tmp_path / "a.lss").write_text(text, encoding="utf-8")
    one, two = read_codebook(tmp_path / "a.lss").questions
    assert (one.name, one.kind, one.texts) == ("G1Q1", "single", (("en", "Would you?"),))
    assert [o.value for o in one.options] == ["AO01", "AO02", "-oth-"]
    assert one.options[0].labels == (("zh", "愿意"), ("en", "Yes"))
    assert (two.kind, [(o.value, o.labels) for o in two.options]) == (
        "multiple",
        [("SQ001", (("en", "Price"),))],
    )
    assert two.asked_if == (Condition("G1Q1", codes=("AO02",)),)


def test_the_older_lss(tmp_path):
    text = NEW.format(
        answers=rows({"qid": 7, "code": "A1", "answer": "Good", "language": "en"}),
        answer_texts="",
        question_texts="",
        questions=rows(
            {"qid": 7, "parent_qid": 0, "title": "Q1", "type": "F", "question": "How?", "language": "en"},
            {
                "qid": 7,
                "parent_qid": 0,
                "title": "Q1",
                "type": "F",
                "question": "怎样？",
                "language": "zh-Hans",
            },
            {"qid": 5, "parent_qid": 0, "title": "Q2", "type": "Y", "question": "Sure?", "language": "en"},
        ),
        subquestions=rows(
            {"qid": 6, "parent_qid": 7, "title": "SQ001", "question": "Price", "language": "en"}
        ),
    )
    (tmp_path / "a.lss").write_text(text, encoding="utf-8")
    one, two = read_codebook(tmp_path / "a.lss").questions
    assert one.texts == (("zh", "怎样？"), ("en", "How?"))
    assert [(r.value, r.labels) for r in one.rows] == [("SQ001", (("en", "Price"),))]
    assert [o.value for o in one.options] == ["A1"]
    assert [o.value for o in two.options] == ["Y", "N"]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("${a} = 'x'", [Condition("a", codes=("x",))]),
        ("((${a} = 'x'))", [Condition("a", codes=("x",))]),
        ("${a} = 'x' and ${b} = 'y'", [Condition("a", codes=("x",)), Condition("b", codes=("y",))]),
        ("not(selected(${a}, 'x'))", [Condition("a", not_codes=("x",))]),
        ("${a} = 'this and that'", [Condition("a", codes=("this and that",))]),
        ("${a} = 'x' or ${b} = 'y'", []),
        ("${a} != 'x' or ${a} != 'y'", []),
        ("${a} > 3", []),
        ("", []),
        ("(((", []),
        ("system('x')", []),
    ],
)
def test_expressions_are_translated_only_where_nothing_is_lost(expression, found):
    assert conditions(expression) == tuple(found)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "declares entities, which a survey does not need"),
        ("<document><a>", "is not a whole XML file"),
        ("<document/>", "has no questions"),
        ("{", "is not a whole Qualtrics survey"),
        ("{}", "is not a whole Qualtrics survey"),
        ("name,type\n", "is not a recognised codebook; give an XLSForm"),
        ("", "is empty"),
    ],
)
def test_what_is_no_codebook_is_refused(tmp_path, content, message):
    (tmp_path / "book").write_text(content, encoding="utf-8")
    with pytest.raises(ExportError, match=message):
        read_codebook(tmp_path / "book")


def test_a_form_without_its_sheets_is_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("survey").write_row(0, 0, ["a", "b"])
    with pytest.raises(ExportError, match=r"has a header but no responses|has no column|has no sheet"):
        read_codebook(tmp_path / "a.xlsx")
    xlsform(tmp_path / "b.xlsx", survey_rows=[["kind", "name"], ["x", "y"]])
    with pytest.raises(ExportError, match=r'sheet survey: has no column "type"'):
        read_codebook(tmp_path / "b.xlsx")
