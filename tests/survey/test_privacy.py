"""Addresses, accounts, telephone numbers and typed text serve while a file is read and go nowhere.

First what leaves a run, then what is recognised and masked by its shape.
"""

import hashlib
import hmac
import json
import pickle
import secrets
import signal
import zipfile

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf import pages
from small_study import HEADER, answers, as_csv, refusal, replace, write_sound
from tiny_study import tiny_answers

import survey
from reports.cli import main
from survey.errors import ExportError, shown
from survey.identifiers import identifier_by_content, identifier_by_header, looks_like, masked
from survey.privacy import pseudonyms

# What marks an address, an account, a telephone number and typed text of the made-up people.
MARKS = ("203.0.113.", "oWXopenid", "1380013", "TYPEDTEXT")
HEADER = HEADER.replace("来自IP", "来自IP,微信OpenID") + ",8、您的手机号？"
PHONE = '[questions.phone]\nkind = "text"\ncolumn = 8\ntext = "Phone"\n'
TIME, TAKEN, ADDRESS, ACCOUNT, DISTRICT, BIRTH, CONCERNS, FEE = 1, 2, 5, 6, 7, 10, 12, 13


def marked_rows():
    """The rows of the sound study with marked identifiers; every tenth account is blank."""
    rows = []
    for i, row in enumerate(answers()):
        cells = [*row[:ADDRESS], f"203.0.113.{i}(山西-太原)", f"oWXopenid{i:04d}" if i % 10 else "", *row[6:]]
        cells[CONCERNS] += f"〖TYPEDTEXT{i:04d}〗"
        rows.append([*cells, f"1380013{i:04d}"])
    return rows


def write_marked(folder, rows):
    path = write_sound(folder, ("[derived.months]", PHONE + "[derived.months]"))
    (folder / "answers.csv").write_text(as_csv(rows, HEADER), encoding="utf-8")
    return path


def marks_in(data):
    """Return which marks a text or bytes hold."""
    text = data if isinstance(data, str) else data.decode("latin-1")
    return [mark for mark in MARKS if mark in text]


def texts(identifiers):
    return np.array(identifiers, dtype=object)


IDENTIFIERS = st.lists(st.sampled_from(["", "203.0.113.1", "203.0.113.2", "oWXopenid", "a", "A", "价格"]))


@settings(deadline=None, max_examples=80, derandomize=True)
@given(IDENTIFIERS)
def test_pseudonyms_are_equal_where_the_identifiers_are(identifiers):
    found = pseudonyms(texts(identifiers), len(identifiers))
    assert found.shape == (len(identifiers),)
    for one, a in zip(identifiers, found, strict=True):
        assert (a == -1) == (one == "")
        assert a >= -1
        for other, b in zip(identifiers, found, strict=True):
            assert (one == other) == (a == b)


def test_there_are_no_pseudonyms_without_identifiers():
    assert pseudonyms(None, 3).tolist() == [-1, -1, -1]
    assert pseudonyms(texts(["", "", ""]), 3).tolist() == [-1, -1, -1]


@settings(deadline=None, max_examples=40, derandomize=True)
@given(IDENTIFIERS, st.text("0123456789.", min_size=1, max_size=9))
def test_pseudonyms_carry_nothing_of_the_identifiers_themselves(identifiers, prefix):
    # Other people's identifiers in the same places give the same numbers: no hash can lead back.
    others = [one and prefix + one for one in identifiers]
    n = len(identifiers)
    found = pseudonyms(texts(identifiers), n)
    assert found.tolist() == pseudonyms(texts(others), n).tolist()
    assert found.max(initial=-1) < n


@pytest.mark.parametrize("method", ["md5", "sha1", "sha256", "blake2b"])
def test_no_hash_of_an_address_is_its_pseudonym(method):
    addresses = [f"203.0.113.{i}" for i in range(64)]
    found = pseudonyms(texts(addresses), 64)
    digests = [hashlib.new(method, a.encode()).digest() for a in addresses]
    for take in (slice(0, 8), slice(-8, None)):
        for order in ("big", "little"):
            hashed = np.array([int.from_bytes(d[take], order, signed=True) for d in digests])
            assert (hashed == found).sum() == 0
            assert (hashed % 64 == found).sum() < 16
            assert (np.argsort(np.argsort(hashed)) == found).sum() < 16


def test_every_call_makes_its_own_key_and_all_go_through_it(monkeypatch):
    keys, used = [], []

    def token_bytes(n, made=secrets.token_bytes):
        keys.append(made(n))
        return keys[-1]

    def recorded(function):
        def keyed(key, message, method):
            used.append((key, message))
            return function(key, message, method)

        return keyed

    monkeypatch.setattr(secrets, "token_bytes", token_bytes)
    for name in ("new", "digest"):
        monkeypatch.setattr(hmac, name, recorded(getattr(hmac, name)))
    for _ in range(2):
        pseudonyms(texts(["203.0.113.1", "203.0.113.2", "203.0.113.1"]), 3)
    assert [len(key) for key in keys] == [32, 32]
    assert keys[0] != keys[1]
    assert used == [(key, address) for key in keys for address in (b"203.0.113.1", b"203.0.113.2")]


def test_answers_hold_no_identifier_and_screened_ones_no_pseudonym(tmp_path):
    rows = marked_rows()
    rows[7][ACCOUNT] = rows[3][ACCOUNT]
    study = survey.read_study(write_marked(tmp_path, rows))
    export = survey.read_export(tmp_path / "answers.csv")
    assert marks_in(pickle.dumps(export)) == list(MARKS)
    assert [mark for mark in marks_in(repr(export)) if mark in ("203.0.113.", "oWXopenid")] == []
    responses = survey.read_responses(study)
    assert responses.user[7] == responses.user[3] >= 0
    assert len(set(responses.device)) == 200
    assert marks_in(pickle.dumps(responses)) == []
    kept, flow = survey.screen(responses, study)
    assert [step.removed for step in flow.steps if step.rule == "duplicate"] == [1]
    assert set(kept.device) == set(kept.user) == {-1}
    assert len(kept.device) == len(kept.user) == len(kept) == 199


PACKED = (".xlsx", ".docx", ".pptx", ".zip")
WRITTEN = {*PACKED, ".pdf", ".csv", ".json", ".parquet", ".html", ".svg", ".png", ".txt"}


def unpacked(file):
    """The bytes of a file, of a packed one what is packed in it."""
    if file.suffix in PACKED:
        with zipfile.ZipFile(file) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    if file.suffix == ".parquet":
        return str(duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall()).encode()
    return file.read_bytes()


def test_nothing_that_identifies_anybody_leaves_in_a_report(tmp_path, capsys):
    path, out = write_marked(tmp_path, marked_rows()), tmp_path / "printed"
    assert marks_in((tmp_path / "answers.csv").read_text(encoding="utf-8")) == list(MARKS)
    assert main(["report", str(path), "--out", str(out), "--all"]) == 0
    said = capsys.readouterr()
    assert marks_in(said.out + said.err) == []
    files = [p for p in out.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} == WRITTEN
    hashes = [
        hashlib.new(method, cell.encode()).hexdigest()
        for row in marked_rows()[:20]
        for cell in (row[ADDRESS], row[ADDRESS].split("(")[0], row[ACCOUNT] or "-", row[-1])
        for method in ("md5", "sha1", "sha256")
    ]
    for file in files:
        data = unpacked(file)
        assert marks_in(data) == [], file.name
        assert [h for h in hashes if h.encode() in data] == [], file.name
        if file.suffix == ".pdf":
            text = "\n".join(pages(file))
            assert "60%" in text or "appendix" in file.stem
            assert marks_in(text) == [], file.name
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["waves"][0]["flow"]["analysed"] == 200


SPOILED = {
    "time": (TIME, "昨天", 'column "提交答卷时间", row 5'),
    "time taken": (TAKEN, "五分钟", 'column "所用时间", row 5'),
    "option": (DISTRICT, "东区", "row 5, question district"),
    "month": (BIRTH, "去年", "row 5, question birth"),
    "option of several": (CONCERNS, "远〖TYPEDTEXT〗", "row 5, question concerns"),
    "number": (FEE, "很多", "row 5, question fee"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_refused_cell_does_not_give_away_whose_it_is(name, tmp_path, capsys):
    column, cell, where = SPOILED[name]
    rows = marked_rows()
    rows[3][column] = cell
    write_marked(tmp_path, rows)
    line = refusal(tmp_path, capsys)
    assert f"answers.csv, {where}" in line
    assert cell.split("〖")[0] in line
    assert marks_in(line) == []


def test_a_row_with_a_cell_missing_does_not_give_away_whose_it_is(tmp_path, capsys):
    rows = marked_rows()
    del rows[3][TAKEN]
    write_marked(tmp_path, rows)
    line = refusal(tmp_path, capsys)
    assert "answers.csv, row 5" in line
    assert marks_in(line) == []


def test_stray_quotes_that_swallow_rows_do_not_print_them(tmp_path, capsys):
    rows = marked_rows()
    rows[3][DISTRICT], rows[9][DISTRICT] = '"东区', '东区"'
    write_marked(tmp_path, rows)
    line = refusal(tmp_path, capsys)
    assert "answers.csv, row 5: has a cell that opens with a quote" in line
    assert marks_in(line) == []


def test_the_first_answers_are_not_printed_where_the_header_is_missing(tmp_path, capsys):
    write_marked(tmp_path, marked_rows())
    (tmp_path / "answers.csv").write_text(as_csv(marked_rows()[1:], "").lstrip("\n"), encoding="utf-8")
    replace(tmp_path, "study.toml", "column = 1\n", 'column = "您住在哪个区？"\n')
    line = refusal(tmp_path, capsys)
    assert "answers.csv: has answers in its first row; put the row of headers above them" in line
    assert marks_in(line) == []


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
    with pytest.raises(ExportError, match=r'question q: the column "fee" holds telephone numbers') as caught:
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
