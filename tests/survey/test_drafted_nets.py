"""Nets that `init` drafts for scales, by words in both languages and by points, as comments to be used."""

import re

import pytest

from reports.cli import main
from survey import read_study
from survey.drafting.questions import DraftOption, DraftQuestion
from survey.drafting.study_lines import net_lines

SCALES = {
    "agree-zh": (["非常同意", "比较同意", "一般", "不太同意", "非常不同意"], "zh", (0, 1), (3, 4)),
    "willing-zh": (["愿意", "比较愿意", "不太愿意", "不愿意"], "zh", (0, 1), (2, 3)),
    "satisfied-zh": (["很不满意", "不满意", "一般", "满意", "很满意", "说不清"], "zh", (3, 4), (0, 1)),
    "likely-en": (["Very unlikely", "Unlikely", "Neither", "Likely", "Very likely"], "en", (3, 4), (0, 1)),
    "agree-en": (
        ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"],
        "en", (0, 1), (3, 4),
    ),
    "points-zh": (["1分", "2分", "3分", "4分", "5分"], "zh", (3, 4), (0, 1)),
    "points-en": (["5", "4", "3", "2", "1"], "en", (0, 1), (3, 4)),
}  # fmt: skip


def drafted(labels, language, kind="single"):
    options = tuple(DraftOption(f"o{i}", label) for i, label in enumerate(labels))
    return [*net_lines(DraftQuestion("q1", kind, 1, "Question?", options=options), language)]


@pytest.mark.parametrize("name", SCALES)
def test_the_points_of_either_side_are_gathered(name):
    labels, language, high, low = SCALES[name]
    lines = drafted(labels, language)
    assert all(line.startswith("# ") for line in lines)
    assert "# [derived.q1_nets]" in lines
    nets = [line for line in lines if ' of = ["' in line and line.count('"o') > 1]
    found = {tuple(int(n) for n in re.findall(r'"o(\d)"', line)) for line in nets}
    assert found == {high, low}
    for line in nets:
        places = [int(n) for n in re.findall(r'"o(\d)"', line)]
        assert {"zh": "或", "en": " or "}[language].join(labels[i] for i in places) in line
    # Every option is in one of them, or by itself.
    assert sorted(re.findall(r'"o(\d)"', "".join(lines))) == [str(i) for i in range(len(labels))]


@pytest.mark.parametrize(
    "labels", [["愿意", "看情况", "不愿意"], ["小店区", "迎泽区", "杏花岭区"], ["1", "2", "3"], ["是", "否"]]
)
def test_nothing_is_gathered_where_there_is_no_scale_or_one_point_a_side(labels):
    assert drafted(labels, "zh") == []
    assert drafted(SCALES["agree-zh"][0], "zh", kind="multiple") == []


def test_what_init_drafts_is_read_once_the_marks_are_taken_out(tmp_path):
    labels = ["非常同意", "比较同意", "一般", "不太同意", "非常不同意"]
    rows = "\n".join(f"{i},{labels[i % 5]},{i % 5 + 1}分" for i in range(1, 101))
    (tmp_path / "answers.csv").write_text(
        "序号,您同意发展托育吗？,您给托育打几分？\n" + rows, encoding="utf-8"
    )
    assert main(["init", str(tmp_path / "answers.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^# .*\n)*^# \[derived\.(\w+)\]\n((?:^# .*\n)+)", text, re.MULTILINE)
    assert len(blocks) == 2
    for name, block in blocks:
        used = f"[derived.{name}]\n" + block.replace("# ", "")
        text = text.replace(f"# [derived.{name}]\n{block}", used)
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(tmp_path / "study.toml")
    for name, _ in blocks:
        gathered = [option.of for option in study.questionnaire[name].options]
        assert [len(codes) for codes in gathered] == [2, 1, 2]
