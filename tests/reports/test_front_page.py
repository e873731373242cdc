"""What the briefing says in words, and when it must not say it."""

import re
from pathlib import Path

import pytest
from estimate_rows import HELD, change, rest, results_from, share
from small_study import FORMER_WAVE, write_sound

from analysis.estimates import make_estimates
from reports.page.briefing import compose
from reports.page.fonts import find_fonts
from reports.results.facts import distinct_groups, suppressed_groups
from reports.sections.document import document_of
from reports.sections.front_page.findings import findings
from reports.sections.front_page.front_page import front_page
from reports.sections.front_page.headline import headline, headline_note, wave_in_words
from reports.sections.front_page.key_figures import change_line
from reports.sections.section import Printing
from survey import read_study

WORDS = Path(__file__).parents[2] / "reports" / "language" / "words"
ALL = [share("price", 0.70), share("quality", 0.48), share("none", 0.06)]
OLD = [row | {"wave": "2023"} for row in ALL]
BY = [share("price", p, 0.08, by="district", group=g) for g, p in (("north", 0.9), ("south", 0.7))]
BY += [share(o, 0.5, by="district", group=g) for o in ("quality", "none") for g in ("north", "south")]


def texts_of(study, estimates, language="en"):
    document = document_of(study, estimates, language, inputs="")
    made = compose(document, fonts=find_fonts())
    sections = [*made.briefing.texts["bricks"], *made.appendix.texts["sections"]]
    return {**made.briefing.texts, "sections": sections}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(write_sound(tmp_path_factory.mktemp("words"), FORMER_WAVE))


def test_the_headline_says_up_or_down_only_where_the_interval_leaves_out_0(study):
    for language, down, unclear in (
        ("en", ", down 10 points since 2023", "; no clear change since 2023"),
        ("zh", "，较2023下降10个百分点", "，较2023变化不明确"),
    ):
        clear = headline(results_from(study, [*OLD, *ALL, change("price", -0.10, 0.03)], language))
        vague = headline(results_from(study, [*OLD, *ALL, change("price", -0.02, 0.03)], language))
        assert down in clear
        assert unclear not in clear
        assert unclear in vague
        assert vague.startswith({"en": "Seven in ten people", "zh": "七成受访者"}[language])
        assert "down" not in vague
        assert "下降" not in vague


def test_a_change_that_does_not_stand_among_all_of_its_table_is_not_called_up_or_down(study):
    for p, word in ((0.049, "down 10 points"), (0.051, "no clear change")):
        found = results_from(study, [*OLD, *ALL, change("price", -0.10, 0.03, p_adjusted=p)])
        assert word in headline(found)


def test_one_wave_has_no_word_of_change(study):
    found = results_from(study, ALL)
    assert headline(found) == "Seven in ten people who answered chose “Price”"
    assert change_line(found, "price") == ""


def test_a_withheld_headline_holds_no_figure(study):
    held = [row | (HELD if row["option"] == "price" else {}) for row in ALL]
    for language in ("en", "zh"):
        text = headline(results_from(study, [row | HELD for row in held], language))
        assert not re.search(r"\d", text)
        assert "nan" not in text


def test_where_the_first_answer_is_withheld_the_headline_says_so_and_gives_the_next(study):
    held = [row | (HELD if row["option"] == "price" else {}) for row in ALL]
    assert headline(results_from(study, held)) == (
        "“Price” is not published under the publication rules; "
        "of the other answers, nearly half of people who answered chose “Quality”"
    )
    text = headline(results_from(study, held, "zh"))
    assert text == "按公布规则，“价格”一项不予公布；可公布的各项中，近一半的受访者选择“质量”"
    later = [row | (HELD if row["option"] == "quality" else {}) for row in ALL]
    assert "not published" not in headline(results_from(study, later))


@pytest.mark.parametrize(("note", "named"), [("interval_too_wide", True), ("relative_width", False)])
def test_without_leads_a_withheld_answer_is_named_where_it_may_be_the_largest(tmp_path, note, named):
    path = write_sound(tmp_path, FORMER_WAVE, ('lead = ["price", "quality"]\n', ""))
    rows = [row | ({"flag": "suppress", "note": note} if row["option"] == "none" else {}) for row in ALL]
    text = headline(results_from(read_study(path), rows))
    assert ("“No concerns” is not published; of the others, " in text) == named
    assert "even in ten people who answered chose “Price”" in text


def test_doubtful_figures_are_marked_on_page_1_and_explained(study):
    doubt = {"flag": "caution", "note": "wide_interval"}
    rows = [*OLD, *ALL, change("price", -0.10, 0.03) | doubt]
    text = front_page(Printing(results_from(study, rows), "", {}))
    assert text.key_figures[0].note == "[u] 70% in 2023: a clear fall"
    assert text.headline_note.endswith("[u] use with care.")
    rows = [row | (doubt if row["option"] == "price" else {}) for row in ALL]
    text = front_page(Printing(results_from(study, rows), "", {}))
    assert text.key_figures[0].share == "[u] 70%"
    assert text.headline == "[u] 70% of people who answered chose “Price”"
    assert "[u]" not in str(front_page(Printing(results_from(study, ALL), "", {})))
    groups = [row | doubt for row in (rest("north", 0.2, 0.01), rest("south", -0.2, 0.01))]
    assert distinct_groups(results_from(study, [*ALL, *BY, *groups]), "price") == (
        ["[u] North"],
        ["[u] South"],
    )


def test_a_key_figure_says_what_it_was_before_or_that_no_change_is_clear(study):
    found = results_from(study, [*OLD, *ALL, change("price", -0.10, 0.03), change("quality", 0.01, 0.03)])
    assert change_line(found, "price") == "70% in 2023: a clear fall"
    assert change_line(found, "quality") == "no clear change since 2023"


def test_a_change_of_one_point_is_not_in_the_plural(study):
    small = results_from(study, [*OLD, *ALL, change("price", 0.01, 0.004), change("quality", 0.02, 0.004)])
    assert headline(small).endswith(", up 1 point since 2023")
    assert change_line(small, "price") == "70% in 2023: a clear rise"
    assert findings(small) == ["More people who answered chose “Quality” than in 2023: 48%, up 2 points."]


def by_section(texts):
    return {s["name"]: b["table"] for s in texts["sections"] for b in s["blocks"] if b["kind"] == "table"}


def test_withheld_groups_are_named_and_hold_no_figure(study):
    held = [row | (HELD if row["group"] == "south" else {}) for row in BY]
    for language, name in (("en", "South"), ("zh", "南区")):
        found = results_from(study, [*ALL, *held], language)
        assert suppressed_groups(found) == [name]
        texts = texts_of(study, found.estimates, language)
        rows = [row for g in by_section(texts)["groups"]["groups"] for row in g["rows"] if row[0] == name]
        assert len(rows) == 2
        assert not re.search(r"\d|nan", " ".join(cell for row in rows for cell in row))
        assert name in texts["charts"]["groups"]["alt"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_text_of_the_page_holds_a_number_that_is_none(study, language):
    held = [row | HELD for row in (*ALL, *BY)]
    texts = texts_of(study, make_estimates(held, None, {}), language)
    assert "nan" not in str(texts).lower()


def tables_of(study, rows, language="en"):
    texts = texts_of(study, make_estimates(rows, None, {}), language)
    return by_section(texts)


def test_changes_that_were_not_computed_have_no_column(study):
    without = tables_of(study, [*OLD, *ALL, *BY, change("price", -0.1, 0.03)])
    assert without["groups"]["columns"] == (
        "district", "Number answering", "Share (%)", "95% interval for\u00a0share",
    )  # fmt: skip
    row = without["results"]["groups"][0]["rows"][1]
    assert row == ("Quality", "48", "45 to 51", "[x]", "[x]")
    assert "[x] not calculated." in " ".join(without["results"]["notes"])
    assert "[c]" not in " ".join(without["results"]["notes"])


def test_a_share_set_by_the_weighting_has_no_interval(study):
    fixed = {"flag": "caution", "note": "fixed_by_margins"}
    table = tables_of(study, [row | (fixed if row["option"] == "price" else {}) for row in ALL])["results"]
    assert table["groups"][0]["rows"][0] == ("Price", "70", "[w]")
    assert "fixed by the weighting" in " ".join(table["notes"])
    assert "[u]" not in str(table)


def test_a_base_that_is_withheld_is_not_printed_as_0(study):
    held = [row | HELD for row in ALL]
    assert "Base" not in headline_note(results_from(study, held))
    assert "Base: the 400 who answered the question." in headline_note(results_from(study, ALL))


def test_the_chart_of_groups_says_on_which_option_they_differ(study):
    rows = [*ALL, *BY, rest("north", 0.2, 0.01), rest("south", -0.2, 0.5)]
    estimates = make_estimates(rows, None, {})
    captions = [
        texts_of(study, estimates, language)["charts"]["groups"]["caption"] for language in ("en", "zh")
    ]
    assert captions[0].startswith("“Price”: North clearly different from the rest; shares by district")
    assert captions[1].startswith("“价格”：北区与其他组有明确差异；")


def test_lists_end_as_the_language_has_it(study):
    for language, text in (("en", "a, b and c"), ("zh", "a、b、c")):
        words = results_from(study, ALL, language).words
        assert words.listed(["a", "b", "c"]) == text
        assert words.listed(["a"]) == "a"
        assert words.listed([]) == ""


def test_a_wave_is_told_in_words_that_are_true_of_both_waves_unless_the_change_is_clear(study):
    unclear = [*OLD, *ALL, change("price", -0.10, 0.03), change("quality", 0.0, 0.03)]
    assert wave_in_words(results_from(study, unclear), "2024") == (
        "2024: of people who answered, about seven in ten (70%) chose “Price”; nearly half (48%) “Quality”."
    )
    # 30% and 48% have words of their own, but the change between them is not clear.
    far = {"estimate": 0.30, "conf_low": 0.27, "conf_high": 0.33}
    early = [row | (far if row["option"] == "quality" else {}) for row in OLD]
    moved = [*early, *ALL, change("price", -0.10, 0.03), change("quality", 0.01, 0.03)]
    assert "; 48% “Quality”" in wave_in_words(results_from(study, moved), "2024")
    held = [row | HELD for row in ALL]
    assert wave_in_words(results_from(study, held), "2024") == ""
    assert "nan" not in wave_in_words(results_from(study, [*OLD, *held]), "2023")
