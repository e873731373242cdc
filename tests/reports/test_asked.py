"""Who was asked a question stands beside its shares and amounts, in words made of its conditions."""

import pytest
from estimate_rows import HELD, results_from, share
from pdf import words_of
from small_study import replace, reported, study_with

from reports.commands.report import stored_estimates
from reports.results.facts import asked_of
from reports.sections.front_page.headline import headline_note
from reports.sections.questions import answers, topline
from survey import read_study

CONDITIONS = {
    '[{ question = "intent", in = ["yes", "depends"] }]': (
        "those who answered “Yes” or “It depends” to “Would you use a nursery?”",
        "“您愿意送托吗？”一题选择“愿意”或“看情况”的受访者",
    ),
    '[{ question = "district", not_in = ["west"] }, { question = "fee", between = [500, 2000] }]': (
        "those who did not answer “West” to “Where do you live?” and gave between 500 and 2,000 for "
        "“How much could you pay?”",
        "“您住在哪个区？”一题未选“西区”、且“最多能付多少元？”一题填写500～2,000的受访者",
    ),
}


def study_asking(folder, condition):
    """The small study in which the concerns were asked of some, with what they were asked after."""
    path = study_with(folder)
    replace(
        folder,
        "study.toml",
        'text = { zh = "您有哪些顾虑？"',
        f'asked_if = {condition}\ntext = {{ zh = "您有哪些顾虑？"',
    )
    return read_study(path)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_conditions_are_put_in_words(tmp_path, condition, language):
    rows = [share("price", 0.7, 0.02), share("quality", 0.48), share("none", 0.06)]
    everybody = [share("price", 0.53, measure="share_of_everybody"), share("quality", 0.3, **HELD)]
    results = results_from(study_asking(tmp_path, condition), [*rows, *everybody[:1]], language)
    who = CONDITIONS[condition][language == "zh"]
    assert asked_of(results, results.study.questionnaire["concerns"]) == who
    assert asked_of(results, results.study.questionnaire["intent"]) == ""
    group = answers.table(results).groups[0]
    assert who in group.label
    labels = [row[0] for row in group.rows]
    assert {"en": "Price (53% of everybody)", "zh": "价格（占全部受访者的53%）"}[language] in labels
    assert {"en": "Quality", "zh": "质量"}[language] in labels
    assert who in topline.table(results).groups[0].label
    said = {"en": f"It was asked of {who}; of everybody, 53% chose “Price”.",
            "zh": f"该题只问{who}；以全部受访者为基数，选择“价格”的占53%。"}[language]  # fmt: skip
    assert said in headline_note(results)


def test_an_amount_says_who_gave_it_and_in_what_unit(tmp_path):
    path = study_with(tmp_path)
    replace(tmp_path, "study.toml", 'by = ["district"]\n', 'by = ["district"]\namounts = ["fee"]\n')
    fee = 'text = { zh = "最多能付多少元？", en = "How much could you pay?" }'
    replace(tmp_path, "study.toml", fee, fee + '\nunit = { zh = "元", en = "yuan" }')
    text = words_of(reported(path) / "briefing-en.pdf")
    who = "thosewhoanswered“Yes”or“Itdepends”to“Wouldyouuseanursery?”"
    row = stored_estimates(tmp_path / "out").rows(measure="share_named").iloc[0]
    assert f"wasaskedof{who};{100 * row['estimate']:.0f}%ofeverybodygaveafigure" in text
    assert "Howmuchcouldyoupay?(yuan)" in text
    assert "最多能付多少元？（元）" in words_of(tmp_path / "out" / "briefing-zh.pdf")
