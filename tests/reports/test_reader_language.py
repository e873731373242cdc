"""The language at the screen: who decides it, that everything follows it, and that no result does."""

import argparse
import re
import shutil
from pathlib import Path

import pytest
from small_study import replace, write_sound

from reports.cli import main
from reports.language.reader import reader_language

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "data" / "taiyuan" / "study.toml"
# What may stand in a Chinese line as it is: code, names of files, keys and programs, values that were typed.
CODE = re.compile(
    r"“[^”]*”|TOML格式（.*?）；|\[[^\]]*\]"
    r"|[\w./-]+\.(?:toml|csv|xlsx|json|pdf)|\w+ = \S+|--[\w-]+|[a-z]+_[a-z_0-9]+"
    r"|parent-intent(?: \w+)?|UTF-8|TOML|CSV|Excel|WPS|PDF|xlsx|JSON|/\S+"
)


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["check", "x", "--lang", "zh"], {"PARENT_INTENT_LANG": "en"}, "zh"),
        (["--lang=en", "check", "x"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["check", "x"], {"PARENT_INTENT_LANG": "zh", "LC_ALL": "en_GB.UTF-8"}, "zh"),
        (["check", "x"], {"LC_ALL": "zh_TW.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        (["check", "x"], {"LANG": "zh-Hans"}, "zh"),
        (["check", str(STUDY)], {"LANG": "C.UTF-8"}, "zh"),  # the study's first language
        (["check", str(STUDY)], {"LANG": "fr_FR.UTF-8"}, "zh"),
        (["check", "none.toml"], {}, ""),
    ],
)
def test_the_first_that_tells_the_language_decides(arguments, environment, language):
    found, others = reader_language(arguments, environment)
    assert found == language
    assert others == [argument for argument in arguments if argument not in ("--lang", "zh", "--lang=en")]


def test_a_language_without_words_is_refused(capsys, monkeypatch):
    monkeypatch.setenv("PARENT_INTENT_LANG", "fr")
    with pytest.raises(SystemExit) as ended:
        main(["check", "study.toml"])
    assert ended.value.code == 2
    assert "PARENT_INTENT_LANG=fr: is not a recognised value; use one of en, zh" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", "check", "init", "report", "plan", "verify", "lint", "desk"])
def test_help_is_chinese(command, capsys):
    before = argparse._
    with pytest.raises(SystemExit):
        main([*command.split(), "--help", "--lang", "zh"])
    text = capsys.readouterr().out
    assert "用法：" in text
    assert argparse._ is before
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", text)


def run(study, capsys, *more):
    status = main(["check", str(study), "--lang", "zh", *more])
    said = capsys.readouterr()
    return status, said.out, said.err


BREAKS = [
    ("study.toml", "[study]", "[study"),
    ("study.toml", 'sample = "opt-in"', 'sample = "optin"'),
    ("study.toml", "[estimates]\n", "[estimates]\nshars = 1\n"),
    ("study.toml", "column = 1", 'column = "1"'),
    ("study.toml", 'kind = "multiple"', 'kind = "many"'),
    ("study.toml", 'shares = ["concerns"', 'shares = ["worries"'),
    ("study.toml", 'file = "sex.csv"', 'file = "six.csv"'),
    ("study.toml", 'responses = "answers.csv"', 'responses = "answer.csv"'),
    ("study.toml", "[weighting]\n", "[weighting]\nbounds = 5\n"),
    ("answers.csv", "北区", "东区"),
    ("sex.csv", "share", "people"),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(BREAKS)))
def test_mistakes_are_told_in_chinese(case, tmp_path, capsys):
    study = write_sound(tmp_path)
    name, old, new = BREAKS[case]
    if old not in (tmp_path / name).read_text(encoding="utf-8"):
        pytest.skip(f"{name} of the small study does not hold {old}")
    replace(tmp_path, name, old, new)
    status, _, err = run(study, capsys)
    assert status == 2
    for text in err.splitlines():
        assert text.startswith("parent-intent: ")
        assert re.search(r"[\u4e00-\u9fff]", text)
        rest = CODE.sub("", text.removeprefix("parent-intent: "))
        assert not re.search(r"\b(?:the|is|are|of|to|and|no|not|expected|add|give|write)\b", rest), text
        assert text.endswith(("。", "）"))


def test_a_check_is_chinese_from_end_to_end(tmp_path, capsys):
    status, out, _ = run(write_sound(tmp_path), capsys)
    assert status == 0
    assert "筛选：回收" in out
    assert not re.search(r"\b(?:the|is|are|of|answered|excluded|returned|merged)\b", CODE.sub("", out))


def test_no_result_depends_on_the_language(tmp_path):
    study = write_sound(tmp_path)
    for language in ("en", "zh"):
        assert main(["estimate", str(study), "--out", str(tmp_path / "out"), "--lang", language]) == 0
        shutil.move(tmp_path / "out", tmp_path / language)
    files = [{p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("en", "zh")]
    assert files[0] == files[1]
