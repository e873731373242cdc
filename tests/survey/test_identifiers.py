"""What identifies people is told by header and by shape, and what only resembles it is left alone."""

import signal
import tomllib
from pathlib import Path

import numpy as np
import pytest
from small_study import write_sound
from tiny_study import tiny_answers

import survey
from reports.cli import main
from survey.drafting.questions import draft_questions
from survey.drafting.study_text import draft_study
from survey.errors import ExportError
from survey.identifiers import are_personal_names, asks_for_name, identifier_by_content, looks_like, masked

ROOT = Path(__file__).parents[2]
PEOPLE = ["王女士", "李先生", "张老师", "陈妈妈", "刘女士", "杨先生"]


def column(cells):
    return np.array(cells, dtype=object)


def questions_of(folder, table):
    """The questions drafted from a table, by header: the reason they are left out, or their kind."""
    (folder / "a.csv").write_text(table, encoding="utf-8")
    drafts = draft_questions(survey.read_export(folder / "a.csv"))
    return {draft.text: str(draft.left_out or draft.kind) for draft in drafts}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6222021234567890128", "bank card number"), ("6222 0212 3456 7890 128", "bank card number"),
        ("03517654321", "telephone number"), ("01012345678", "telephone number"),
        ("(0351)7654321", "telephone number"), ("+33 6 12 34 56 78", "telephone number"),
        ("+1 (212) 555-0187", "telephone number"), ("1.38E+10", "telephone number"),
        ("13812345678.0", "telephone number"), ("1.40105E+17", "identity number"),
        ("QQ：123456789", "account name"), ("qq 1234567", "account name"),
        ("wxid_a1b2c3d4e5f6", "account name"),
        ("微信号abc_12345", "account name"), ("E12345678", "passport number"),
        ("EA1234567", "passport number"),
        ("G12345678", "passport number"), ("晋A12345", "number plate"), ("晋AD12345", "number plate"),
        ("2001:db8::8a2e:370:7334", "network address"), ("fe80:0:0:0:a:b:c:d", "network address"),
        ("王女士", "name"), ("欧阳老师", "name"), ("李小明先生", "name"), ("Mrs. Smith", "name"),
    ],
)  # fmt: skip
def test_a_shape_is_recognised_alone_and_within_a_text(text, kind):
    assert looks_like(text) == kind
    found = masked(f"请找{text}, 谢谢")
    assert f"[{kind}]" in found or kind == "name"
    assert f"[{kind}]" in masked(f"请, {text}, 谢谢")


@pytest.mark.parametrize(
    "text",
    [
        "6222021234567890123", "1234567890123456", "2024090210300012", "8:00-12:00", "1:3", "00:02:16", "::",
        "10:30:00", "1.38E+9", "0351", "+5", "+1000", "3000-5000", "QQ", "微信 Facebook 抖音",
        "微信群", "G20", "E1", "晋城", "新A区", "京东", "有关老师的意见", "信任老师", "高中老师", "全职妈妈",
        "高龄女士", "白领小姐", "孩子妈妈", "2019-2020",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16",
        "12,345,678,901", "Miss the bus", "Mr", "0.000123456789", "0-799元", "周一老师来",
    ],
)  # fmt: skip
def test_what_only_resembles_one_is_left_alone(text):
    assert looks_like(text) == ""
    assert masked(text) == text


@pytest.mark.parametrize(
    "header",
    [
        "怎么称呼您？", "3、请问怎么称呼您更方便", "您贵姓", "联系人", "联系人姓名（必填）", "家长姓名",
        "孩子姓名",
        "您的称呼", "称呼", "提交者", "提交者（自动）", "填写人", "填表人",
        "推荐人", "调查员", "微信名", "请填写您孩子的姓名：",
        "您孩子的名字叫什么？", "Q2. Your name", "What should we call you?", "Name", "Full name *",
        "Child's name",
        "What is your name?", "Nickname", "Name of child", "真实姓名", "请输入您的昵称",
    ],
)  # fmt: skip
def test_headers_that_ask_for_a_name(header):
    assert asks_for_name(header)


@pytest.mark.parametrize(
    "header",
    [
        "您是否愿意留下姓名？", "孩子的名字是谁取的？", "幼儿园名字", "品牌的名字", "您最喜欢的老师姓名",
        "School name",
        "Name of your district", "Brand name", "Can we call you?", "您住在哪个区？", "主要照护人",
        "May we use your name?",
    ],
)  # fmt: skip
def test_headers_that_only_mention_one(header):
    assert not asks_for_name(header)


def test_names_are_left_out_however_few_differ_and_reach_no_file(tmp_path, capsys):
    lines = "\n".join(
        f"{PEOPLE[i % 3]},{PEOPLE[3 + i % 3]},{('城东', '城西')[i % 2]},1.{38 + i % 3}E+10" for i in range(30)
    )
    (tmp_path / "a.csv").write_text(f"怎么称呼您？,推荐给谁,您住在哪个区？,电话\n{lines}\n", encoding="utf-8")
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    said = capsys.readouterr().out
    for header, kind in (("怎么称呼您？", "name"), ("推荐给谁", "name"), ("电话", "telephone number")):
        assert f"left out, {kind}: {header}" in said
    written = said + "".join(p.read_text("utf-8-sig") for p in tmp_path.iterdir() if p.name != "a.csv")
    assert not [name for name in (*PEOPLE, "E+10") if name in written]
    assert "城东" in written


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("填写人", "妈妈 爸爸 爷爷奶奶"), ("监护人", "父亲 母亲 祖父/祖母"), ("您的称呼", "先生 女士"),
        ("联系人", "1分 3分 5分"), ("Respondent's name", "Mother Father Other"),
    ],
)  # fmt: skip
def test_who_somebody_is_to_the_child_is_a_question_whatever_its_header(tmp_path, header, cells):
    cells = cells.split()
    table = f"{header},n\n" + "".join(f"{cells[i % len(cells)]},{i}\n" for i in range(12))
    assert questions_of(tmp_path, table)[header] == "single"


NAMES = [f"{surname}{given}" for surname in "王李张刘" for given in ("伟", "秀英", "小明")]
VILLAGES = ["王家峰", "李家庄", "张家沟", "刘家堡", "陈庄", "高村", "马庄", "郝庄"]


def test_a_column_of_names_needs_a_header_that_could_ask_for_people(tmp_path):
    assert are_personal_names(column(NAMES))
    assert not are_personal_names(column(["王伟", "李娜"] * 20))
    assert questions_of(tmp_path, "谁填写\n" + "\n".join(NAMES))["谁填写"] == "name"
    few = "\n".join(f"{name},{name}" for name in NAMES[:4])
    assert questions_of(tmp_path, f"孩子,小区\n{few}\n") == {"孩子": "name", "小区": "single"}
    places = "".join(f"{VILLAGES[i % 8]}\n" for i in range(40))
    for header in ("您住在哪个村？", "您家长住在哪个村？"):
        assert questions_of(tmp_path, f"{header}\n{places}")[header] == "single"


def test_an_answer_with_a_telephone_number_in_it_is_no_option(tmp_path):
    table = "您住在哪个区？,n\n" + "".join(f"{('城东', '城西')[i % 2]},{i}\n" for i in range(20))
    (tmp_path / "a.csv").write_text(table + "城东 请电13812345678,20\n", encoding="utf-8")
    draft = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv")
    assert "138" not in draft.study + "".join(draft.margins.values())
    assert (
        "# an answer holds a telephone number: without it in the file this is a list of options"
        in draft.study
    )


def test_the_share_of_a_kind_counts_people():
    cells, people = column(["13812345678", "3000"]), np.array([3, 1])
    assert identifier_by_content(cells) == ""
    assert identifier_by_content(cells, people) == "telephone number"


def test_long_numbers_are_no_bank_cards_because_some_pass_the_check():
    numbers = column([str(5_000_000_000_000_000_000 + 7919 * i) for i in range(100)])
    cards = [number for number in numbers if looks_like(number)]
    assert len(cards) == 13  # of a hundred, by chance
    assert identifier_by_content(numbers, least=0.01) == ""
    assert identifier_by_content(column(cards), least=0.01) == "bank card number"


FEE = '[questions.fee]\nkind = "number"\ncolumn = "fee"\ntext = "Fee"\n'


@pytest.mark.parametrize(("phones", "refused"), [(1, False), (2, True)])
def test_a_number_question_may_not_hold_two_telephone_numbers_in_a_hundred(tmp_path, phones, refused):
    cells = [f"1381234567{i}" for i in range(phones)] + ["3000"] * (100 - phones)
    text = "n,fee\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    if refused:
        with pytest.raises(ExportError, match='question fee: the column "fee" holds telephone numbers'):
            tiny_answers(tmp_path, FEE, text)
    else:
        assert tiny_answers(tmp_path, FEE, text)["fee"].values.max() > 1e10


def test_two_in_a_thousand_are_no_noticeable_part(tmp_path):
    text = "n,fee\n" + "".join(f"{i},{13812345670 + i if i < 2 else 3000}\n" for i in range(1000))
    assert (tiny_answers(tmp_path, FEE, text)["fee"].values > 1e10).sum() == 2


@pytest.mark.parametrize(
    ("header", "cell"),
    [("备注", "王{0}伟"), ("联系人", "a{0}"), ("编号", "wxid_abc{0:04d}"), ("序列", "E1234{0:04d}")],
)
def test_weights_are_not_written_by_a_column_that_names_people(tmp_path, capsys, header, cell):
    write_sound(tmp_path)
    lines = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    han = [chr(0x4E00 + i) for i in range(200)]
    keys = [cell.format(han[i] if "王" in cell else i) for i in range(len(lines) - 1)]
    lines = [f"{lines[0]},{header}", *(f"{line},{key}" for line, key in zip(lines[1:], keys, strict=True))]
    (tmp_path / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert (
        main(["estimate", str(tmp_path / "study.toml"), "--weights", header, "--out", str(tmp_path / "o")])
        == 2
    )
    error = capsys.readouterr().err
    assert "which reach no output" in error
    assert not [key for key in keys if key in error]


def test_nothing_of_the_demonstration_is_called_an_identifier():
    def texts(value):
        if isinstance(value, dict):
            return [text for pair in value.items() for one in pair for text in texts(one)]
        if isinstance(value, list):
            return [text for one in value for text in texts(one)]
        return [value] if isinstance(value, str) else []

    study = tomllib.loads((ROOT / "data" / "taiyuan" / "study.toml").read_text(encoding="utf-8"))
    found = texts({name: study[name] for name in ("questions", "derived", "waves", "weighting")})
    assert len(found) > 200
    assert [text for text in found if masked(text) != text] == []
    export = survey.read_export(ROOT / "data" / "taiyuan" / "responses-2024-text.xlsx")
    assert [(q.text, q.left_out) for q in draft_questions(export) if q.left_out] == []


LISTS = {
    "您住在哪个村？": VILLAGES,
    "您住在哪个区？": ["小店区", "迎泽区", "杏花岭区", "万柏林区", "古交市", "清徐县", "阳曲县", "娄烦县"],
    "每月费用？": ["0-799元", "800-1499元", "1500-2999元", "3000元以上"],
    "最信任谁？": ["班主任", "任课老师", "高中老师", "校长", "医生"],
    "从哪里知道？": ["微信", "QQ", "抖音", "朋友", "老师介绍", "12345热线"],
    "您的年龄段": ["1970-1979", "1980-1989", "1990-1999", "2000-2009"],
    "常用的车": ["京东", "新能源车", "大众A4", "G20", "E63"],
    "联系老师的次数": ["0次", "1-2次", "3-5次"],
    "您是孩子的": ["妈妈", "爸爸", "奶奶", "爷爷", "高龄妈妈", "全职妈妈"],
}


@pytest.mark.parametrize("header", LISTS)
def test_lists_of_options_stay_questions(tmp_path, header):
    cells = "".join(f"{LISTS[header][i % len(LISTS[header])]},{i}\n" for i in range(60))
    assert questions_of(tmp_path, f"{header},n\n{cells}")[header] == "single"


def test_of_the_sample_exports_no_question_is_taken_for_an_identifier(samples):
    left_out = {}
    for path in sorted(samples.iterdir()):
        if path.suffix in (".csv", ".xlsx") and "dictionary" not in path.name:
            drafts = draft_questions(survey.read_export(path))
            left_out |= {draft.text: draft.left_out for draft in drafts if draft.left_out}
    assert left_out == {}  # accounts and addresses are each platform's own columns


def _give_up(*_):
    raise AssertionError("it starts again at every letter")


@pytest.mark.parametrize(
    "text",
    ["+" * 300_000, "1 " * 150_000, "1234 " * 60_000, "a:" * 150_000, "f" * 300_000, "qq" * 150_000,
     "微信" * 150_000,
     "王" * 300_000, "晋A" * 150_000, "wxid_" * 60_000, "1.3E" * 75_000, "o" * 26 + "." * 300_000],
)  # fmt: skip
def test_a_long_cell_is_masked_in_a_moment(text):
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(30)
    try:
        assert masked(text)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
