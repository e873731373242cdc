"""A draft from each export: it passes check as it is, leaves identifiers out, and says what it guessed."""

import re
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import survey
from reports.cli import main
from survey.drafting.options import parts_of, separator_in
from survey.drafting.study_text import draft_study
from survey.exports.export import Export
from survey.messages.catalogue import told

MADE_UP = (
    "wjx_text.xlsx", "wjx_text.csv", "wjx_code.xlsx", "tencent.csv", "surveymonkey.csv", "google_sheets.csv",
    "google_forms_download.csv", "kobo_names.csv", "kobo_labels.csv", "limesurvey_codes.csv",
    "limesurvey_full.csv", "qualtrics_numeric_split.csv", "qualtrics_text_joined.csv", "spss.sav",
)  # fmt: skip
SAMPLES = Path(__file__).parents[1] / "exports"
REAL = (
    "wjx_skip_rank_matrix_text.xlsx", "wjx_skip_rank_matrix_codes.xlsx", "surveymonkey_two_header_rows.csv",
    "limesurvey_full_answers.csv", "qualtrics_three_header_rows.csv", "qualtrics_legacy_two_header_rows.csv",
    "spss_multiple_response_sets.sav",
)  # fmt: skip


def drafted(export, out):
    """Draft a study from an export that lies beside it, as a person would have it."""
    beside = out.parent / export.name
    if not beside.exists():
        shutil.copyfile(export, beside)
    export = beside
    assert main(["init", str(export), "--out", str(out)]) == 0
    return tomllib.loads(out.read_text(encoding="utf-8"))


def test_a_sheet_is_named_where_a_workbook_has_several_with_rows(tmp_path, capsys):
    title, path, out = 'Form 1  "new"', tmp_path / "a.xlsx", tmp_path / "study.toml"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"Kind": ["Price", "Quality"], "n": [9, 6]}).to_excel(
            book, sheet_name="Pivot", index=False
        )
        answers = pd.DataFrame(
            {"What holds you back?": ["Price"] * 9 + ["Quality"] * 6, "District": ["A", "B", "C"] * 5}
        )
        answers.to_excel(book, sheet_name=title, index=False)
    assert main(["init", str(path), "--out", str(out)]) == 2
    assert "--sheet" in capsys.readouterr().err
    assert not out.exists()
    assert main(["init", str(path), "--out", str(out), "--sheet", title]) == 0
    assert tomllib.loads(out.read_text(encoding="utf-8"))["waves"][0]["sheet"] == title
    unweighted = re.sub(
        r"\[weighting\].*?(?=\n\[estimates\])",
        '[weighting]\nmethod = "none"\n',
        out.read_text("utf-8"),
        flags=re.DOTALL,
    )
    out.write_text(unweighted, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(out)]) == 0
    assert "Price [price] 9, Quality [quality] 6" in capsys.readouterr().out


@pytest.mark.parametrize("name", MADE_UP)
def test_the_draft_finds_the_questions_there_are(samples, tmp_path, name):
    found = drafted(samples / name, tmp_path / "study.toml")["questions"]
    kinds = [question["kind"] for question in found.values() if question["kind"] != "text"]
    assert kinds.count("multiple") == 2
    assert kinds.count("number") == 1
    assert kinds.count("single") == 7
    reasons = next(q for q in found.values() if q["kind"] == "multiple")
    assert len(reasons["options"]) in (6, 8)  # eight where three people's own words stand in place of "other"


WJX = "序号,提交答卷时间,来自IP,1、您住在哪个区？,2、您的姓名？,3、手机号码？,4、顾虑？,5、出生年月？,"
WJX += "6、备注,7、费用？"
ROWS = "\n".join(
    f"{i},2024/9/2 9:{i:02}:00,203.0.113.{i}(山西-太原),"
    f"{'小店区' if i % 3 else '迎泽区'},王{i},139123456{i:02},"
    f"{'价格┋其他〖贵〗' if i % 2 else '没有顾虑'},2023-{1 + i % 9},备注{i}很长,{1000 + 100 * i}"
    for i in range(1, 25)
)


def test_identifiers_are_left_out_and_roles_are_found(tmp_path, capsys):
    (tmp_path / "answers.csv").write_text(f"{WJX}\n{ROWS}\n", encoding="utf-8")
    found = drafted(tmp_path / "answers.csv", tmp_path / "study.toml")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert "# left out (name): 您的姓名？" in text
    assert "# left out (telephone number): 手机号码？" in text
    for planted in ("139123456", "203.0.113", "王1"):
        assert planted not in text
    assert list(found["questions"]) == ["district", "q4", "birth", "q6", "q7"]
    assert [q["kind"] for q in found["questions"].values()] == [
        "single",
        "multiple",
        "month",
        "text",
        "number",
    ]
    assert {"zh": "没有顾虑", "exclusive": True} in found["questions"]["q4"]["options"].values()
    said = capsys.readouterr().out
    assert "left out, telephone number: 手机号码？" in said
    assert "district: 您住在哪个区？" in said
    table = (tmp_path / "margins-district.csv").read_text(encoding="utf-8-sig")
    assert table == "district,population,source,date,address\n小店区,,,,\n迎泽区,,,,\n"


def filled_in(folder):
    """Write a figure for every category of every margin, of one total, and change nothing else."""
    for path in folder.glob("margins-*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        figure = 27_720 // text.count(",,,,")
        path.write_text(text.replace(",,,,", f",{figure},,,"), encoding="utf-8-sig")


def without_margins(study):
    text = study.read_text(encoding="utf-8")
    start, end = text.index("[[weighting.margins]]"), text.index("[estimates]")
    study.write_text(text[:start] + 'method = "none"\n\n' + text[end:], encoding="utf-8")


def test_filling_in_the_margins_is_all_there_is_to_do(tmp_path, capsys):
    (tmp_path / "answers.csv").write_text(f"{WJX}\n{ROWS}\n", encoding="utf-8")
    drafted(tmp_path / "answers.csv", tmp_path / "study.toml")
    capsys.readouterr()
    assert main(["check", str(tmp_path / "study.toml")]) == 2
    said = capsys.readouterr()
    assert "Answers as they came" in said.out
    assert said.err == (
        "parent-intent: margins-district.csv: is not filled in: no figure under population; write one for "
        "each category, or take this margin out of [weighting] in the study file\n"
    )
    filled_in(tmp_path)
    assert main(["check", str(tmp_path / "study.toml")]) == 0
    assert "effective number of answers" in capsys.readouterr().out
    assert survey.read_study(tmp_path / "study.toml").weighting.method == "raking"


def test_a_category_that_a_spreadsheet_would_run_stands_by_its_code(tmp_path):
    lines = "\n".join(f"{'=cmd(1)' if i % 2 else '城区'},{i}" for i in range(20))
    (tmp_path / "answers.csv").write_text(f"您住在哪个区？,n\n{lines}\n", encoding="utf-8")
    drafted(tmp_path / "answers.csv", tmp_path / "study.toml")
    table = (tmp_path / "margins-district.csv").read_text(encoding="utf-8-sig")
    assert "=" not in table
    filled_in(tmp_path)
    assert main(["check", str(tmp_path / "study.toml")]) == 0


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path, capsys):
    (tmp_path / "answers.csv").write_text(f"{WJX}\n{ROWS}\n", encoding="utf-8")
    for name in ("margins-district.csv", "study-margins-district.csv"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path / "answers.csv"), "--out", str(tmp_path / "study.toml")]) == 2
    assert "study-margins-district.csv: already exists and is not overwritten" in capsys.readouterr().err
    assert not (tmp_path / "study.toml").exists()
    assert main(["init", str(tmp_path / "nothing.csv")]) == 2
    assert "nothing.csv: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("header", ["1", "a\nb", '"', "甲\\乙", "x" * 400, "#", "[q]", "other", "日期"])
@pytest.mark.parametrize(
    "cells", [["a", "b", "a"], ["1", "2", "3"], ["", "", "x"], ["a;b", "b", "a"], ["o1", "甲", "o2"]]
)
def test_any_header_and_any_cells_give_a_draft_that_can_be_read(tmp_path, header, cells):
    import csv

    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["n", header], *([i, cell] for i, cell in enumerate(cells))])
    drafted(tmp_path / "answers.csv", tmp_path / "study.toml")
    study = survey.read_study(tmp_path / "study.toml")
    survey.read_responses(study)


def test_ticks_are_told_from_sentences_and_options_may_hold_commas():
    ticks = {"Price, too high, Far": 3, "Far": 2, "Price, too high": 4, "Far, Cold": 2, "Cold": 1}
    export = Export("plain", "a", "utf-8", "text", (), None)
    assert separator_in(ticks, export) == ", "
    assert parts_of(ticks, ", ") == {"Price, too high": 7, "Far": 7, "Cold": 3}
    sentences = {"Well, it is far": 1, "No, thanks": 1, "Too dear, and cold": 1}
    assert separator_in(sentences, export) == ""


def test_every_question_that_cannot_be_told_from_another_is_left_out_with_its_own_reason(tmp_path):
    (tmp_path / "a.csv").write_text("Far?,far?,n\nyes,no,1\nno,no,2\nyes,yes,3\n", encoding="utf-8")
    draft = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv")
    assert {question.text: told(question.left_out) for question in draft.left_out} == {
        "Far?": "has 2 columns for far, which takes one answer",
        "far?": "has 2 columns for q2, which takes one answer",
    }
    assert [question.id for question in draft.questions if not question.left_out] == ["n"]


def test_a_draft_knows_its_language(tmp_path):
    (tmp_path / "a.csv").write_text("Do you?,n\nyes,1\nno,2\nyes,3\n", encoding="utf-8")
    draft = draft_study(survey.read_export(tmp_path / "a.csv"), id="a", responses="a.csv")
    assert draft.language == "en"
    assert 'yes = { en = "yes" } # zh = ""' in draft.study


TOO_FEW = {
    "real/wjx_skip_rank_matrix_text.xlsx": "margins-sex.csv: categories o1, o2 have one respondent each",
    "real/wjx_skip_rank_matrix_codes.xlsx": "margins-sex.csv: categories o1, o2 have one respondent each",
    "real/surveymonkey_two_header_rows.csv": "margins-sex.csv: 11.8% of the answers have no known sex",
    "real/limesurvey_full_answers.csv": "margins-sex.csv: category o3 has no respondents",
}
PLANTED = re.compile(
    r"203\.0\.113\.|(?<!\d)(?:\d{1,3}\.){3}\d{1,3}\(|\w@\w|00000000-0000-4000|R_0{6,}|118000000|100001|上海|广东-深圳"
)


@pytest.mark.parametrize("name", [*MADE_UP, *(f"real/{name}" for name in REAL)])
def test_the_draft_of_every_export_passes_check_and_no_output_names_anybody(request, tmp_path, name, capsys):
    real = name.startswith("real/")
    path = request.getfixturevalue("shared") / "exports" / name if real else SAMPLES / name
    source = path.read_bytes()
    drafted(path, tmp_path / "study.toml")
    filled_in(tmp_path)
    if name in TOO_FEW:  # which no weight can correct
        assert main(["check", str(tmp_path / "study.toml")]) == 2
        assert TOO_FEW[name] in capsys.readouterr().err
        without_margins(tmp_path / "study.toml")
    assert main(["check", str(tmp_path / "study.toml")]) == 0
    main(["estimate", str(tmp_path / "study.toml"), "--out", str(tmp_path / "out")])
    study = survey.read_study(tmp_path / "study.toml")
    for question in [q for q in study.questionnaire if q.kind == "multiple"][:2]:
        main(["code", str(study.path), question.id, "--out", str(tmp_path / f"codes-{question.id}.csv")])
    said = capsys.readouterr()
    written = {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in tmp_path.rglob("*")
        if path.is_file() and path.name != Path(name).name
    }
    assert {"study.toml", "estimates.csv", "run.json"} <= set(written)
    for where, text in {**written, "out": said.out, "err": said.err}.items():
        text = text.replace("contact@example.org", "")  # in the wording, put there by whoever asked
        found = PLANTED.search(text)
        assert not found, (where, text[max(0, found.start() - 40) : found.end() + 20])
    if name.endswith(".csv") and not real and "google" not in name and "kobo" not in name:
        assert PLANTED.search(source.decode("utf-8-sig")), "nothing was planted"


def test_the_readmes_way_from_an_export_to_a_briefing(tmp_path, monkeypatch, capsys):
    """The commands of the first screen, margins filled in between."""
    root = Path(__file__).parents[2]
    block = next(
        b
        for b in re.findall(r"```sh\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
        if " init " in b
    )
    commands = [words[1:] for line in block.splitlines() if (words := line.split("#")[0].split())]
    assert [command[0] for command in commands] == ["init", "check", "report"]
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(root / "data" / "taiyuan" / "responses-2024-text.xlsx", "answers.xlsx")
    assert main(commands[0]) == 0
    assert {path.name for path in tmp_path.glob("margins-*")} == {
        "margins-district.csv", "margins-sex.csv", "margins-age.csv"}  # fmt: skip
    capsys.readouterr()
    assert main(commands[1]) == 2
    assert "margins-district.csv: is not filled in" in capsys.readouterr().err
    filled_in(tmp_path)
    text = Path("study.toml").read_text(encoding="utf-8")
    for name in ("district", "age"):  # no figures for these
        text = text.replace(f'[[weighting.margins]]\nfile = "margins-{name}.csv"\n', "")
    Path("study.toml").write_text(text, encoding="utf-8")
    assert main(commands[1]) == 0, capsys.readouterr().err
    assert main(commands[2]) == 0, capsys.readouterr().err
    assert (tmp_path / "out" / "answers" / "briefing-zh.pdf").stat().st_size > 10_000
