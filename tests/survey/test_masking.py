"""Personal data of a fixed shape is found wherever it stands, and nothing else is taken for it."""

import signal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_study import tiny_answers

from survey.errors import ExportError, shown
from survey.privacy import identifier_by_content, identifier_by_header, looks_like, masked


@pytest.mark.parametrize(
    ("text", "kind"),
    [("13812345678", "telephone number"), ("138-1234-5678", "telephone number"),
     ("+86 13812345678", "telephone number"),
     ("１３８１２３４５６７８", "telephone number"), ("0351-7654321", "telephone number"),
     ("140105199003071234", "identity number"), ("14010519900307123X", "identity number"),
     ("a.b@example.org", "e-mail address"), ("203.0.113.84", "network address"),
     ("oABCDEFGHIJKLMNOPQRSTUVWXYZ1", "account name"), ("37.87060, 112.54880", "coordinates")],
)  # fmt: skip
def test_what_identifies_people_is_told_by_its_shape(text, kind):
    assert looks_like(text) == kind
    assert masked(f"请联系{text}，谢谢") == f"请联系[{kind}],谢谢"
    assert kind in shown(f"x {text}")


@pytest.mark.parametrize(
    "text",
    ["", "3000", "12,500", "2021-05-03", "20210503", "25~36个月", "3.5", "37.87", "价格太高", "a@b", "1.2.3",
     "23812345678", "138123456789", "北京 朝阳"],
)  # fmt: skip
def test_ordinary_answers_are_left_alone(text):
    assert looks_like(text) == ""
    assert masked(text) == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=20), st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.text(max_size=20))
def test_no_telephone_number_survives_masking(before, number, after):
    assert number not in masked(f"{before} {number} {after}")


@pytest.mark.parametrize(
    ("header", "kind"),
    [("您的手机号码？", "telephone number"), ("姓名", "name"), ("Recipient First Name", "name"),
     ("身份证号", "identity number"),
     ("Email Address", "e-mail address"), ("纬度", "coordinates"), ("来自IP", "network address"),
     ("微信OpenID", "account name"),
     ("家庭住址（详细地址）", "address")],
)  # fmt: skip
def test_headers_that_name_an_identifier(header, kind):
    assert identifier_by_header(header) == kind


@pytest.mark.parametrize(
    "header", ["您住在哪个区？", "孩子的月龄是？", "What matters most?", "手机是谁在用", "您的性别"]
)
def test_headers_that_do_not(header):
    assert identifier_by_header(header) == ""


def test_a_column_is_what_most_of_its_cells_are():
    phones = np.array(["13812345678", "13912345678", "无", ""], dtype=object)
    assert identifier_by_content(phones) == "telephone number"
    assert identifier_by_content(np.array(["13812345678", "无", "不便"], dtype=object)) == ""
    assert identifier_by_content(np.array(["", ""], dtype=object)) == ""


def test_a_question_whose_kept_answers_identify_people_is_refused_without_quoting_them(tmp_path):
    question = '[questions.q]\nkind = "number"\ncolumn = "fee"\ntext = "Fee"\n'
    fees = "n,fee\n1,13812345678\n2,13912345678\n"
    with pytest.raises(ExportError, match=r'question q: holds telephone numbers under "fee"') as caught:
        tiny_answers(tmp_path, question, fees)
    assert "138" not in str(caught.value)
    kept = tiny_answers(tmp_path, question.replace('"number"', '"text"'), fees)
    assert not kept["q"].values.any()


def test_a_number_typed_in_the_wrong_field_is_not_printed(tmp_path):
    question = '[questions.q]\nkind = "single"\ncolumn = "place"\ntext = "Place"\noptions.a = { en = "a" }\n'
    with pytest.raises(ExportError, match=r'"call \[telephone number\]" is not one of its options'):
        tiny_answers(tmp_path, question, "n,place\n1,a\n2,a\n3,call 13912345678\n")


def _give_up(*_):
    raise AssertionError("it starts again at every letter")


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "1" * 300_000, "1.23456" + " " * 300_000, "a@" + "a." * 150_000]
)
def test_a_long_cell_is_masked_in_a_moment(text):
    """Patterns that start again at every letter took minutes over such a cell."""
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(30)
    try:
        assert len(masked(text)) <= len(text)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
