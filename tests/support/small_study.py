"""A small sound study that tests write, change, print and spoil."""

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
population = { zh = "家长", en = "parents" }
[[weighting.margins]]
file = "sex.csv"
population = { zh = "家长", en = "parents" }
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
# An earlier wave that was never read: enough to print changes.
FORMER_WAVE = ("[[waves]]", '[[waves]]\nid = "2023"\nresponses = "old.csv"\n[[waves]]')
EVERY_SECTION = (
    'sections = ["results", "groups", "change", "respondents", "topline", "context", "comparison", '
    '"methods", "flow", "disclosure", "marks"]'
)
DECLARED = """
[[briefing.context]]
text = { zh = "托育机构534家", en = "There are 534 institutions" }
source = { zh = "某委，2024年", en = "a commission, 2024" }
[[briefing.comparison]]
question = "intent"
option = "yes"
name = { zh = "甲市", en = "City A" }
design = { zh = "随机抽样", en = "random sample" }
date = "2024"
share = 0.459
source = { zh = "某文", en = "a paper" }
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


def write_sound(folder, *changes):
    """Write the study with its changes of study.toml (old text, new text), and a folder of old results."""
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for old, new in changes:
        replace(folder, "study.toml", old, new)
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


def study_with(folder, *lines, declared=""):
    """Write the study with these lines in its table [briefing] and what is declared at its end."""
    path = write_sound(folder, ("[briefing]\n", "[briefing]\n" + "\n".join(lines) + "\n"))
    path.write_text(path.read_text(encoding="utf-8") + declared, encoding="utf-8")
    return path


def reported(study, out="out"):
    """Print the briefings of a study into a folder beside it and return that folder."""
    folder = study.parent / out
    assert main(["report", str(study), "--out", str(folder)]) == 0
    return folder


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
