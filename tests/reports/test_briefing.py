"""The printed briefing: archivable and tagged, the same bytes every time, and hostile to no text."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pdf import failures, pages, squeezed, with_appendix, words_of
from small_study import reported, write_sound

import reports.page.fonts
from reports.cli import main
from reports.commands.report import stored_estimates, write_briefing
from survey import read_study
from survey.errors import ReportError

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "taiyuan"
LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_tagged_and_archivable(demo, language):
    assert failures(demo / f"briefing-{language}.pdf") == []


def test_the_validator_can_fail(demo, tmp_path):
    data = (demo / "briefing-en.pdf").read_bytes()
    assert b"/MarkInfo" in data
    (tmp_path / "untagged.pdf").write_bytes(data.replace(b"/MarkInfo", b"/MarkOnfo"))
    assert failures(tmp_path / "untagged.pdf") != []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["七成受访家长嫌托育价格偏高，一年下降10个百分点", "上年为80%，下降明确", "愿意送托",
                "官方数据，非调查结果", "不是随机抽样，数字只代表填答者", "主要发现", "价格偏高居首"]),
        ("en", ["Sevenintenparentswhoansweredsaynurseriescosttoomuch,down10pointsinayear",
                "80%ayearearlier:aclearfall", "medianofthoseasked", "notarandomsample", "Mainfindings"]),
    ],
)  # fmt: skip
def test_page_1_stands_alone(demo, language, words):
    text = squeezed(pages(demo / f"briefing-{language}.pdf")[0])
    assert [word for word in words if word not in text] == []
    forbidden = ("marginoferror", "抽样误差：", "置信区间", "significant", "显著")
    assert [word for word in forbidden if word in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_1_holds_at_most_50_numerals(demo, language):
    """One interval a claim, in the chart: numbers such as 1,298 in its text, chart and footnote included."""
    assert len(re.findall(r"\d[\d,.]*", pages(demo / f"briefing-{language}.pdf")[0])) <= 50


MARKS = {"zh": "示例数据，非真实调查结果", "en": "Made-updata"}


@pytest.mark.parametrize(("language", "mark"), MARKS.items())
def test_every_page_says_that_the_data_are_made_up(demo, language, mark):
    for text in pages(demo / f"briefing-{language}.pdf"):
        assert mark in squeezed(text)


def test_the_flow_the_methods_and_the_disclosure_are_printed(demo):
    text = words_of(demo / "briefing-en.pdf")
    for words in (
        "Received2,6032,393",
        "Excluded:duplicate6460",
        "Analysed2,2652,083",
        "Aboutthissurvey",
        "designeffect1.36",
        "Holm",
        "Korn–Graubard",
        "seventhnationalpopulationcensus",
    ):
        assert words in text, words
    assert (demo / "briefing-en.pdf").stat().st_size < 400_000


def test_a_withheld_district_has_no_figure_anywhere(demo):
    text = "\n".join(page for part in with_appendix(demo / "briefing-en.pdf") for page in pages(part))
    rows = [line for line in text.splitlines() if line.startswith(("Yangqu", "Loufan"))]
    places = [line for line in rows if line.count("[c]") == 2]
    declared = [re.findall(r"[\d,]+", line) for line in places]
    assert declared == [["2,700", "400"], ["2,000", "300"]]
    table = [line for line in rows if "[c]" in line and line not in places]
    assert len(table) == 6
    assert not any(re.search(r"\d", line) for line in table)
    assert not any(re.search(r"n = \d+", line) for line in rows)


def test_the_same_bytes_in_another_place_time_zone_and_order(demo, tmp_path):
    study = tmp_path / "elsewhere"
    shutil.copytree(DEMO, study)
    settings = {
        "TZ": "Asia/Shanghai",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
        "MPLCONFIGDIR": str(tmp_path / "mpl"),
    }
    command = [
        sys.executable,
        "-m",
        "reports.cli",
        "report",
        str(study / "study.toml"),
        "--out",
        str(tmp_path / "out"),
    ]
    environment = {k: v for k, v in os.environ.items() if k != "HOME"} | settings
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    names = [path.relative_to(demo).as_posix() for path in demo.rglob("*") if path.is_file()]
    assert len({name for name in names if "/" not in name}) == 14
    assert len(names) > 40
    for name in names:
        one, two = ((folder / name).read_bytes() for folder in (demo, tmp_path / "out"))
        assert hashlib.sha256(one).hexdigest() == hashlib.sha256(two).hexdigest(), name


def test_a_briefing_is_reprinted_from_the_table_alone(demo, tmp_path):
    study = tmp_path / "study"
    study.mkdir()
    for name in ("study.toml", "margins-district.csv", "margins-sex-age-parents-derived.csv", "supply.csv"):
        shutil.copy(DEMO / name, study)
    written = write_briefing(read_study(study / "study.toml"), stored_estimates(demo), tmp_path / "again")
    assert [path.name for path in written] == [
        "briefing-zh.pdf",
        "briefing-zh-appendix.pdf",
        "briefing-en.pdf",
        "briefing-en-appendix.pdf",
    ]
    for path in written:
        first = [squeezed(text) for text in pages(demo / path.name)]
        assert [squeezed(text) for text in pages(path)][:2] == first[:2]


HOSTILE = '#read("/etc/passwd") *bold* _em_ $x^2$ <b>&amp; </svg> {0} {people} @ref \\u{41} //c'


def test_hostile_text_in_any_label_is_printed_as_it_stands(tmp_path):
    quoted = "'" + HOSTILE + "'"
    path = write_sound(
        tmp_path,
        ('en = "A small study"', f"en = {quoted}"),
        ('publisher = "Example"', f"publisher = {quoted}"),
        ('en = "parents" }', f"en = {quoted} }}"),
        ('en = "What worries you?"', f"en = {quoted}"),
        ('en = "Price"', f"en = {quoted}"),
        ('en = "North"', f"en = {quoted[:-1]} north'"),
        (
            'text = { zh = "您住在哪个区？"',
            f'label = {{ zh = "区", en = {quoted} }}\ntext = {{ zh = "您住在哪个区？"',
        ),
        ('sponsor = "Example"', f"sponsor = {quoted}"),
        ('id = "2024"\n', f'id = "2024"\nlabel = {{ zh = "本轮", en = {quoted} }}\n'),
    )
    out = reported(path)
    text = words_of(out / "briefing-en.pdf")
    assert text.count(squeezed(HOSTILE)) >= 12
    assert "root:" not in text
    assert failures(out / "briefing-en.pdf") == []


def test_what_no_font_can_draw_is_swapped_and_said(tmp_path, capsys):
    path = write_sound(
        tmp_path,
        ('en = "Price"', 'en = "Price 🙂\\u202e"'),
        ('zh = "质量", en', 'zh = "质量", match = ["质"], en'),
    )
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "warning: no glyph for U+1F642: printed as 〓 (en)" in said
    assert "Price〓" in words_of(tmp_path / "out" / "briefing-en.pdf")


def test_without_chinese_fonts_nothing_is_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    monkeypatch.setattr(reports.page.fonts, "SYSTEM_SANS", "No Such Font")
    path = write_sound(tmp_path)
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 2
    line = capsys.readouterr().err
    assert "no Chinese fonts were found" in line
    assert "pylopdf-fonts-zh-cn" in line
    assert "fonts-noto-cjk" in line
    assert not list((tmp_path / "out").glob("*.pdf"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'shares = ["concerns", "intent"]',
            'shares = ["intent"]',
            ["[briefing] headline", "concerns", "intent"],
        ),
        (
            'by = ["district"]',
            'by = ["sex"]',
            ["[briefing] by", "district", "is not among by of [estimates] (sex)", "add it there"],
        ),
    ],
)
def test_a_briefing_on_what_was_not_estimated_is_refused(tmp_path, capsys, old, new, words):
    path = write_sound(tmp_path, (old, new), ('compare = [["concerns", "price", "quality"]]\n', ""))
    for command in (["check", str(path)], ["report", str(path), "--out", str(tmp_path / "out")]):
        assert main(command) == 2
        line = capsys.readouterr().err
        assert [word for word in words if word not in line] == [], line


def test_a_study_of_one_language_without_groups_or_weights(tmp_path):
    path = write_sound(
        tmp_path, ('languages = ["zh", "en"]', 'languages = ["en"]'), ('\nby = "district"', "")
    )
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\[weighting\].*?\[estimates\]", "[estimates]", text, flags=re.DOTALL)
    path.write_text(text.replace('by = ["district"]\n', ""), encoding="utf-8")
    out = reported(path)
    assert not (out / "briefing-zh.pdf").exists()
    text = words_of(out / "briefing-en.pdf")
    assert "Responseswerenotweighted" in text
    assert "Afterweighting" not in text
    assert failures(out / "briefing-en.pdf") == []


def test_a_probability_sample_is_described_as_one(tmp_path):
    path = write_sound(tmp_path, ('sample = "opt-in"', 'sample = "probability"'))
    out = reported(path)
    text = words_of(out / "briefing-en.pdf")
    assert "confidenceintervals" in text
    assert "model-based" not in text
    assert "drawnatrandom" in text


def test_estimates_without_shares_are_refused(demo):
    estimates = stored_estimates(demo)
    empty = type(estimates)(
        estimates.frame[estimates.frame["measure"] == "change"], None, estimates.histories
    )
    with pytest.raises(ReportError, match="no shares"):
        write_briefing(read_study(DEMO / "study.toml"), empty, "unused")
