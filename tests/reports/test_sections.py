"""What follows page 1: sections chosen in the study file, what it declares for them, and a final's gate."""

import dataclasses
import re

import pypdfium2
import pytest
from estimate_rows import results_from, share
from pdf import failures, ink_of, pages, squeezed, with_appendix, words_of
from small_study import DECLARED, replace, reported, study_with

from analysis.estimates import Estimates
from reports.cli import main
from reports.commands.report import stored_estimates
from reports.language import words as language_words
from reports.results.results import results_of
from reports.results.settings import REQUIRED
from reports.sections import contents
from reports.sections.about import respondents
from reports.sections.section import Section
from reports.sections.section import paragraphs as paragraphs_of
from survey import read_study

ALL = (
    '["results", "groups", "respondents", "topline", "context", "comparison", "methods", "flow", '
    '"disclosure", "marks"]'
)


def printed(path, language="en"):
    return words_of(reported(path) / f"briefing-{language}.pdf")


def test_sections_come_in_the_order_chosen_and_tables_are_numbered_so(tmp_path):
    path = study_with(tmp_path, f"sections = {ALL}", declared=DECLARED)
    text = printed(path)
    on_pages, behind = (
        squeezed("".join(pages(part))) for part in with_appendix(tmp_path / "out" / "briefing-en.pdf")
    )
    headings = {
        on_pages: ("Resultsby", "Samplecomposition", "Resultsofothersurveys"),
        behind: (
            "Resultsforallquestions",
            "Resultsby",
            "Samplecomposition",
            "Questionwordingandresults",
            "Methods",
            "AboutthissurveyPublisher",
            "Symbolsusedinthetables[c]",
        ),
    }
    for of_part, expected in headings.items():
        places = [of_part.index(heading) for heading in expected]
        assert places == sorted(places)
    assert re.findall(r"Table(A?\d)[A-Z]", on_pages) == ["1"]
    assert re.findall(r"Table(A?\d)[A-Z]", behind) == ["A1", "A2", "A3", "A4", "A5"]
    for words in (
        "Thereare534institutions(Source:acommission,2024)",
        "CityArandomsample202446",
        "CityA:apaper",
        "Thissurveyvolunteers,online",
    ):
        assert words in text, words
    for language in ("zh", "en"):
        assert failures(tmp_path / "out" / f"briefing-{language}.pdf") == []


def test_another_order_moves_the_numbers_that_texts_refer_to(tmp_path):
    text = printed(study_with(tmp_path, 'sections = ["flow", "methods", "results", "disclosure"]'))
    assert text.index("Methods") < text.rindex("Resultsforallquestions")
    assert "analysed(TableA1)" in text
    assert "TableA2Sharechoosing" in text
    assert "Samplecomposition" not in text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('sections = ["results", "methods"]', ["lacks disclosure"]),
        (
            'sections = ["results", "method", "disclosure"]',
            ['"method" is not a recognised value', 'did you mean "methods"?'],
        ),
        ('sections = ["results", "results", "methods", "disclosure"]', ["only once"]),
        ("sections = 3", ["sections"]),
    ],
)
def test_sections_that_cannot_be_printed_are_refused(tmp_path, capsys, line, words):
    path = study_with(tmp_path, line)
    for command in ("check", "report"):
        assert main([command, str(path)]) == 2
        error = capsys.readouterr().err
        assert "[briefing] sections" in error
        assert all(word in error for word in words), error


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("share = 0.459", "share = 45.9", ["entry 1", "share", "a share from 0 to 1"]),
        ('option = "yes"', 'option = "yse"', ["entry 1", '"yse" is not an option', "yes"]),
        ('question = "intent"', 'question = "intend"', ["entry 1", 'no question "intend"']),
        ('date = "2024"\n', "", ["entry 1", "date"]),
        ("text = {", "txt = {", ["[briefing.context, entry 1]", "text"]),
    ],
)
def test_mistakes_in_what_is_declared_are_named(tmp_path, capsys, old, new, words):
    path = study_with(tmp_path, declared=DECLARED.replace(old, new))
    assert main(["check", str(path)]) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words), error


def test_a_final_briefing_needs_every_item_of_disclosure(tmp_path, capsys):
    path = study_with(tmp_path, 'status = "final"')
    before = read_study(path).disclosure.values
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert '[briefing] status: is "final" while these are empty or not written yet' in error
    for key in REQUIRED:
        assert (f"[disclosure] {key}" in error) == (key not in before)
    assert (tmp_path / "out" / "estimates.csv").read_text(encoding="utf-8") == "old"
    more = "\n".join(f'{key} = "x"' for key in REQUIRED if key not in before)
    replace(tmp_path, "study.toml", "[disclosure]\n", f"[disclosure]\n{more}\n")
    if "fieldwork" in error:
        dataclasses.replace(
            tmp_path, "study.toml", 'id = "2024"\n', 'id = "2024"\nfieldwork = [2024-09-02, 2024-09-22]\n'
        )
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 0
    assert "Final" in pages(tmp_path / "out" / "briefing-en.pdf")[0]


def test_a_draft_says_so_across_every_page(tmp_path):
    path = study_with(tmp_path, 'status = "draft"')
    out = reported(path)
    for language, word in (("zh", "草稿"), ("en", "DRAFT")):
        for text in pages(out / f"briefing-{language}.pdf"):
            assert word in squeezed(text)
        assert failures(out / f"briefing-{language}.pdf") == []


def test_official_margins_hold_text_and_charts(tmp_path):
    path = study_with(tmp_path, 'margins = "gb9704"')
    assert "主要发现" in printed(path, "zh")
    document = pypdfium2.PdfDocument(tmp_path / "out" / "briefing-zh.pdf")
    try:
        assert len(document) < 7
        for page in document:
            text = page.get_textpage()
            height = page.get_size()[1]
            tops = [text.get_rect(i)[3] for i in range(text.count_rects())]
            assert max(tops) < height - 37 / 25.4 * 72 + 2
            left, right = ink_of(page)
            assert left > 28 - 0.5
            assert right < 210 - 26 + 0.5
    finally:
        document.close()
    for language in ("zh", "en"):
        assert failures(tmp_path / "out" / f"briefing-{language}.pdf") == []


def test_a_few_people_are_not_counted_in_the_margins_nor_told_by_their_share(tmp_path):
    path = study_with(tmp_path)
    out = reported(path)
    study, estimates = read_study(path), stored_estimates(out)
    history = next(iter(estimates.histories.values()))
    margin = history.weighting.margins[0]
    first = dataclasses.replace(margin.categories[0], n=4)
    changed = dataclasses.replace(margin, categories=(first, *margin.categories[1:]))
    weighting = dataclasses.replace(history.weighting, margins=(changed, *history.weighting.margins[1:]))
    histories = {history.wave: dataclasses.replace(history, weighting=weighting)}
    table = respondents.table(results_of(study, Estimates(estimates.frame, None, histories), "en"))
    assert table.groups[0].rows[0][1:3] == ("[c]", "[c]")
    assert table.groups[0].rows[1][1] != "[c]"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('sensitivity = ["sex"]', ['"sex" is not among shares']),
        ('amounts = ["sex"]', ['"sex" is of kind "single"', "number"]),
        ("sensitivity = 1", ["[estimates] sensitivity"]),
    ],
)
def test_questions_for_other_rules_must_be_estimated(tmp_path, capsys, line, words):
    path = study_with(tmp_path)
    replace(tmp_path, "study.toml", "[estimates]\n", f"[estimates]\n{line}\n")
    assert main(["check", str(path)]) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words), error


def test_a_new_section_is_one_value_and_a_heading(tmp_path, monkeypatch):
    section = Section("contact", texts=lambda _: paragraphs_of(["Write to the office."]), usual=False)
    monkeypatch.setattr(contents, "SECTIONS", (*contents.SECTIONS, section))
    monkeypatch.setitem(language_words.words_of("en").phrases["headings"], "contact", "Contact")
    path = study_with(tmp_path, 'sections = ["results", "methods", "disclosure", "contact"]')
    results = results_from(read_study(path), [share("price", 0.7, 0.02)])
    last = contents.printed_sections(contents.printing_of(results))[-1]
    assert (last.name, last.heading) == ("contact", "Contact")
    assert last.blocks == [{"kind": "text", "texts": ["Write to the office."]}]
