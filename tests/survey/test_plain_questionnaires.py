"""Questionnaires as plain text and Word file: kinds, options, rows, skips, two languages on a line."""

import zipfile

import docx
import pytest
from questionnaire_files import W, write_docx

from survey.drafting.codebooks import plain_text, word
from survey.drafting.codebooks.text_skips import told_skip
from survey.errors import ExportError
from survey.study.questionnaire import Condition

TEXT = """说明：本调查匿名。
1. 1.您的性别：*[单选题]
○男 ○女
2. * 您从哪里了解？ 【多选题】[多选题]
A.电视
B.网络____
C.都没有（与其他选项互斥）

3、每月最多付多少元？[填空题]
______
4. 您住在哪里？[填空题] *
5. 您愿意吗？[单选题]
愿意
不愿意（请跳至第7题）
6. 请打分（1分很差，5分很好）[矩阵量表题]
\t1\t2\t3
收费\t○\t○\t○
饭菜\t○\t○\t○
[段落说明] 谢谢
7. 出生年月？[填空题]
8. 为什么？（第5题选“不愿意”的家长回答）[问答题]
9. 您的情况（已结束的不填）[单选题]
在职（结束作答）
1-2个
"""


@pytest.fixture
def book():
    return plain_text.of_lines("a.txt", TEXT.splitlines())


def test_kinds_options_and_rows(book):
    kinds = {q.name: q.kind for q in book.questions}
    assert list(kinds.values()) == [
        "single", "multiple", "number", "text", "single", "single", "month", "text", "single",
    ]  # fmt: skip
    assert book.question("Q1").texts == (("zh", "您的性别："),)
    assert [o.labels[0][1] for o in book.question("Q1").options] == ["男", "女"]
    ticks = book.question("Q2").options
    assert [(o.labels[0][1], o.typed, o.exclusive) for o in ticks] == [
        ("电视", False, None), ("网络", True, None), ("都没有", False, True),
    ]  # fmt: skip
    assert [row.labels[0][1] for row in book.question("Q6").rows] == ["收费", "饭菜"]
    assert [o.labels[0][1] for o in book.question("Q6").options] == ["1", "2", "3"]
    assert book.question("Q9").options[0].ineligible
    assert [text for note in book.notes for _, text in note] == ["说明：本调查匿名。", "谢谢"]


def test_who_is_asked(book):
    assert book.question("Q6").asked_if == (Condition("Q5", not_codes=("2",)),)
    assert book.question("Q7").asked_if == ()
    assert book.question("Q8").asked_if == (Condition("Q5", codes=("2",)),)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("为什么？（依赖于第1题第1、2个选项）", ("1", "2")), ("Why? (only if question 1 = A, B)", ("1", "2")),
        ("为什么？（第1题选C的回答）", ("3",)), ("为什么？（第1题选“别的”的回答）", ("别的",)),
    ],
)  # fmt: skip
def test_a_question_says_who_answers_it(text, codes):
    ((condition,), _) = told_skip(text, {})
    assert (condition.question, condition.codes) == ("Q1", codes)
    assert told_skip("您的年龄（周岁）", {}) == ((), "")


def test_two_languages_on_a_line():
    lines = [
        "1. 您的年龄？ What is your age?[单选题]",
        "20岁以下 / under 20",
        "20岁及以上 / 20 or over",
        "2. 性别 Sex of yours[单选题]",
        "男 Male",
        "女 Female",
    ]
    first, second = plain_text.of_lines("a.txt", lines).questions
    assert first.texts == (("zh", "您的年龄？"), ("en", "What is your age?"))
    assert first.options[0].labels == (("zh", "20岁以下"), ("en", "under 20"))
    assert second.options[1].labels == (("zh", "女"), ("en", "Female"))


def test_untagged_questions_are_told_by_their_numbers():
    lines = [
        "1. How old are you?",
        "A. under 20",
        "B. 20 to 29",
        "2. Which do you use? (select all that apply)",
        "[ ] bus",
        "[ ] car",
        "3. Anything else?",
    ]
    kinds = [(q.kind, len(q.options)) for q in plain_text.of_lines("a.txt", lines).questions]
    assert kinds == [("single", 2), ("multiple", 2), ("text", 0)]


def test_word_lists_and_tables(tmp_path):
    def item(text, number, level=0):
        listed = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        return f"<w:p>{listed}<w:r><w:t>{text}</w:t></w:r></w:p>"

    cells = "".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("", "好", "差"))
    body = (
        item("您的性别？", 1)
        + item("男", 2)
        + item("女", 2)
        + item("您怎么看？", 1)
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )
    levels = "".join(
        f'<w:abstractNum w:abstractNumId="{i}"><w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/></w:lvl>'
        "</w:abstractNum>"
        f'<w:num w:numId="{i}"><w:abstractNumId w:val="{i}"/></w:num>'
        for i, form in ((1, "decimal"), (2, "upperLetter"))
    )
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
        archive.writestr("word/numbering.xml", f'<w:numbering xmlns:w="{W}">{levels}</w:numbering>')
    assert word.lines_of(path) == ["1. 您的性别？", "A. 男", "B. 女", "2. 您怎么看？", "\t好\t差"]


def test_a_word_file_that_declares_entities_is_refused(tmp_path):
    path = write_docx(tmp_path / "a.docx", "1. x")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><w/>')
    with pytest.raises(ExportError, match="entities"):
        word.lines_of(path)


def test_word_numbers_of_a_style(tmp_path):
    document = docx.Document()
    for text, style in (
        ("How old are you?", "List Number"),
        ("under 30", "List Bullet"),
        ("Sex?", "List Number"),
    ):
        document.add_paragraph(text, style=style)
    document.save(tmp_path / "a.docx")
    assert word.lines_of(tmp_path / "a.docx") == ["1. How old are you?", "○ under 30", "2. Sex?"]


def test_a_matrix_with_single_blanks_between_its_columns():
    lines = [
        "1. 您对下列方面满意还是不满意？[矩阵单选题]",
        "很不满意 不太满意 一般 比较满意 很满意",
        "收费",
        "饭菜和点心",
    ]
    (question,) = plain_text.of_lines("a.txt", lines).questions
    assert (len(question.options), [row.labels[0][1] for row in question.rows]) == (5, ["收费", "饭菜和点心"])
