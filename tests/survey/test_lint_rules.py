"""Rules on a questionnaire as a whole: what is missing, order, skips, margins, two languages."""

import pytest
from questionnaire_files import planted, tables_of, write_study

from survey.drafting.lint.findings import entries, severities
from survey.drafting.lint.lint import judge, read_form
from survey.drafting.lint.rules.bands import Band, band, meeting
from survey.drafting.lint.rules.languages import differing_numbers
from survey.drafting.lint.rules.length import minutes
from survey.drafting.lint.rules.scales import sign
from survey.drafting.lint.words import words_of

WHOLE = planted()


@pytest.fixture
def judged(tmp_path):
    def of(*, without=(), order=None, margins=None, **changed):
        tables = tables_of("s01_base", WHOLE)
        questions = tables["questions"]
        for name, change in changed.items():
            questions[name] = {**questions.get(name, {}), **change}
        names = [name for name in (order or questions) if name not in without]
        rest = [name for name in questions if name not in names and name not in without]
        tables["questions"] = {name: questions[name] for name in (*names, *rest)}
        if margins:
            (tmp_path / "margins.csv").write_text(margins, encoding="utf-8")
            tables["weighting"] = {"margins": [{"file": "margins.csv"}]}
        result = judge(read_form(write_study(tmp_path / "study.toml", tables)))
        return {
            (f.rule, f.question.name if f.question else None)
            for f in result.findings
            if f.weight != "consider"
        }

    return of


@pytest.mark.parametrize(
    ("lacking", "rule"),
    [
        ("age", "no_age"),
        ("intent", "no_intent"),
        ("consent", "no_consent"),
        ("sex", "no_sex"),
        ("fee", "no_fee"),
    ],
)
def test_what_is_not_asked_is_named(judged, lacking, rule):
    assert (rule, None) in judged(without=[lacking])


def test_nothing_is_missing_in_a_questionnaire_on_something_else(judged):
    kept = ("sex", "age", "schooling")
    assert judged(without=[n for n in WHOLE["files"]["s01_base"]["order"] if n not in kept]) == set()


def test_order(judged):
    assert ("consent_late", "consent") in judged(order=["sex"])
    assert ("eligibility_late", "child_birth") in judged(order=["consent", "intent"])
    assert ("intent_after_concerns", "intent") in judged(order=["consent", "concerns"])
    said = {
        "zh": "本市托育机构平均每月收费3000元。您听说过吗？",
        "en": "Nurseries cost about 3,000 yuan a month. Have you heard?",
    }
    told = {
        "kind": "single",
        "text": said,
        "options": {"a": {"zh": "听说过", "en": "Yes"}, "b": {"zh": "没有", "en": "No"}},
    }
    assert ("fee_after_cost", "fee") in judged(order=["consent", "told"], told=told)
    assert ("fee_after_cost", "fee") not in judged(told=told)  # behind the fee
    supposed = {
        "zh": "如果每月收费3000元，您会送吗？",
        "en": "If fees were 3,000 yuan a month, would you send your child?",
    }
    assert ("fee_after_cost", "fee") not in judged(order=["consent", "told"], told={**told, "text": supposed})


def test_skips(judged):
    unasked = {"asked_if": [{"question": "consent", "in": ["no"]}]}
    assert ("skip_never", "channel") in judged(channel=unasked)
    assert ("skip_unknown", "channel") in judged(
        channel={"asked_if": [{"question": "nothing", "in": ["no"]}]}
    )
    assert ("skip_forward", "care") in judged(care={"asked_if": [{"question": "intent", "in": ["yes"]}]})
    by_label = {"asked_if": [{"question": "intent", "not_in": ["不愿意"]}]}
    assert not {rule for rule, _ in judged(fee=by_label)} & {"skip_unknown", "fee_base"}


def test_a_scale_that_runs_the_other_way(judged):
    steps = WHOLE["base"]["sat_fee"]["options"]
    names = [*reversed([n for n in steps if n != "dk"]), "dk"]
    other = {
        "kind": "single",
        "text": {"zh": "您对公园满意还是不满意？", "en": "How satisfied or dissatisfied are you with parks?"},
    }
    found = judged(parks={**other, "options": {n: steps[n] for n in names}})
    assert ("scale_direction", "parks") in found


def test_categories_of_population_figures(judged):
    assert ("margin_labels_differ", "sex") in judged(margins="sex,population\nm,1\nw,1\n")
    assert judged(margins="sex,population\nmale,1\nfemale,1\n") == set()
    # Finer bands of answers are merged into those of the figures, coarser ones cannot be parted.
    assert judged(margins="age,population\n20-39,1\n40-49,1\n") == set()
    assert ("age_bands_differ", "age") in judged(margins="age,population\n20-24,1\n25-39,1\n40-49,1\n")


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("5000元以下", -float("inf"), 5000), ("1万元（含）～2万元", 10000, 20000), ("1-2万", 10000, 20000),
        ("三次以上", 3, float("inf")), ("不到半年", -float("inf"), 0.5), ("6个月～1岁", 6, 12), ("2个", 2, 2),
    ],
)  # fmt: skip
def test_bands_are_read(label, low, high):
    found = band(label.replace("（", "(").replace("）", ")"), words_of("zh"))
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        (Band("", 0, 5), Band("", 5, 9), "band_overlap"), (Band("", 0, 4), Band("", 5, 9), ""),
        (Band("", 0, 5, "in", "out"), Band("", 5, 9), ""), (Band("", 0, 4), Band("", 6, 9), "band_gap"),
        (Band("", 0, 5, "in", "out"), Band("", 5, 9, "out"), "band_gap"),
        (Band("", 0, 5), Band("", 5, 9, "unclear"), "band_unclear"),
        (Band("", 0, 5, "in", "unclear"), Band("", 6, 9), ""),
        (Band("", 0, 7), Band("", 5, 9), "band_overlap"),
    ],
)  # fmt: skip
def test_where_bands_meet(first, second, rule):
    assert meeting(first, second) == rule


@pytest.mark.parametrize(
    ("language", "label", "side"),
    [
        ("zh", "基本满意", 1), ("zh", "不太满意", -1), ("zh", "一般", 0), ("zh", "没有了解过", None),
        ("zh", "收费高", None), ("zh", "既不赞成也不反对", 0), ("zh", "很重要", None),
        ("en", "Tend to agree", 1),
        ("en", "Strongly disagree", -1), ("en", "Neither good nor bad", 0), ("en", "Good food", None),
        ("en", "Not at all satisfied", -1), ("en", "Don't know", None),
    ],
)  # fmt: skip
def test_the_side_of_a_label(language, label, side):
    assert sign(label, words_of(language)) == side


@pytest.mark.parametrize(
    ("zh", "en", "differ"),
    [
        ("12个月内", "in the next 6 months", True),
        ("0.5万元（含）～1万元", "5,000 to under 10,000 yuan", False),
        ("7点到16点", "7 am to 4 pm", False), ("3个及以上", "Three or more", False),
        ("1年", "12 months", False),
        ("20000元及以上", "30,000 yuan or more", True), ("1个", "1 child", False),
    ],
)  # fmt: skip
def test_numbers_of_two_languages(zh, en, differ):
    assert bool(differing_numbers(zh, en)) == differ


def test_the_sound_questionnaire_takes_three_minutes(tmp_path):
    form = read_form(write_study(tmp_path / "study.toml", tables_of("s01_base", WHOLE)))
    assert minutes(form) == pytest.approx(2.9, abs=0.1)


def test_every_rule_has_its_sentences_in_both_languages():
    zh, en = entries("zh"), entries("en")
    assert zh.keys() == en.keys() == {"page", *severities()}
    fields = dict.fromkeys(("found", "rows", "n", "other", "points", "first", "file", "minutes"), "x")
    for texts in (zh, en):
        for rule in severities():
            assert texts[rule].keys() == {"what", "why", "better"}
            assert all(text.format(**fields) for text in texts[rule].values())
    assert zh["page"].keys() == en["page"].keys()
    assert words_of("zh").patterns.keys() == words_of("en").patterns.keys()
