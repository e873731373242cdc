"""Word files and slides: native parts, words for those who cannot see, the same bytes at any time."""

import io
import time
import zipfile
from datetime import datetime

import docx
import pptx
import pytest
from office_texts import slide_texts, word_texts
from small_study import reported, study_with

from reports.documents.office import settled

LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return reported(study_with(tmp_path_factory.mktemp("office"), 'files = ["word", "slides"]'))


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_captions_and_tables_are_words_own(demo, language):
    file = docx.Document(demo / f"briefing-{language}.docx")
    styles = [paragraph.style.name for paragraph in file.paragraphs]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") > 5
    assert styles.count("Caption") == len(file.inline_shapes) + len(file.tables) - 1  # but the key figures
    fields = [field.get(f"{{{field.nsmap['w']}}}instr") for field in file.element.body.iter("{*}fldSimple")]
    assert sum(field.startswith("SEQ ") for field in fields) == styles.count("Caption")
    for table in file.tables[1:]:
        rows = table._tbl.tr_lst
        assert rows[0].trPr.find("{*}tblHeader") is not None
        assert all(row.trPr.find("{*}cantSplit") is not None for row in rows)
        assert table._tbl.tblPr.find("{*}tblLook").get(f"{{{table._tbl.nsmap['w']}}}firstColumn") == "1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_a_word_file_say_what_they_show(demo, language):
    file = docx.Document(demo / f"briefing-{language}.docx")
    assert len(file.inline_shapes) >= 5
    for shape in file.inline_shapes:
        assert len(shape._inline.docPr.get("descr")) > 15
        assert shape._inline.docPr.get("title")
        # No chart has larger letters than another, and none is pushed over the margin.
        assert shape.width / pixels_of(file, shape) <= 1.2 * 914_400 / 220
        assert shape._inline.get("distL") == "0"
        assert shape.width <= file.sections[0].page_width - 2 * file.sections[0].left_margin


def pixels_of(file, shape):
    part = file.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
    return part.image.px_width


def test_styles_have_a_chinese_font_and_the_language_of_the_text(out):
    for language, code in LANGUAGES.items():
        file = docx.Document(out / f"briefing-{language}.docx")
        for name in ("Normal", "Heading 1", "Caption", "Table Text", "Key Figure"):
            fonts = file.styles[name].element.rPr.rFonts
            assert fonts.get(f"{{{fonts.nsmap['w']}}}eastAsia") in ("SimSun", "Microsoft YaHei")
            assert not [key for key in fonts.attrib if key.endswith("Theme")]
        lang = file.styles.element.find(".//{*}docDefaults//{*}lang")
        assert {value for key, value in lang.attrib.items() if not key.endswith("bidi")} == {code}


def test_a_table_of_a_word_file_holds_what_the_page_prints(out):
    tables = docx.Document(out / "briefing-en.docx").tables
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]
    (cells,) = [cells for cells in tables[1:] if cells[0][0] == "Answer" and len(cells[0]) == 3]
    assert any(row[0] == "Price" and "to" in row[2] for row in cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_five_slides_with_titles_notes_and_one_native_chart(demo, language):
    slides = pptx.Presentation(demo / f"slides-{language}.pptx").slides
    assert len(slides) == 5
    for slide in slides:
        assert slide.shapes.title.text
        assert "2,083" in slide.notes_slide.notes_text_frame.text
    (chart,) = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    values = chart.plots[0].series[0].values
    assert values[-1] == max(values) == pytest.approx(0.70, abs=0.005)
    assert chart._chartSpace.find(".//{*}errBars/{*}plus//{*}pt/{*}v").text
    described = [s._element for slide in slides for s in slide.shapes if s.has_chart or s.shape_type == 13]
    assert len(described) == 2
    assert all(len(element.find(".//{*}cNvPr").get("descr")) > 15 for element in described)
    for slide in slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= 13.34 * 914400


def test_a_chart_of_a_slide_leaves_out_what_is_withheld(tmp_path):
    path = study_with(tmp_path, 'files = ["slides"]')
    lines = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "answers.csv").write_text("\n".join(lines[:29]) + "\n", encoding="utf-8")
    slides = pptx.Presentation(reported(path) / "slides-en.pptx").slides
    (chart,) = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    withheld = [i for i, label in enumerate(chart.plots[0].categories) if "[c]" in label]
    assert withheld
    assert [chart.plots[0].series[0].values[i] for i in withheld] == [None] * len(withheld)
    assert len(chart._chartSpace.findall(".//{*}plus//{*}pt")) == len(chart.plots[0].categories) - len(
        withheld
    )


def test_every_page_and_slide_says_draft_and_made_up(tmp_path):
    out = reported(study_with(tmp_path, 'files = ["word", "slides"]', 'status = "draft"'))
    file = docx.Document(out / "briefing-en.docx")
    assert (
        file.sections[0].header.paragraphs[0].text == "DRAFT · Made-up data, not the results of a real survey"
    )
    for slide in pptx.Presentation(out / "slides-en.pptx").slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert any("DRAFT" in text and "Made-up data" in text for text in texts)


def test_the_properties_are_of_the_data_and_not_of_the_clock(out):
    for name, read in (("briefing-en.docx", docx.Document), ("slides-en.pptx", pptx.Presentation)):
        properties = read(out / name).core_properties
        assert properties.title == "A small study"
        assert properties.author == properties.last_modified_by == "Example"
        assert properties.created == properties.modified
        assert properties.modified.replace(tzinfo=None) == datetime(2024, 9, 22)
        with zipfile.ZipFile(out / name) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_file_at_another_time_has_the_same_bytes():
    def saved(moment):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            stamp = f"<dcterms:created xsi:type='x'>{moment}</dcterms:created>"
            archive.writestr(zipfile.ZipInfo("docProps/core.xml", time.gmtime(moment)[:6]), stamp)
            archive.writestr(zipfile.ZipInfo("a.txt", time.gmtime(moment)[:6]), "a")
        return stream.getvalue()

    issued = datetime(2024, 9, 22)
    assert saved(1e9) != saved(1.5e9)
    assert settled(saved(1e9), issued) == settled(saved(1.5e9), issued)
    assert b"2024-09-22" in zipfile.ZipFile(io.BytesIO(settled(saved(1e9), issued))).read("docProps/core.xml")


def test_hostile_labels_are_text(tmp_path):
    hostile = "<w:p/>&=1+1\\u202e"
    path = study_with(tmp_path, 'files = ["word", "slides"]')
    path.write_text(path.read_text(encoding="utf-8").replace('en = "Price"', f'en = "{hostile}"'), "utf-8")
    out = reported(path)
    for texts in (word_texts(out / "briefing-en.docx"), slide_texts(out / "slides-en.pptx")):
        assert any("<w:p/>&=1+1" in text for text in texts)
