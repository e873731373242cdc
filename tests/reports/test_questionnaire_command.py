"""`parent-intent questionnaire`: the text lints clean, and answers to it pass `check`."""

import csv
import json
import random
import tomllib

import pytest

from reports import cli
from survey.drafting.recommended.write import around, recommended

DISTRICTS = ("小店区=Xiaodian", "迎泽区=Yingze")
FILES = {
    "study.toml", "questionnaire-zh.txt", "questionnaire-en.txt", "margins-district.csv",
    "margins-sex-age.csv",
}  # fmt: skip
BEFORE = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]


@pytest.fixture
def written(tmp_path, capsys):
    named = [word for district in DISTRICTS for word in ("--district", district)]
    assert cli.main(["questionnaire", "--out", str(tmp_path), *named]) == 0
    assert "set on the platform (zh):" in capsys.readouterr().out
    return tmp_path


def linted(path, capsys):
    status = cli.main(["lint", str(path), "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["study.toml", "questionnaire-zh.txt", "questionnaire-en.txt"])
@pytest.mark.parametrize("districts", [DISTRICTS, ()])
def test_it_lints_clean(tmp_path, capsys, name, districts):
    pairs = [tuple(text.split("=")) for text in districts]
    for file, text in recommended(pairs).items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    status, found = linted(tmp_path / name, capsys)
    assert status == 0
    assert {f["rule"] for f in found["findings"]} <= {"forced_choice"}
    assert found["questions"] == 15
    assert found["minutes"] < 4


def test_files_are_written_once(written, capsys):
    assert {path.name for path in written.iterdir()} == FILES
    assert (written / "margins-sex-age.csv").read_text("utf-8-sig").splitlines()[1] == "male,a20_29,,,,"
    assert cli.main(["questionnaire", "--out", str(written)]) == 2
    assert "questionnaire-zh.txt" in capsys.readouterr().err


def test_the_kinds_of_both_languages_are_named():
    kinds = {
        question["kind"] for question in tomllib.loads(recommended()["study.toml"])["questions"].values()
    }
    assert all(kinds <= words.keys() and len(words["settings"]) == 5 for words in around().values())


def test_without_answers_only_these_are_lacking(written, capsys):
    assert cli.main(["check", str(written / "study.toml")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "answers.xlsx: no such file" in error


def test_answers_to_it_are_checked(written, capsys):
    study = (written / "study.toml").read_text("utf-8")
    questions = tomllib.loads(study)["questions"]
    chosen = random.Random(4)
    with (written / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(BEFORE + [f"{i}、{q['text']['zh']}" for i, q in enumerate(questions.values(), 1)])
        for i in range(80):
            cells = [_answer(name, q, chosen) for name, q in questions.items()]
            cells[9] = "" if cells[7] == "不愿意" else cells[9]
            when = f"2026/9/{i % 20 + 1} 10:{i % 60:02}:00"
            table.writerow([i + 1, when, f"{200 + i}秒", "微信", "N/A", f"10.0.{i}.1(x)", *cells])
    (written / "study.toml").write_text(study.replace("answers.xlsx", "answers.csv"), encoding="utf-8")
    for name in ("margins-district.csv", "margins-sex-age.csv"):
        path = written / name
        path.write_text(
            path.read_text("utf-8-sig").replace(",,,,", ",1000,made up,2020-11-01,"), encoding="utf-8"
        )
    assert cli.main(["check", str(written / "study.toml")]) == 0
    out = capsys.readouterr().out
    assert "80 returned" in out
    assert "no consent: 0 excluded" in out


def _answer(name, question, chosen):
    options = [o for o in question.get("options", {}).values() if not o.get("ineligible")]
    fixed = {
        "consent": "同意",
        "check": "三",
        "child_birth": f"2025-{chosen.randint(1, 9)}",
        "fee": chosen.randint(5, 30) * 100,
    }
    if name in fixed:
        return fixed[name]
    if question["kind"] == "multiple":
        return "┋".join(o["zh"] for o in chosen.sample(options[:6], 2))
    return chosen.choice(options)["zh"]
