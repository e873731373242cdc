"""A headline that a person wrote is printed as it stands, or refused where the estimates contradict it."""

from dataclasses import replace

import pytest
from estimate_rows import change, results_from, share
from small_study import FORMER_WAVE, write_sound

import survey
from reports.sections.front_page.headline import headline, headline_note
from reports.sections.front_page.own_headline import checked
from survey.errors import StudyError

ROWS = [
    share("price", 0.70, 0.022),
    share("quality", 0.48, 0.02),
    share("none", 0.06, 0.01),
    share("price", 0.80, 0.02, wave="2023"),
    share("quality", 0.47, 0.02, wave="2023"),
    share("none", 0.05, 0.01, wave="2023"),
    change("price", -0.10, 0.03, p_adjusted=0.001),
    change("quality", 0.03, 0.02, p_adjusted=0.2),
    share("price - quality", 0.22, 0.04, measure="difference"),
    share("price", 0.9, 0.05, by="district", group="north"),
    share("price", 0.6, 0.05, by="district", group="south"),
    share("quality", 0.3, 0.05, by="district", group="north", flag="suppress", note="few_answers"),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return survey.read_study(write_sound(tmp_path_factory.mktemp("words"), FORMER_WAVE))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "约七成受访家长认为价格偏高，近一半看重质量。"),
        ("zh", "价格居首，占70%，比2023年下降10个百分点"),
        ("zh", "70%选择“价格”，48%选择“质量”"),
        ("zh", "选择价格的比选择质量的多22个百分点"),
        ("zh", "价格：2023年80%，2024年70%（95%区间的下限为68%）".replace("95%", "")),
        ("zh", "北区90%的家长选择价格，南区60%"),
        ("zh", "７０％选择价格"),
        ("zh", "家长怎么说"),
        ("en", "About seven in ten chose Price, nearly half Quality."),
        ("en", "Seven in ten chose Price"),
        ("zh", "七成选择价格"),
        ("en", "Price comes first at 70%, down 10 points since 2023"),
        ("en", "Fewer than one in ten have no worries: none 6%"),
        ("en", "What parents say"),
    ],
)
def test_what_the_estimates_bear_out_is_printed(study, language, text):
    assert checked(text, results_from(study, ROWS, language)) == text


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("zh", "71%选择价格", "71%"),
        ("zh", "48%选择价格，70%选择质量", "价格 is 70%"),
        ("zh", "约八成选择质量", "约八成"),
        ("zh", "八成选择价格", "八成"),
        ("zh", "一半选择质量", "一半"),
        ("zh", "选择价格的上升10个百分点", "上升"),
        ("zh", "选择质量的上升3个百分点", "上升"),
        ("zh", "价格下降12个百分点", "12 points"),
        ("zh", "质量居首", "居首"),
        ("zh", "80%选择价格", "80%"),
        ("zh", "70%选择价格，抽样误差很小", "抽样误差"),
        ("zh", "70%选择价格，回答率不低", "回答率"),
        ("zh", "5000名家长回答，70%选择价格", "5000"),
        ("zh", "北区30%的家长选择质量", "30%"),
        ("zh", "北区60%的家长选择价格", "60%"),
        ("en", "More than two thirds chose Quality", "More than two thirds"),
        ("en", "More than two-thirds chose Quality", "More than two-thirds"),
        ("en", "Three quarters chose Price", "Three quarters"),
        ("en", "Three-quarters chose Price", "Three-quarters"),
        ("en", "More than three-quarters chose Price", "More than three-quarters"),
        ("en", "Two in three chose Price", "Two in three"),
        ("en", "Quality rose since 2023", "rose"),
        ("en", "Quality comes first", "comes first"),
        ("en", "Price at 70%, with a margin of error of 2 points", "margin of error"),
        ("en", "A significant 70% chose Price", "significant"),
        ("en", "70% chose Price in 2019", "2019"),
    ],
)
def test_what_contradicts_them_is_refused_by_name(study, language, text, word):
    with pytest.raises(StudyError) as caught:
        checked(text, results_from(study, ROWS, language))
    assert "[briefing] headline_text" in str(caught.value)
    assert word in str(caught.value)


UNLICENSED = [
    ("zh", "因为价格偏高，70%选择价格", "因为"),
    ("zh", "价格导致家长不愿送托", "导致"),
    ("zh", "全市70%选择价格", "全市"),
    ("zh", "所有家长都选择价格", "所有"),
    ("zh", "居民普遍担心价格", "居民"),
    ("zh", "价格位列第一", "位列"),
    ("zh", "北区选择价格的比例最高", "最高"),
    ("en", "Parents stay away because of Price", "because"),
    ("en", "Price keeps parents away", "keeps"),
    ("en", "Why parents choose Price", "Why"),
    ("en", "Citywide, 70% chose Price", "Citywide"),
    ("en", "All parents chose Price", "All parents"),
    ("en", "Residents chose Price", "Residents"),
    ("en", "Price ranks above Quality", "ranks"),
    ("en", "North is highest on Price", "highest"),
]


@pytest.mark.parametrize(("language", "text", "word"), UNLICENSED)
def test_what_volunteers_do_not_show_takes_a_reason_which_is_printed(study, tmp_path, language, text, word):
    with pytest.raises(StudyError, match=f'says "{word}", which .*unlicensed = "the reason for it"'):
        checked(text, results_from(study, ROWS, language))
    drawn = replace(study, sample="probability")
    assert checked(text, results_from(drawn, ROWS, language)) == text
    given = study.path.read_text(encoding="utf-8").replace(
        "[briefing]\n", f'[briefing]\nheadline_text = "{text}"\nunlicensed = "A trial, 2024"\n'
    )
    (tmp_path / "study.toml").write_text(given, encoding="utf-8")
    results = results_from(survey.read_study(tmp_path / "study.toml"), ROWS, language)
    assert headline(results) == text
    assert headline_note(results).endswith("A trial, 2024")


def test_labels_are_not_the_headlines_own_words(study):
    """An answer that is called "Because of price", or people who are called 所有受访家长, state nothing."""
    results = results_from(study, ROWS)
    label = study.questionnaire["concerns"].option("price").label
    text = study.path.read_text(encoding="utf-8").replace('en = "Price"', 'en = "Because of the price"')
    assert str(label) in text
    study.path.with_name("other.toml").write_text(text, encoding="utf-8")
    other = survey.read_study(study.path.with_name("other.toml"))
    said = "70% chose “Because of the price”"
    assert checked(said, results_from(other, ROWS)) == said
    with pytest.raises(StudyError, match="because"):
        checked("70% chose Price because of the price", results)
    with pytest.raises(StudyError, match='says "Most", and no share in it is clearly above a half'):
        checked("Most chose Quality", results)
    assert checked("Most chose Price", results) == "Most chose Price"
    with pytest.raises(StudyError, match="多数"):
        checked("多数选择质量", results_from(study, ROWS, "zh"))


@pytest.mark.parametrize(
    ("estimate", "true", "false"),
    [(0.672, "two{}thirds", "three{}quarters"), (0.75, "three{}quarters", "two{}thirds")],
)
@pytest.mark.parametrize("joint", ["-", " "])
def test_two_thirds_and_three_quarters_have_a_hyphen_or_none(study, estimate, true, false, joint):
    results = results_from(study, [share("price", estimate, 0.002), *ROWS[1:]])
    text = true.format(joint).capitalize() + " chose Price"
    assert checked(text, results) == text
    for fraction in (false.format(joint).capitalize(), f"More than three{joint}quarters"):
        with pytest.raises(StudyError, match=f'says "{fraction}", which is not true'):
            checked(f"{fraction} chose Price", results)
    more = f"More than two{joint}thirds chose Price"
    assert checked(more, results) == more


def test_it_stands_on_page_1_in_place_of_the_sentence_made(study, tmp_path):
    text = study.path.read_text(encoding="utf-8")
    own = '[briefing]\nheadline_text = { zh = "家长怎么说", en = "What parents say" }\n'
    (tmp_path / "study.toml").write_text(text.replace("[briefing]\n", own), encoding="utf-8")
    results = results_from(survey.read_study(tmp_path / "study.toml"), ROWS)
    assert headline(results) == "What parents say"
