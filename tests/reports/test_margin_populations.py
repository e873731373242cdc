"""Margins that count other people than the study's are named, with the headline without them."""

import json

import pytest
from pdf import words_of
from small_study import replace, reported, study_with, write_sound

from reports.cli import main
from reports.commands.report import stored_estimates
from reports.results.facts import other_populations, undeclared_margins
from reports.results.results import results_of
from survey import read_study

SAME = 'population = { zh = "家长", en = "parents" }'
OTHER = 'file = "sex.csv"\npopulation = { zh = "20～49岁居民", en = "residents aged 20 to 49" }'


def test_page_1_methods_and_check_name_a_margin_of_other_people(tmp_path, capsys):
    path = study_with(tmp_path)
    replace(tmp_path, "study.toml", f'file = "sex.csv"\n{SAME}', OTHER)
    english = words_of(reported(path) / "briefing-en.pdf")
    frame = stored_estimates(tmp_path / "out").frame
    price = frame[frame["option"] == "price"]
    own = price[(price["measure"] == "share") & (price["by"] == "")]["estimate"].iloc[0]
    without = price[(price["by"] == "margin_left_out") & (price["group"] == "sex")]["estimate"].iloc[0]
    share_ = f"{100 * without:.0f}%"
    assert english.count(f"sex,residentsaged20to49({share_})") == 1
    assert "Thepopulationfiguresusedinweightingcountotherpeople(seeMethods)." in english
    assert "donotcountthetargetpopulation,parents(inbrackets:thesharechoosing“Price”withoutthem)" in english
    assert abs(without - own) < 0.1
    assert f"sex为20～49岁居民（{share_}）" in words_of(tmp_path / "out" / "briefing-zh.pdf")
    capsys.readouterr()
    assert main(["check", str(path), "--json"]) == 0
    left = json.loads(capsys.readouterr().out)["left"]
    assert [todo["key"] for todo in left if todo["key"].startswith("left.margin")] == ["left.margin_other"]


@pytest.mark.parametrize("declared", ["", SAME])
def test_a_margin_of_the_studys_people_is_no_caution(tmp_path, declared, capsys):
    path = write_sound(tmp_path)
    for name in ("district", "sex"):
        replace(tmp_path, "study.toml", f'file = "{name}.csv"\n{SAME}', f'file = "{name}.csv"\n{declared}')
    english = words_of(reported(path) / "briefing-en.pdf")
    assert "countotherpeople" not in english
    results = results_of(read_study(path), stored_estimates(tmp_path / "out"), "en")
    assert other_populations(results) == []
    assert undeclared_margins(results) == ([] if declared else ["district", "sex"])
    assert ("doesnotdeclarewhichpeoplethefiguresfordistrictandsexcount" in english) == (not declared)
