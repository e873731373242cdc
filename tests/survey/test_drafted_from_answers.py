"""What a draft takes from the export itself: days, title, who is outside, how it was asked."""

import re

import pytest

from survey.drafting.study_lines import title_in
from survey.drafting.study_text import draft_study
from survey.exports.platforms import read_export

HEAD = "序号,提交答卷时间,所用时间,1、您居住在哪个区？,2、您的年龄？,3、您愿意送托吗？\n"


def drafted(tmp_path, rows, name="a.csv"):
    path = tmp_path / name
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return draft_study(read_export(path), id="a", responses=name)


def rows(places, days=("2024/9/20", "2024/10/3", "2024/9/28"), ages=("20～29岁", "其他年龄", "30～39岁")):
    return [
        f"{i + 1},{days[i % 3]} 10:0{i % 10}:11,{100 + i}秒,{places[i % len(places)]},{ages[i % 3]},愿意"
        for i in range(30)
    ]


def test_days_of_the_first_and_the_last_answer_and_the_year_are_drafted(tmp_path):
    study = drafted(tmp_path, rows(("小店区", "迎泽区"))).study
    assert "fieldwork = [2024-09-20, 2024-10-03] #" in study
    assert '\nid = "2024" #' in study


def test_without_times_of_which_the_order_is_certain_no_days_are_drafted(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text(
        "time,sex\n" + "\n".join(f"0{1 + i % 9}/0{1 + i % 7}/2024 10:00,{'mf'[i % 2]}" for i in range(40))
    )
    study = draft_study(read_export(path), id="a", responses="plain.csv").study
    assert '\nid = "first" #' in study
    assert "\n# fieldwork = " in study


@pytest.mark.parametrize(
    ("place", "outside"),
    [
        ("不在本市", True),
        ("外地", True),
        ("其他城市", True),
        ("其他区县", False),
        ("外滩街道", False),
        ("非洲路社区", False),
    ],
)
def test_options_outside_the_place_or_the_age_are_ineligible_and_have_no_figures(tmp_path, place, outside):
    draft = drafted(tmp_path, rows(("小店区", "迎泽区", place)))
    line = next(line for line in draft.study.splitlines() if f'zh = "{place}"' in line)
    assert ("ineligible = true" in line) == outside
    assert (place in draft.margins["margins-district.csv"]) != outside
    assert re.search(r'zh = "其他年龄", ineligible = true', draft.study)
    assert "其他年龄" not in draft.margins["margins-age.csv"]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("data/277562319_按文本_太原市托育服务调查_1200_1200.xlsx", "太原市托育服务调查"),
        ("277562319_按序号_a_b_1200_1187.xlsx", "a_b"),
        ("answers_2024.xlsx", ""),
        ("277562319_按文本__1200_1200.xlsx", ""),
    ],
)
def test_the_title_is_read_from_the_name_of_a_download_alone(path, title):
    assert title_in(path) == title


def test_the_platform_and_the_rules_are_stated_and_who_paid_is_not(tmp_path):
    study = drafted(tmp_path, rows(("小店区", "迎泽区"))).study
    assert 'mode = { zh = "网上问卷（问卷星）" }' in study
    assert "\nquality = {" in study
    for key in ("sponsor", "conductor", "recruitment", "limits", "contact"):
        assert f'\n# {key} = "…"' in study


@pytest.mark.parametrize(
    ("wording", "label"),
    [
        ("您是否愿意把孩子送到托育机构？", "送托意愿"),
        ("对于送托，您有哪些顾虑？", "送托顾虑"),
        ("您对所在区域托育机构收费的满意程度？", "所在区域托育机构收费的满意程度"),
        ("您上一部手机（不含平板）的品牌？", ""),
        ("您周末都做什么？", ""),
    ],
)
def test_a_short_name_for_print_is_what_is_asked_or_a_wording_that_is_a_name(tmp_path, wording, label):
    path = tmp_path / "a.csv"
    lines = [f"{i + 1},2024/9/20 10:0{i % 10}:11,60秒,{'甲乙丙'[i % 3]}" for i in range(30)]
    path.write_text("\n".join([f"序号,提交答卷时间,所用时间,1、{wording}", *lines]) + "\n", encoding="utf-8")
    study = draft_study(read_export(path), id="a", responses="a.csv").study
    assert re.findall(r"^label = \{ zh = \"(.*)\" \}$", study, re.MULTILINE) == ([label] if label else [])


def test_a_name_that_two_questions_would_have_is_given_to_neither(tmp_path):
    path = tmp_path / "a.csv"
    head = "序号,提交答卷时间,所用时间,1、您有哪些顾虑？,2、您还担心哪些方面？"
    lines = [f"{i + 1},2024/9/20 10:0{i % 10}:11,60秒,{'甲乙丙'[i % 3]},{'丁戊己'[i % 3]}" for i in range(30)]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    assert "\nlabel = " not in draft_study(read_export(path), id="a", responses="a.csv").study
