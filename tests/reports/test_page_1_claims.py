"""Key figures, masthead, recommendations and headings of pages, made from the results or refused."""

import pytest
from estimate_rows import HELD, change, rest, results_from, share
from small_study import FORMER_WAVE, write_sound

from reports.findings.choice import choose
from reports.findings.headings import part_headings
from reports.results.settings import check_tables
from reports.sections.front_page.front_page import front_page
from reports.sections.front_page.key_figures import key_figures
from reports.sections.front_page.recommendations import recommendations
from reports.sections.section import Printing
from survey import read_study
from survey.errors import StudyError

ROWS = [share("price", 0.70), share("quality", 0.48), share("none", 0.06)]
OLD = [row | {"wave": "2023"} for row in ROWS]
HEAD = """series = { zh = "简报", en = "Briefing" }
issue = { zh = "第1期", en = "Issue 1" }
released = 2024-10-15
distribution = "Council"
contact = "Desk"
address = "https://example.org/a"
"""
OFFICIAL = """[[briefing.context]]
text = "4.07 places"
source = "Yearbook"
label = "Places"
value = 4.07
key = true
"""
ADVICE = """[[briefing.recommendations]]
text = "Lower fees."
rests_on = ["{name}"]
"""


def study_with(folder, head="", tables=""):
    folder.mkdir(exist_ok=True)
    added = ("[disclosure]\n", f"{tables}[disclosure]\n")
    study = read_study(write_sound(folder, FORMER_WAVE, ("[briefing]\n", f"[briefing]\n{head}"), added))
    check_tables(study)
    return study


def test_the_masthead_and_the_citation_hold_what_the_study_file_gives(tmp_path):
    page = front_page(Printing(results_from(study_with(tmp_path, HEAD), ROWS), "", {}))
    assert page.masthead == ("Briefing", "Issue 1", "15 October 2024", "To: Council")
    assert page.citation.endswith(". Briefing, Issue 1, 2024, https://example.org/a.")
    assert (page.contact, page.address) == ("Desk", "https://example.org/a")
    assert "Clear" in page.caution


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('released = "2024-10-15"\n', "expected a date without quotes"),
        ('address = "example.org"\n', "expected an address of the web"),
    ],
)
def test_a_day_or_an_address_that_is_none_is_refused(tmp_path, line, said):
    with pytest.raises(StudyError, match=said):
        study_with(tmp_path, line)


def test_an_official_figure_is_marked_and_its_source_stands_in_the_note(tmp_path):
    head = 'sections = ["results", "methods", "disclosure"]\n'
    results = results_from(study_with(tmp_path, head, OFFICIAL), ROWS)
    figure = key_figures(results)[-1]
    assert (figure.label, figure.share, figure.origin) == ("Places", "4.07", "official")
    assert "Places: Yearbook." in front_page(Printing(results, "", {})).headline_note
    with pytest.raises(StudyError, match="one official figure at the head of page 1"):
        study_with(tmp_path / "two", tables=OFFICIAL * 2)


CLEAR = [*OLD, *ROWS, change("price", -0.1, 0.03), rest("north", 0.2, 0.01), rest("south", 0.1, 0.4)]


@pytest.mark.parametrize("name", ["concerns.price", "concerns.price.change", "by.district.north"])
def test_a_recommendation_stands_on_clear_results(tmp_path, name):
    study = study_with(tmp_path, tables=ADVICE.format(name=name))
    assert recommendations(results_from(study, CLEAR)) == ("Lower fees.",)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("concerns.price", HELD, "which the publication rules withhold"),
        ("concerns.price", {"flag": "caution"}, "which is to be used with care"),
        ("concerns.price.change", {"p_adjusted": 0.2}, "no difference is clear"),
        ("concerns.price.district.south", {}, "no difference is clear"),
        ("concerns.pirce", {}, "which was not estimated"),
    ],
)
def test_a_recommendation_is_refused_by_what_it_rests_on(tmp_path, name, more, said):
    study = study_with(tmp_path, tables=ADVICE.format(name=name))
    rows = [row | (more if row["option"] == "price" and not row["by"] else {}) for row in CLEAR]
    with pytest.raises(StudyError, match=f'rests on "{name}", .*{said}'):
        recommendations(results_from(study, rows))


def test_a_recommendation_on_what_is_not_printed_is_left_out(tmp_path):
    study = study_with(tmp_path, tables=ADVICE.format(name="intent.yes"))
    assert recommendations(results_from(study, CLEAR)) == ()


def test_pages_are_headed_by_a_claim_where_there_is_one(tmp_path):
    study = study_with(tmp_path)
    by = [share("price", p, 0.08, by="district", group=g) for g, p in (("north", 0.9), ("south", 0.7))]
    found = results_from(study, [*CLEAR, *by])
    heads = part_headings(found, choose(found))
    assert heads["where"].heading == "More in “North” chose “Price”"
    assert heads["trust"].heading == "How far to trust it"
    vague = results_from(study, [*ROWS, *by, rest("north", 0.2, 0.5), rest("south", 0.1, 0.4)], "zh")
    assert part_headings(vague, choose(vague))["where"].heading == "各district之间未见明确差异"
