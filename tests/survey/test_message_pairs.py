"""Both languages of what the screen says: same keys, same fields, each in its own script and marks."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from reports.language.reader import help_words
from survey.messages.catalogue import catalogue
from survey.messages.lines import line

MESSAGES = Path(__file__).parents[2] / "survey" / "messages"
# Names of a platform's own menus, which are Chinese in any language.
PLATFORM = (
    "问卷星",
    "按选项文本下载",
    "按选项序号下载",
    "按选项文本",
    "按选项序号",
    "您的性别？",
    "待填",
    "136秒",
)
HAN = re.compile(r"[\u4e00-\u9fff]")
# A half-width mark between two hanzi, or a bracket around some.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”][,;:!?] ?[\u4e00-\u9fff“]|[\u4e00-\u9fff] ?\([\u4e00-\u9fff]")
NEVER = ("您填错", "非法", "抱歉", "必须", "！")


def texts_of(entry):
    lists = [entry["one"], entry["other"]] if isinstance(entry, dict) else [entry]
    return [text for parts in lists for text in ([parts] if isinstance(parts, str) else parts)]


def fields_of(entry):
    counted = {entry["count"]} if isinstance(entry, dict) else set()
    named = {name for text in texts_of(entry) for _, name, _, _ in string.Formatter().parse(text) if name}
    # "a, b and 3 more" is "a、b等5项" in Chinese.
    return {"all" if name == "more" and "listed" in named else name for name in counted | named}


def flat(table, above=""):
    for key, value in table.items():
        yield from flat(value, f"{above}{key}.") if isinstance(value, dict) else [(above + key, value)]


def test_each_file_has_its_pair():
    names = [{path.name for path in (MESSAGES / language).iterdir()} for language in ("en", "zh")]
    assert names[0] == names[1]
    for name in names[0]:
        keys = []
        for language in ("en", "zh"):
            groups = tomllib.loads((MESSAGES / language / name).read_text(encoding="utf-8"))
            keys.append({(group, key) for group, part in groups.items() for key in part})
        assert keys[0] == keys[1], name


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_a_message_has_the_same_fields_and_remedies_in_both_languages(key):
    en, zh = catalogue("en")[key], catalogue("zh")[key]
    assert fields_of(en) == fields_of(zh)
    if isinstance(en, list) and isinstance(zh, list):
        assert len(en) == len(zh)


@pytest.mark.parametrize("key", sorted(catalogue("zh")))
def test_chinese_is_written_as_chinese_and_english_as_english(key):
    for text in texts_of(catalogue("zh")[key]):
        assert not HALF_WIDTH.search(re.sub(r"[\[{].*?[\]}]+", "", text)), text  # but in code
        assert not text.endswith(("。", ".", "；")) or key.startswith(("line.", "check.copies", "draft.")), (
            text
        )
        assert not any(word in text for word in NEVER), text
        assert text.count("请") <= 2, text
    for text in texts_of(catalogue("en")[key]):
        for name in PLATFORM:
            text = text.replace(name, "")
        assert not HAN.search(text), text


def test_help_has_the_same_keys_and_fields_in_both_languages():
    en, zh = dict(flat(help_words("en"))), dict(flat(help_words("zh")))
    assert set(en) == set(zh)
    for key in en:
        fields = [re.findall(r"\{\w+\}|%\(\w+\)|%%|%[sr]", text) for text in (en[key], zh[key])]
        if key != "argparse.value" and not key.endswith("power"):
            assert sorted(fields[0]) == sorted(fields[1]), key


def test_a_line_words_what_it_holds():
    inner = line("check.count", n=1200, what=line("missing.blank"))
    said = line("check.question_notes", question="q1", kind="single", answered=3, notes=[inner, inner])
    assert str(said) == "  q1 (single): 3 answered, 1,200 blank, 1,200 blank"
    assert said.told("zh") == "  q1（single）：3份有回答，1,200份未回答、1,200份未回答"
    assert said.told("fr") == str(said)
