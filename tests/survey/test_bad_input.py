"""A small sound study; and wrong paths, refused in one line, with exit status 2 and nothing written."""

import subprocess
import sys

import pytest

from reports.cli import main

STUDY = """\
[study]
id = "small"
title = { zh = "小样", en = "A small study" }
publisher = "Example"
population = { zh = "家长", en = "parents" }
sample = "opt-in"
languages = ["zh", "en"]
synthetic = true
[[waves]]
id = "2024"
responses = "answers.csv"
fieldwork = [2024-09-02, 2024-09-22]
[questions.district]
kind = "single"
column = 1
text = { zh = "您住在哪个区？", en = "Where do you live?" }
options.north = { zh = "北区", en = "North" }
options.south = { zh = "南区", en = "South" }
options.west = { zh = "西区", en = "West" }
options.outside = { zh = "外地", en = "Elsewhere", ineligible = true }
[questions.sex]
kind = "single"
column = 2
text = { zh = "您的性别？", en = "Are you a man or a woman?" }
options.male = { zh = "男", en = "Men" }
options.female = { zh = "女", en = "Women" }
[questions.role]
kind = "single"
column = 3
text = { zh = "您是孩子的？", en = "What are you to the child?" }
options.father = { zh = "父亲", en = "Father" }
options.mother = { zh = "母亲", en = "Mother" }
[questions.birth]
kind = "month"
column = 4
text = { zh = "孩子出生年月？", en = "When was the child born?" }
[questions.intent]
kind = "single"
column = 5
text = { zh = "您愿意送托吗？", en = "Would you use a nursery?" }
options.yes = { zh = "愿意", en = "Yes" }
options.depends = { zh = "看情况", en = "It depends" }
options.no = { zh = "不愿意", en = "No" }
[questions.concerns]
kind = "multiple"
column = 6
text = { zh = "您有哪些顾虑？", en = "What worries you?" }
options.price = { zh = "价格", en = "Price" }
options.quality = { zh = "质量", en = "Quality" }
options.none = { zh = "没有顾虑", en = "No concerns", exclusive = true }
[questions.fee]
kind = "number"
column = "最多能付多少元？"
text = { zh = "最多能付多少元？", en = "How much could you pay?" }
asked_if = [{ question = "intent", in = ["yes", "depends"] }]
[derived.months]
from = "birth"
age = "completed_months"
[derived.age]
from = "months"
options.baby = { zh = "婴儿", en = "Babies", between = [0, 11] }
options.toddler = { zh = "幼儿", en = "Toddlers", between = [12, 40] }
[derived.stance]
from = "intent"
options.open = { zh = "不反对", en = "Open", of = ["yes", "depends"] }
options.against = { zh = "反对", en = "Against", of = ["no"] }
[screening]
eligible = [{ question = "months", between = [0, 35] }]
complete = ["intent", "concerns"]
duplicate = { minutes = 10, identical = 0.9 }
speeder = { share_of_median = 0.3 }
[weighting]
bounds = [0.2, 5]
collapse_below = 5
[[weighting.margins]]
file = "district.csv"
[[weighting.margins]]
file = "sex.csv"
[weighting.collapse]
district = [["south", "west"]]
[estimates]
shares = ["concerns", "intent"]
by = ["district"]
compare = [["concerns", "price", "quality"]]
confidence = 0.95
[briefing]
headline = "concerns"
lead = ["price", "quality"]
by = "district"
[disclosure]
sponsor = "Example"
"""
HEADER = (
    "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、您住在哪个区？,2、您的性别？,3、您是孩子的？,"
    "4、孩子出生年月？,5、您愿意送托吗？,6、您有哪些顾虑？(多选题),7、最多能付多少元？"
)


def answers():
    """The rows of a text download of 问卷星: 200 made-up people, row 2 a man of the north."""
    rows = []
    for i in range(200):
        intent = ("愿意", "看情况", "不愿意")[i % 3]
        rows.append([
            str(i + 1), f"2024/9/{2 + i % 20} {8 + i // 20}:{i % 60:02d}:00", f"{180 + i}秒", "微信", "",
            f"10.0.{i}.1(山西-太原)", ("北区", "南区", "西区", "北区")[i % 4], *(("男", "父亲"), ("女",
        "母亲"))[i % 7 % 2],
            f"202{2 + i % 2}-{1 + i % 9}", intent, ("价格", "质量", "价格┋质量", "没有顾虑", "价格")[i % 5],
            "(跳过)" if intent == "不愿意" else str(500 + 50 * (i % 40)),
        ])  # fmt: skip
    return rows


def as_csv(rows, header=HEADER):
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


def write_sound(folder):
    """Write the sound study that every case spoils, with an output folder that holds old results."""
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "answers.csv").write_text(as_csv(answers()), encoding="utf-8")
    (folder / "district.csv").write_text(
        "district,population,source,date,address\nnorth,5200,Census,2020,\nsouth,2600,Census,2020,\n"
        "west,2200,Census,2020,\n",
        encoding="utf-8",
    )
    (folder / "sex.csv").write_text(
        "sex,share,source\nmale,0.49,Census\nfemale,0.51,Census\n", encoding="utf-8"
    )
    (folder / "out").mkdir()
    (folder / "out" / "estimates.csv").write_text("old", encoding="utf-8")
    (folder / "out" / "run.json").write_text("{}", encoding="utf-8")
    return folder / "study.toml"


def replace(folder, file, old, new):
    """Replace the first such text of a file."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} does not hold {old!r}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def contents(folder):
    """Every file and folder below a folder with its bytes."""
    return {p: p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}


def refusal(folder, capsys, *, study="study.toml", out="out", command="estimate"):
    """Return the one line with which a command refuses a study, sure that it left everything as it was."""
    before = contents(folder)
    status = main([command, str(folder / study), "--out", str(folder / out)])
    line = capsys.readouterr().err
    assert status == 2, line
    assert line.startswith("parent-intent: "), line
    assert len(line.splitlines()) == 1, line
    assert line.endswith("\n"), line
    assert "Traceback" not in line
    assert len(line) < 2000, "too long to read"
    assert contents(folder) == before
    return line


def test_the_sound_study_works(tmp_path, capsys):
    study = write_sound(tmp_path)
    assert main(["estimate", str(study), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == ""
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"estimates.csv", "run.json"}
    assert (tmp_path / "out" / "estimates.csv").read_text(encoding="utf-8").startswith("wave,question,")


def study_of_numbers(folder):
    first, last = STUDY.index("[questions.district]"), STUDY.index("[questions.birth]")
    short = STUDY[:first] + STUDY[last : STUDY.index("[questions.intent]")]
    (folder / "study.toml").write_text(short, encoding="utf-8")


def output_is_a_file(folder):
    (folder / "file").write_text("mine", encoding="utf-8")


# each name with what spoils the folder, arguments of `refusal`, words
FILES = {
    "no study file": (lambda f: None, {"study": "stdy.toml"}, ["stdy.toml", "no such file"]),
    "folder for the study file": (lambda f: None, {"study": "."}, ["is a folder"]),
    "study name too long": (lambda f: None, {"study": "a" * 300}, ["aaa", "cannot be read"]),
    "study file not UTF-8": (
        lambda f: (f / "study.toml").write_bytes(STUDY.encode("gb18030")), {},
        ["study.toml, line 3", "UTF-8"]),
    "study file empty": (lambda f: (f / "study.toml").write_bytes(b""), {}, ["study.toml", "[questions]"]),
    "study without closed questions": (study_of_numbers, {}, ["[estimates] shares", "options"]),
    "output folder is a file": (output_is_a_file, {"out": "file"}, ["file", "cannot be written to", "--out"]),
    "output folder below a file": (
        output_is_a_file, {"out": "file/out"}, ["file/out", "cannot be written to"]),
    "report refuses alike": (
        lambda f: replace(f, "study.toml", "[12, 40]", "[11, 40]"), {"command": "report"}, ["[derived.age]"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_path_is_refused_by_name(name, tmp_path, capsys):
    spoil, arguments, words = FILES[name]
    write_sound(tmp_path)
    spoil(tmp_path)
    line = refusal(tmp_path, capsys, **arguments)
    assert [word for word in words if word not in line] == [], line


@pytest.mark.parametrize(
    ("file", "old", "new"), [("study.toml", "[study]", "[study"), ("sex.csv", "0.49", "x")]
)
def test_the_command_itself_prints_one_line_and_exits_2(file, old, new, tmp_path):
    study = write_sound(tmp_path)
    replace(tmp_path, file, old, new)
    before = contents(tmp_path)
    command = [sys.executable, "-m", "reports.cli", "estimate", str(study), "--out", str(tmp_path / "out")]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith("parent-intent: ")
    assert len(ran.stderr.splitlines()) == 1
    assert contents(tmp_path) == before
