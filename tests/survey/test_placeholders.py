"""What a drafted study file leaves to be written is named, and what is made from it is printed as a draft."""

import pypdfium2
import pytest
from pdf import pages
from small_study import refusal, replace, study_with
from tiny_study import tiny_study

import survey
from reports.cli import main
from survey.study.placeholders import placeholders


def named(study):
    return [left.where.removeprefix("study.toml, ") for left in placeholders(study)]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('zh = "小样", en = "A small study"', 'zh = "标题待填", en = "A small study"', "[study] title"),
        ('publisher = "Example"', 'publisher = "publisher: FILL IN"', "[study] publisher"),
        ('title = { zh = "小样", en = "A small study" }\n', "", "[study] title"),
        ('publisher = "Example"\n', "", "[study] publisher"),
        ("population =", "#", "[study] population"),
        ('zh = "家长", en = "parents"', 'zh = "家长", en = "PEOPLE ASKED"', "[study] population"),
        ('id = "2024"\n', 'id = "first"\n', "[waves, entry 1] id"),
        ('options.no = { zh = "不愿意", en = "No" }', 'options.no = { zh = "不愿意" }', "[study] languages"),
        ('text = { zh = "您的性别？", en = "Are you a man or a woman?" }', 'text = { zh = "您的性别？" }',
         "[study] languages"),
        ('publisher = "Example"', 'publisher = "示例"', "[study] languages"),
        ('sponsor = "Example"', 'sponsor = "示例"', "[study] languages"),
        ('sponsor = "Example"', 'sponsor = { zh = "示例" }', "[study] languages"),
        ('by = "district"\n[disclosure]', 'by = "district"\npeople = { zh = "家长" }\n[disclosure]',
         "[study] languages"),
        ('file = "sex.csv"', 'file = "sex.csv"\nsource = { zh = "普查" }', "[study] languages"),
        ('en = "How much could you pay?" }', 'en = "How much?" }\nunit = "元"', "[study] languages"),
        ('{ zh = "男", en = "Men" }', '{ zh = "1 待填", en = "Men" }', "[questions]"),
        ('zh = "您的性别？"', 'zh = "待填"', "[questions]"),
    ],
)  # fmt: skip
def test_each_text_that_waits_to_be_written_is_named(tmp_path, old, new, where):
    path = study_with(tmp_path)
    assert named(survey.read_study(path)) == []
    replace(tmp_path, "study.toml", old, new)
    assert named(survey.read_study(path)) == [where]


def test_a_wave_with_a_label_and_figures_for_labels_need_no_more(tmp_path):
    path = study_with(tmp_path)
    replace(tmp_path, "study.toml", 'id = "2024"\n', 'id = "first"\nlabel = "2024"\n')
    replace(tmp_path, "study.toml", '{ zh = "北区", en = "North" }', '{ zh = "0–11" }')
    assert named(survey.read_study(path)) == []


@pytest.mark.parametrize(
    ("wording", "labels", "left"),
    [
        ("Are you a man or a woman?", "123", True),
        ("How satisfied are you?", "12345", True),
        ("How satisfied are you, from 1 (not at all) to 5 (very)?", "12345", False),
        ("How many children do you have?", "123", False),
        ("您有几个孩子？", "123", False),
        ("How likely, of 15 people?", "12345", True),  # 15 holds a 1 and a 5, and explains neither
        ("How likely is it?", "01234", False),  # whose first place is no 0
    ],
)
def test_labels_that_only_count_the_options_are_no_labels(tmp_path, wording, labels, left):
    options = "".join(f'options.o{label} = {{ zh = "{label}", en = "{label}" }}\n' for label in labels)
    study = tiny_study(tmp_path, f'[questions.q]\nkind = "single"\ncolumn = 1\ntext = "{wording}"\n{options}')
    # A wording in Chinese alone lacks its English, which is another matter.
    apart = ["[study] languages"] if "您" in wording else []
    assert named(study) == apart + (["[questions]"] if left else [])
    words = f'options.o{labels[0]} = {{ zh = "不 {labels[0]}", en = "no {labels[0]}" }}\n'
    path = tmp_path / "study.toml"
    first = options.splitlines(keepends=True)[0]
    path.write_text(path.read_text(encoding="utf-8").replace(first, words), encoding="utf-8")
    assert named(survey.read_study(path)) == apart


def test_an_unfinished_study_is_printed_as_a_draft_and_the_screen_says_why(tmp_path, capsys):
    path = study_with(tmp_path, 'status = "for comment"')
    replace(tmp_path, "study.toml", 'id = "2024"\n', 'id = "first"\n')
    assert main(["report", str(path), "--out", str(tmp_path / "printed")]) == 0
    said = capsys.readouterr().out
    assert 'printed as a draft: study.toml, [waves, entry 1] id: is still "first"; write its year' in said
    assert main(["plan", str(path), "--out", str(tmp_path / "printed")]) == 0
    for name in ("briefing-en.pdf", "plan-en.pdf"):
        assert all("DRAFT" in page.upper() for page in pages(tmp_path / "printed" / name))


def test_a_draft_is_stamped_in_front_of_pages_and_charts(tmp_path):
    path = study_with(tmp_path, 'status = "draft"', 'files = ["pictures"]')
    assert main(["report", str(path), "--out", str(tmp_path / "a")]) == 0
    for language, stamp in (("en", "DRAFT"), ("zh", "草稿")):
        charts = sorted((tmp_path / "a" / "charts").glob(f"*-{language}.svg"))
        assert charts
        for chart in charts:
            drawn = chart.read_text(encoding="utf-8")
            # Nothing is drawn after it but the line that says the data are made up.
            after = drawn[drawn.index(f">{stamp}</text>") :]
            assert "<path" not in after
            assert "<use" not in after
    assert _last_drawn(tmp_path / "a" / "briefing-en.pdf", "DRAFT")
    replace(tmp_path, "study.toml", 'status = "draft"', 'status = "for comment"')
    assert main(["report", str(path), "--out", str(tmp_path / "b")]) == 0
    for chart in (tmp_path / "b" / "charts").glob("*.svg"):
        assert "DRAFT" not in chart.read_text(encoding="utf-8")
    assert not _last_drawn(tmp_path / "b" / "briefing-en.pdf", "DRAFT")


def _last_drawn(path, text):
    """Say whether a text is the last thing drawn on every page."""
    document = pypdfium2.PdfDocument(path)
    try:
        last = []
        for page in document:
            *_, final = page.get_objects(max_depth=1)
            left, bottom, right, top = final.get_bounds() if hasattr(final, "get_bounds") else final.get_pos()
            last.append(
                text in page.get_textpage().get_text_bounded(left - 9, bottom - 9, right + 9, top + 9)
            )
        return all(last)
    finally:
        document.close()


def test_all_gaps_of_a_final_briefing_are_named_at_once(tmp_path, capsys):
    study_with(tmp_path, 'status = "final"')
    replace(tmp_path, "study.toml", 'publisher = "Example"', 'publisher = "发布者待填"')
    replace(tmp_path, "study.toml", 'by = ["district"]\n', 'by = ["district"]\namounts = ["fee"]\n')
    replace(tmp_path, "study.toml", 'sponsor = "Example"', 'sponsor = { zh = "示例" }')
    line = refusal(tmp_path, capsys)
    for gap in (
        *("conductor", "recruitment", "mode", "quality", "limits", "contact"),
        *('unit of question "fee"', "[study] publisher", "disclosure.sponsor"),
    ):
        assert gap in line, gap


def test_a_final_briefing_is_refused_while_a_placeholder_stands(tmp_path, capsys):
    study_with(tmp_path, 'status = "final"')
    replace(tmp_path, "study.toml", 'publisher = "Example"', 'publisher = "发布者待填"')
    assert '[study] publisher (is still "发布者待填")' in refusal(tmp_path, capsys)
