"""What holds of every briefing: proved on made-up studies of awkward shapes, in both languages."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import made_up
import numpy as np
import openpyxl
import pikepdf
import pypdfium2
import pytest
from pdf import filled, ink_of, pages, squeezed, with_appendix, words_of
from tags import pages_of, said, tables

from reports.charts import style
from reports.charts.choices import shown
from reports.commands.report import stored_estimates
from reports.documents.frame import framed
from reports.findings.clear import KINDS
from reports.language.numbers import percent
from reports.language.words import words_of as phrases_of
from reports.page.fonts import find_fonts
from reports.results.alternatives import alternatives_of
from reports.results.results import results_of
from reports.sections.document import document_of
from reports.sections.front_page.findings import findings_of
from reports.sections.front_page.headline import (
    headline,
    leading,
    said_in_headline,
    wave_in_words,
    withheld_leaders,
)
from survey import read_study

LANGUAGES = ("zh", "en")
NAMES = [made.name for made in made_up.STUDIES]
EDGES = {"": (15, 18, 20, 190), "gb9704": (37, 35, 28, 184)}  # top, bottom, left and right in millimetres
OVER = 0.6  # millimetres that a stop at the end of a line of Chinese hangs over its edge
GREY = (222, 227)  # what the watermark leaves of white paper


@pytest.fixture(scope="module", params=made_up.STUDIES, ids=NAMES)
def made(request, tmp_path_factory):
    """A study with the folder of its report."""
    return request.param, made_up.reported(request.param, tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def results(made):
    """What is printed from, by language."""
    out = made[1]
    study, estimates = read_study(out.parent / "study.toml"), stored_estimates(out)
    return {language: results_of(study, estimates, language) for language in LANGUAGES}


def briefings(made):
    return [made[1] / f"briefing-{language}.pdf" for language in LANGUAGES]


def files(made):
    return [part for path in briefings(made) for part in with_appendix(path)]


def rendered(path):
    document = pypdfium2.PdfDocument(path)
    try:
        yield from document
    finally:
        document.close()


def test_no_page_of_the_briefing_is_nearly_empty(made):
    top, bottom, *_ = EDGES[made[0].margins]
    for path in briefings(made):
        parts = [filled(page, top, bottom) for page in rendered(path)]
        assert len(parts) == 1 or min(parts) >= 0.4, (path.name, parts)


def test_the_briefing_has_few_pages_and_page_1_few_numerals(made):
    for path in briefings(made):
        texts = pages(path)
        assert len(texts) <= (8 if made[0].ratings > 20 else 4), path.name
        assert len(re.findall(r"\d[\d,.]*", texts[0])) <= 50, path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clear_result_is_said(made, results, language):
    found, choice = results[language], findings_of(results[language])
    clear = {
        key
        for key, row in found.table.items()
        if (key[5], bool(key[3])) in KINDS and row.clear and not row.suppressed
    }
    told = {key for finding in (*choice.front, *choice.also) for key in finding.keys}
    told |= {*said_in_headline(found)}
    # Of two options that are all there are the first is said.
    pair = {q.id: q.codes for q in found.questions() if q.kind == "single" and len(q.codes) == 2}
    assert {key for key in clear - told if key[2] not in pair.get(key[1], ())} == set()
    text = words_of(made[1] / f"briefing-{language}.pdf")
    for finding in (*choice.front, *choice.also):
        assert squeezed(finding.sentence) in text
    assert squeezed(headline(found)) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_used_with_care_is_marked_wherever_it_stands(made, results, language):
    found = results[language]
    shares = {key: row for key, row in found.table.items() if key[5] == "share" and not row.suppressed}
    sound = {
        percent(value)
        for row in found.table.values()
        if not row.suppressed
        for value in ((row.low, row.high) if row.doubtful else (row.estimate, row.low, row.high))
        if value == value
    }
    doubtful = {percent(row.estimate) for row in shares.values() if row.doubtful} - sound
    mark = squeezed(found.words.mark("caution"))
    text = words_of(made[1] / f"briefing-{language}.pdf")
    for figure in doubtful:
        for place in re.finditer(rf"(?<![\d.,]){re.escape(figure)}", text):
            assert text[: place.start()].endswith(mark), (figure, text[place.start() - 30 : place.end()])


def test_placeholders_stand_only_under_a_watermark_that_is_seen(made):
    for path in files(made):
        text = "".join(map(squeezed, pages(path)))
        if made[0].status != "draft":
            assert "待填" not in text
            assert "FILLIN" not in text
            continue
        for page in rendered(path):
            grey = np.asarray(page.render(scale=1).to_pil().convert("L"))
            seen = np.mean((grey >= GREY[0]) & (grey <= GREY[1]))
            assert seen >= 0.03, (path.name, seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withheld_first_answer_is_named_in_the_headline(made, results, language):
    found = results[language]
    text = headline(found)
    for code in withheld_leaders(found, leading(found)):
        assert found.quoted(found.headline, code) in text
    han = any(ord(c) > 0x2E80 for c in text)
    length = sum(c.isalnum() for c in text) if han else len(text.split())
    assert length <= (32 if han else 20), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_has_the_same_words_in_both_waves_unless_its_change_is_clear(results, language):
    found, words = results[language], phrases_of(language)
    phrases = [text for place, text in words.phrases["fraction"].items() if place not in ("of", "counted")]
    for code in found.options(found.headline) if found.previous else ():
        row = found.row("change", found.headline, code)
        if row is None or row.clear:
            continue
        alone = replace(found, lead=(code,))
        told = [wave_in_words(alone, wave) for wave in found.waves[-2:]]
        if all(told):
            assert [p for p in phrases if p in told[0]] == [p for p in phrases if p in told[1]], told


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_choices_are_printed_only_where_there_are_other_choices(made, results, language):
    found = results[language]
    heading = squeezed(found.words("headings.sensitivity"))
    text = words_of(made[1] / f"briefing-{language}.pdf")
    chosen = json.loads((made[1] / "run.json").read_text(encoding="utf-8"))
    assert chosen["study"] == made[0].name
    caption = squeezed(found.words("choices.caption", wave=found.wave_label(found.latest)))
    assert (caption in text) == (len(alternatives_of(found)) > 1 and bool(shown(found)))
    assert heading in text or caption not in text


def test_the_ink_stays_inside_the_text_block(made):
    if made[0].status == "draft":  # its watermark crosses the page
        return
    *_, left, right = EDGES[made[0].margins]
    for path in files(made):
        for number, page in enumerate(rendered(path), 1):
            first, last = ink_of(page)
            assert left - OVER <= first, (path.name, number, first)
            assert last <= right + OVER, (path.name, number, last)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_framed_picture_says_what_it_is_of_and_whose(made, results, language):
    found = results[language]
    document = document_of(found.study, found.estimates, language, inputs="")
    fonts = find_fonts()
    n = found.estimates.histories[found.latest].weighting.n
    with style.style(fonts.sans):
        for chart in document.charts:
            svg = framed(style.svg(chart.draw()), chart, "wide", prefix="p", language=language,
                         family=style.family_of(fonts.sans), mark=document.names["synthetic"])  # fmt: skip
            lines = [node.text for node in ET.fromstring(svg).findall("{http://www.w3.org/2000/svg}text")]
            text = squeezed("".join(lines))
            title = squeezed(chart.words["caption"])
            assert text.startswith(title[:40]), chart.name
            assert squeezed(found.study.publisher.in_(language)) in text
            assert f"{n:,}" in text


def test_rows_have_headers_and_none_stands_alone_on_a_page(made):
    for path in files(made):
        with pikepdf.open(path) as pdf:
            for rows in tables(pdf):
                assert all(said(cells[0], "/Scope") == "/Row" and cells[0].S == "/TH" for cells in rows)
                on = [next(iter(sorted(pages_of(cells))), None) for cells in rows]
                counts = [on.count(page) for page in dict.fromkeys(on)]
                assert len(counts) == 1 or min(counts) > 1, (path.name, counts)


def test_no_heading_ends_a_page(made):
    for path in files(made):
        for number, page in enumerate(rendered(path), 1):
            text = page.get_textpage()
            boxes = sorted((text.get_rect(i) for i in range(text.count_rects())), key=lambda box: box[1])
            boxes = [box for box in boxes if box[3] - box[1] < 100]  # not the watermark
            body = [box for box in boxes if box[1] > EDGES[made[0].margins][1] / 25.4 * 72]
            lowest = [box for box in body if box[1] < body[0][1] + 2]
            assert max(box[3] - box[1] for box in lowest) < 17, (path.name, number)


def test_the_workbook_holds_numbers_and_prints_on_few_pages(made):
    book = openpyxl.load_workbook(made[1] / "estimates.xlsx")
    for sheet in book.worksheets[3:-1]:
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 2), sheet.title
        head = next(row for row in sheet.iter_rows() if all(cell.value for cell in row))
        for cell in head:
            if re.search(r"share|low|high|占比|下限|上限", str(cell.value), re.IGNORECASE):
                column = sheet.iter_rows(min_row=head[0].row + 1, min_col=cell.column, max_col=cell.column)
                values = [c.value for (c,) in column if c.value not in (None, "")]
                assert all(isinstance(value, int | float) for value in values), (sheet.title, cell.value)
