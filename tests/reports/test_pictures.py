"""Charts as pictures that can stand alone: what is drawn around them, and what they say."""

import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from small_study import reported, study_with

SVG = "{http://www.w3.org/2000/svg}"
MADE_UP = {"zh": "示例数据，非真实调查结果", "en": "Made-up data, not the results of a real survey"}
SAID = {
    "zh": ("来源：示例市托育服务研究组", "2024年9月2日", "有效问卷2,083份", "已加权"),
    "en": (
        "Source: Example Childcare Study Group",
        "2 to 22 September 2024",
        "2,083 valid responses",
        "weighted",
    ),
}


def charts(out, language, end):
    found = sorted((out / "charts").glob(f"*-{language}{end}"))
    assert len(found) >= 5
    return found


def lines_of(svg):
    """What the frame says: texts that stand beside the nested drawing."""
    return [node.text for node in ET.parse(svg).getroot().findall(f"{SVG}text")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_holds_title_measure_source_size_and_date(demo, language):
    words = (demo / "charts" / f"texts-{language}.txt").read_text(encoding="utf-8")
    for path in charts(demo, language, ".svg"):
        root = ET.parse(path).getroot()
        said = "".join(lines_of(path)).replace(" ", "")
        for part in SAID[language]:
            assert part.replace(" ", "") in said, path
        assert said.endswith(MADE_UP[language].replace(" ", ""))
        title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert said.startswith(title.text.replace(" ", ""))
        assert len(described.text) > 15
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
        assert path.stem in words
        assert described.text in words


def test_no_text_of_a_frame_leaves_the_picture(demo):
    for language in ("zh", "en"):
        for path in charts(demo, language, "-wide.png"):
            with Image.open(path) as picture:
                edge = picture.convert("L").crop((picture.width - 20, 0, picture.width, picture.height))
                assert edge.getextrema() == (255, 255), path
            foot = picture.convert("L").crop((0, picture.height - 6, picture.width, picture.height))
            assert foot.getextrema() == (255, 255), path


def test_other_fonts_stand_behind_that_of_the_charts(demo):
    text = (demo / "charts" / "overall-zh.svg").read_text(encoding="utf-8")
    assert text.count("'Noto Sans SC'") == text.count("'Noto Sans SC', 'Noto Sans CJK SC'") > 5


def test_pictures_have_their_sizes_and_say_what_they_show(demo):
    for language in ("zh", "en"):
        for end, size in (("-wide.png", (1600, 900)), ("-square.png", (1200, 1200))):
            for path in charts(demo, language, end):
                with Image.open(path) as picture:
                    assert picture.size == size
                    assert picture.info["dpi"] == pytest.approx((144, 144), abs=0.1)
                    picture.load()
                    assert set(picture.text) == {"Title", "Description", "Source"}
                    assert len(picture.text["Description"]) > 15
                    assert picture.getchannel("A").getextrema() == (255, 255)  # readable on any ground


def test_names_inside_a_picture_are_its_own(demo):
    for path in charts(demo, "en", ".svg"):
        names = [node.get("id") for node in ET.parse(path).getroot().iter() if node.get("id")]
        assert len(names) == len(set(names))
        assert all(name.startswith(path.stem) for name in names)


def test_a_draft_is_stamped_and_an_unweighted_study_says_so(tmp_path):
    path = study_with(tmp_path, 'files = ["pictures"]', 'status = "draft"')
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition("[weighting]\n")
    rest = rest[rest.index("[estimates]") :]
    path.write_text(f'{head}[weighting]\nmethod = "none"\n{rest}', encoding="utf-8")
    svg = reported(path) / "charts" / "overall-en.svg"
    assert ">DRAFT</text>" in svg.read_text(encoding="utf-8")
    assert any(line.endswith("; unweighted") for line in lines_of(svg))


def test_without_pictures_there_is_no_folder_of_charts(tmp_path):
    out = reported(study_with(tmp_path, 'files = ["replication"]'))
    assert not (out / "charts").exists()
    assert (out / "replication.zip").is_file()
