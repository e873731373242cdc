"""The sections on demand and places: their figures are the run's, and what is missing is said."""

import pytest
from asked_otherwise import WAYS, write_asked
from pdf import words_of
from small_study import replace, reported
from supplied_study import SUPPLY, write_supplied

from reports.commands.report import stored_estimates
from reports.language.numbers import percent_tenth

SECTIONS = '[briefing]\nsections = ["results", "demand", "places", "methods", "disclosure", "marks"]\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = write_supplied(
        tmp_path_factory.mktemp("demand") / "study",
        ("[briefing]\n", SECTIONS),
        ('column = "最多能付多少元？"\n', 'column = "最多能付多少元？"\nunit = "元"\n'),
    )
    return reported(path)


def percent(share):
    return f"{share * 100:.0f}%"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_are_the_run_s(folder, language):
    text = words_of(folder / f"briefing-{language}.pdf")
    estimates = stored_estimates(folder)
    for name in ("yes", "yes+depends"):
        for fee in (800, 1200, 1800):
            row = estimates.rows(measure="demand", option=f"{name}@{fee}", by="").iloc[0]
            assert percent(row["estimate"]).rstrip("%") in text
    for measure in ("places_q10", "places_q90"):
        number = estimates.rows(measure=measure, option="1200", by="")["estimate"].item()
        assert f"{number:,.0f}" in text
    assert "1,200元" in text
    assert ("置信区间" if language == "zh" else "noconfidenceinterval") in text
    assert ("30%至50%（示例）" if language == "zh" else "30%to50%(anexample)") in text


def test_only_gaps_that_hold_at_every_take_up_are_called_clear(folder):
    estimates = stored_estimates(folder)
    notes = estimates.rows(measure="gap", option="1200", by="district").set_index("group")["note"].to_dict()
    assert notes == {"north": "clear_shortage", "south": "clear_surplus", "west": "clear_shortage"}
    text = words_of(folder / "briefing-en.pdf")
    assert "Shortofplacesatanytake-upassumed:NorthandWest." in text
    assert "Moreplacesthanwouldbeaskedforatanytake-upassumed:South." in text


def test_without_a_supply_there_are_no_places_and_where_many_are_silent_bounds(tmp_path):
    path = write_supplied(tmp_path / "study", ("[briefing]\n", SECTIONS))
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text[: text.index("[take_up.yes]")] + text[text.index("[disclosure]") :], encoding="utf-8"
    )
    answers = path.parent / "answers.csv"
    lines = answers.read_text(encoding="utf-8").splitlines()
    silent = [line if i % 2 else line.rsplit(",", 1)[0] + "," for i, line in enumerate(lines[1:])]
    answers.write_text("\n".join([lines[0], *silent]) + "\n", encoding="utf-8")
    text = words_of(reported(path) / "briefing-en.pdf")
    assert "inplaceofanestimatestandstherange" in text
    assert "Howmanyplacesthatis" not in text
    replace(path.parent, "study.toml", 'willing = ["yes", "depends"]', 'willing = ["yes"]')
    assert "“Yes”or“Itdepends”" not in words_of(reported(path, "again") / "briefing-en.pdf")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "about{:,.0f}placeswouldbeaskedforif30%ofthoseanswering“Yes”and5%ofthoseanswering“Itdepends”come,"
            "andabout{:,.0f}ifhalfand15%do.",
        ),
        (
            "zh",
            "如果答“愿意”者有30%、答“看情况”者有5%实际送托，约需托位{:,.0f}个；如果比例为一半、15%，约需{:,.0f}个。",
        ),
    ],
)
def test_take_up_is_said_as_what_follows_if_so_many_come(folder, language, said):
    rows = stored_estimates(folder).rows(option="1200", by="").set_index("measure")["estimate"]
    counts = [-(-rows[f"places_at_{end}_take_up"] // 1) for end in ("low", "high")]
    assert said.format(*counts) in words_of(folder / f"briefing-{language}.pdf")


def test_nothing_follows_from_a_take_up_where_places_are_unknown(tmp_path):
    unknown = SUPPLY.replace("5200", "")
    path = write_supplied(tmp_path / "study", ("[briefing]\n", SECTIONS), supply=unknown)
    text = words_of(reported(path) / "briefing-en.pdf")
    assert "Take-upassumedfor“Yes”" in text
    assert "ofthoseanswering“Yes”" not in text


# What stands in both languages of a study whose fee was asked in a way.
SAID = {
    "bands": ("Thefeewasaskedinbands", "收费按档次询问"),
    "ladder": ("asrefusedateveryhigherfee", "视为也不接受更高收费"),
    "bids": ("thesecondanswerdependsonthefirst", "第二次回答受第一次影响"),
    "chance": ("goingbythechancestheystate", "按所报可能性计算"),
    "chance_alone": ("thosewhowoulduseaplace(%)", "会送托的占比（%）"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_asking_is_printed_with_its_figures_and_says_how(tmp_path, way):
    path = write_asked(tmp_path / "study", way)
    replace(path.parent, "study.toml", "[briefing]\n", SECTIONS)
    out = reported(path)
    estimates = stored_estimates(out)
    name = "chance" if way.startswith("chance") else "yes"
    option = "chance@" if way == "chance_alone" else f"{name}@1200"
    share = estimates.rows(measure="demand", option=option, by="")["estimate"].item()
    at = "" if way == "chance_alone" else "1200"
    number = estimates.rows(measure="places_q50", option=at, by="")["estimate"].item()
    for language, said in zip(("en", "zh"), SAID[way], strict=True):
        text = words_of(out / f"briefing-{language}.pdf")
        assert said in text
        assert percent(share) in text
        assert f"{-(-number // 1):,.0f}" in text
        if way != "chance_alone":
            lost = estimates.rows(measure="demand_lost", option=f"{name}@1200 - 1800", by="").iloc[0]
            assert (percent_tenth(lost["estimate"]) in text) == (lost["conf_low"] > 0)
        if way.startswith("chance"):
            clear = (
                "Clearlyshortofplaces,goingbythechancesstated:" if language == "en" else "托位明确不足的："
            )
            assert clear in text
            for assumed in (
                "take-upassumed",
                "highesttake-up",
                "送托比例最低",
                "假定的送托比例",
                "答按所报",
                "Yes,if",
            ):
                assert assumed not in text
        else:
            assert ("didnotknow" if language == "en" else "答不清楚") in text


def test_the_source_of_a_supply_is_printed_as_the_study_words_it(folder, tmp_path):
    assert "Childrenandplaces:Register,2024." in words_of(folder / "briefing-en.pdf")
    own = 'source = { zh = "登记", en = "The county register" }\n'
    path = write_supplied(
        tmp_path / "study", ("[briefing]\n", SECTIONS), ("fee = 1200\n", "fee = 1200\n" + own)
    )
    out = reported(path)
    assert "Childrenandplaces:Thecountyregister." in words_of(out / "briefing-en.pdf")
    assert "儿童数与托位数：登记。" in words_of(out / "briefing-zh.pdf")
