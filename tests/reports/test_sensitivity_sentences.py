"""Sentences on shares under other choices and on how wrong a share may be, each from its own row."""

import re

import pytest
from estimate_rows import HELD, change, results_from, share
from pdf import failures, words_of
from small_study import FORMER_WAVE, replace, reported, study_with, write_sound

from analysis.sensitivity.alternatives import AS_HERE, Alternative
from reports.commands.report import stored_estimates
from reports.language.numbers import percent_number
from reports.results.alternatives import alternatives_of, moved
from reports.results.results import results_of
from reports.sections import sensitivity
from reports.sections.questions import amounts
from reports.sections.sensitivity_text import change_text, paragraphs, quotable, range_text, warning
from survey import read_study


def test_shares_under_other_choices_stand_beside_half_their_interval(tmp_path):
    path = study_with(tmp_path)
    text = words_of(reported(path) / "briefing-en.pdf")
    assert "Howrobusttheresultsare" in text
    assert re.search(r"Largestmovebyoneofthesechoices\d+\.\d\d+\.\d", text)
    assert re.search(r"Half-widthoftheintervalinthisbriefing\d+\.\d\d+\.\d", text)
    frame = stored_estimates(tmp_path / "out").frame
    rows = frame[(frame["by"] == "screening") & (frame["option"] == "price")]
    assert list(rows["group"]) == ["none", "minimal", "default", "strict"]
    own = frame[(frame["by"] == "") & (frame["option"] == "price") & (frame["measure"] == "share")]
    as_here = frame[(frame["by"] == "as_here") & (frame["option"] == "price")]
    assert as_here["estimate"].tolist() == rows.loc[rows["group"] == "default", "estimate"].tolist()
    assert as_here["estimate"].tolist() == own["estimate"].tolist()
    assert "Forthetruesharechoosing“Price”to" in text
    for language in ("zh", "en"):
        assert failures(tmp_path / "out" / f"briefing-{language}.pdf") == []


def number(measure, option, value, half, **more):
    return share(option, value, half, question="fee", measure=measure) | more


def test_amounts_come_with_mean_median_and_middle_half_or_not_at_all(tmp_path):
    path = study_with(tmp_path)
    rows = [share("price", 0.70, 0.022)]
    rows += [number("mean", "", 2049.5, 60.2), number("quantile", "0.25", 1300.0, 50)]
    rows += [number("quantile", "0.5", 1800.0, 99.6), number("quantile", "0.75", 2600.0, 100)]
    study = read_study(path)
    heading = (study.questionnaire["fee"].label or study.questionnaire["fee"].text).in_("en")
    for more, cells in (
        ({}, (heading, "400", "2,050", "1,989 to 2,110", "1,800", "1,700 to 1,900", "1,300 to 2,600")),
        (HELD, (heading, *["[c]"] * 6)),
    ):
        table = amounts.table(results_from(study, [*rows[:-1], rows[-1] | more]))
        assert table.groups[0].rows == (cells,)
    assert amounts.table(results_from(study, rows[:1])) is None


def choice(option, value, kind, name="", **more):
    return share(option, value, 0.02, **Alternative(kind, name).keys) | more


@pytest.mark.parametrize(("low", "more"), [(0.67, True), (0.679, False)], ids=["outside", "inside"])
def test_choices_are_held_against_half_the_interval_and_named(tmp_path, low, more):
    rows = [share("price", 0.70, 0.022), share("quality", 0.48, 0.02), share("none", 0.06, 0.01)]
    rows += [choice("price", 0.7, "as_here"), choice("price", 0.3, "unweighted")]
    rows += [
        choice("price", low, "margin_left_out", "district"),
        choice("price", 0.72, "margin_left_out", "sex"),
        choice("price", 0.1, "rule_left_out", "duplicate", note="no_choice"),
        choice("price", 0.7, "bounds", "wider", **HELD | {"note": "cannot_be_weighted"}),
    ]
    rows += [choice("price", p, "screening", name) for name, p in (("none", 0.5), ("default", 0.2))]
    study = read_study(study_with(tmp_path))
    results = results_from(study, rows)
    # From 67.9 to 72 is 4.1 points, more than 2.2, yet no choice is further than 2.2 from 70.
    assert moved(results, "price").matters_more == more
    named = "Moved by more than half of the interval: “Price” (not weighted by district)."
    assert (named in range_text(results)) == more
    assert (
        "变动大于区间半宽的有：“价格”（不按district加权）。" in range_text(results_from(study, rows, "zh"))
    ) == more
    assert bool(warning(results)) == more
    table = sensitivity.table(results)
    cells = {row[0]: row[1] for group in table.groups for row in group.rows}
    assert cells == {
        "As in this briefing": "70",
        "No exclusions": "50",
        "Unweighted": "30",
        "Not weighted by district": percent_number(low),
        "Not weighted by sex": "72",
        "Looser weight limits": "[x]",
        "Largest move by one of these choices": f"{100 * max(0.7 - low, 0.02):.1f}",
        "Half-width of the interval in this briefing": "2.2",
    }
    # One choice is not enough: neither "unweighted" nor "no exclusions" is one.
    fewer = results_from(study, [row for row in rows if row["group"] != "sex"])
    assert moved(fewer, "price") is None
    assert range_text(fewer) == warning(fewer) == ""


def test_a_change_is_held_against_the_same_choice_in_both_waves(tmp_path):
    rows = [share("price", 0.70, 0.022), share("price", 0.80, 0.022, wave="2023")]
    rows += [change("price", -0.10, 0.03)]
    other = {"measure": "alternative_change", "by": "margin_left_out"}
    rows += [change("price", d, 0, **other | {"group": g}) for g, d in (("district", -0.06), ("sex", 0.01))]
    rows += [change("price", 0.5, 0, **other | {"group": "age", **HELD, "note": "one_wave"})]
    study = read_study(write_sound(tmp_path / "a", FORMER_WAVE))
    results = results_from(study, rows)
    assert change_text(results) == (
        "Made in both waves, these choices put the change since 2023 at −10 to +1 for “Price” (points). "
        "For “Price”, that is a move of the change by more than half of its interval. "
        "For “Price”, the direction depends on the choice."
    )
    assert (
        warning(results) == "They move the change since 2023 for “Price” by more than half of its interval."
    )
    assert change_text(results_from(study, rows, "zh")) == (
        "两次调查均改用同一方案，较2023的变化为：“价格”−10至+1（百分点）。"
        "其中“价格”的变化因此变动，幅度大于其区间半宽。“价格”是升是降，因方案而异。"
    )
    assert change_text(results_from(study, rows[:4])) == ""


def study_of_questions_named_like_alternatives(folder):
    """The small study with the questions `choice` and `screening`, whose options are named so too."""
    path = study_with(folder)
    for old, new in (
        ("[questions.district]", "[questions.choice]"),
        ("district = [[", "choice = [["),
        ("options.north", "options.as_here"),
        ("options.south", "options.unweighted"),
        ('[["south", "west"]]', '[["unweighted", "west"]]'),
        ("[questions.intent]", "[questions.screening]"),
        ("options.no =", "options.none ="),
        ("options.depends", "options.minimal"),
        ('of = ["yes", "depends"]', 'of = ["yes", "minimal"]'),
        ('of = ["no"]', 'of = ["none"]'),
        ('from = "intent"', 'from = "screening"'),
        ('question = "intent", in = ["yes", "depends"]', 'question = "screening", in = ["yes", "minimal"]'),
        ('complete = ["intent"', 'complete = ["screening"'),
        ('shares = ["concerns", "intent"]', 'shares = ["screening", "choice", "concerns"]'),
        ('by = ["district"]', 'by = ["choice", "screening"]\nsensitivity = ["screening", "choice"]'),
        ('headline = "concerns"\nlead = ["price", "quality"]', 'headline = "screening"'),
        ('by = "district"\n', 'by = "choice"\n'),
    ):
        replace(folder, "study.toml", old, new)
    for old, new in (("district", "choice"), ("north", "as_here"), ("south", "unweighted")):
        replace(folder, "district.csv", old, new)
    return path


def test_questions_named_choice_and_screening_are_told_apart_from_alternatives(tmp_path):
    path = study_of_questions_named_like_alternatives(tmp_path)
    english = words_of(reported(path) / "briefing-en.pdf")
    chinese = words_of(tmp_path / "out" / "briefing-zh.pdf")
    for text, words in (
        (english, ("Resultsbychoice", "North", "Asinthisbriefing", "Notweightedbychoice")),
        (chinese, ("北区", "本简报所用方案", "不加权")),
    ):
        for word in words:
            assert word in text, word
    results = results_of(read_study(path), stored_estimates(tmp_path / "out"), "en")
    assert (results.headline, results.by) == ("screening", "choice")
    assert set(results.groups()) == {"as_here", "unweighted", "west"}
    # Nobody was excluded and no limit binds, so that neither rules nor limits are choices here.
    assert {a.kind for a in alternatives_of(results)} == {"as_here", "unweighted", "margin_left_out"}
    as_here = results.row(question="screening", option="yes", **AS_HERE.keys)
    assert as_here.estimate == results.share("screening", "yes").estimate
    assert results.share("screening", "yes", by="choice", group="as_here").n < as_here.n
    no_rules = results.row(question="choice", option="as_here", **Alternative("screening", "none").keys)
    assert results.share("choice", "as_here", by="screening", group="none").n < no_rules.n
    for language in ("zh", "en"):
        assert failures(tmp_path / "out" / f"briefing-{language}.pdf") == []


ENDS = (("0.06", 0.58), ("0.1", 0.51))


def told(measure, option, value, low=0.0, high=0.0, **more):
    row = share(option, value, 0.0, measure=measure)
    return row | {"conf_low": low, "conf_high": high} | more


def test_each_sentence_on_how_wrong_a_share_may_be_comes_from_its_row(tmp_path):
    rows = [share("price", 0.70, 0.022), share("quality", 0.48, 0.04), share("none", 0.06, 0.01)]
    rows += [told("tipping_ratio", "price", 2.33, 2.1, 2.6, by="claim", group="half")]
    rows += [told("tipping_ratio", "quality", 0.92, 0.8, 1.1, by="claim", group="half", note="not_borne")]
    rows += [told("tipping_ratio", "quality", 0.46, 0.4, 0.53, by="claim", group="two_thirds")]
    rows += [told("tipping_unreached", "price", 0.3, by="claim x reached", group="half x 0.5")]
    rows += [told("defect_correlation", "price", 0.0114, by="moved", group="0.05")]
    rows += [told("random_equivalent", "price", 91.2, by="moved", group="0.05")]
    rows += [told("proxy_correlation", "price", 0.26, note="weak"), told("proxy_correlation", "quality", 0.6)]
    rows += [
        told("share_if_selected", "quality", v, by="phi", group=g) for g, v in (("0.5", 0.4), ("1", 0.3))
    ]
    rows += [told("mean_absolute_error", "", 0.021, question=""), told("benchmark_error", "x", 0.02)]
    rows += [told("total_error", "price", 0.7, low, 1.4 - low, by="prior", group=g) for g, low in ENDS]
    rows += [
        told("bias", "", b, question="", by="prior", group=g) for g, b in (("0.06", 0.055), ("0.1", 0.09))
    ]
    rows += [told("weighting_move", "price", 0.047)]
    rows += [
        told("margin_move", "price", m, by="margin_left_out", group=g)
        for g, m in (("sex", -0.04), ("age", 0.01))
    ]
    rows += [told("times_needed", "price", 4.92, by="margin_left_out x claim", group="sex x half")]
    rows += [told("lowest_share", "price", 0.61), told("highest_share", "price", 0.75)]
    rows += [told("imputed_share", "price", 0.68, 0.65, 0.71)]
    study = read_study(study_with(tmp_path))
    results = results_from(study, rows)
    assert quotable(results) == (
        "For the true share choosing “Price” to be below half, those who chose it would have to be at least "
        "2.3 times as likely to answer as others (2.1 times at the cautious end of the interval)."
    )
    text = "\n".join(paragraphs(results))
    for words in (
        "The other leading answers: for “Quality” to be above two-thirds, those who did not choose it would "
        "have to be 2.2 times as likely to answer (1.89).",
        "“Price” is below half only if fewer than 30% of the other half would choose it.",
        "a correlation of only 0.011 between answering the questionnaire (weights included) and choosing",
        "Weighting moved the share choosing “Price” by 4.7 points; unweighted it is 65%. Leaving out sex "
        "moves it by 4.0 points; a missing variable as strong could move it as far again, either way. To "
        "bring the share to half, it would have to be 4.9 times as strong as sex.",
        "would then be worth only 91 from a random sample",
        "only weakly related to “Price” (correlation 0.26), so weighting cannot be relied on",
        "“Quality” is related to the weighting variables (correlation 0.60): if answering the questionnaire "
        "also depended on this answer, its share would be 40% (if both count equally) or 30%",
        "differ from that value by 2.1 points on average",
        "Together with the 6 to 10 points by which such surveys were off in a United States comparison, that "
        "speaks for errors of 5.5 to 9 points. Allowing for them besides the interval, the true share "
        "choosing “Price” is between 58% and 82%, or between 51% and 89%.",
        "had chosen “Price”, the share would be 61%; if all of them had, 75%.",
        "With missing answers imputed from similar people, it is 68% (65% to 71%).",
    ):
        assert words in text, words
    nothing = results_from(study, rows[:3], "zh")
    assert paragraphs(nothing) == []
    assert quotable(nothing) == warning(nothing) == ""
