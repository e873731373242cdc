"""Sound questionnaires of other words, in every format that is read: nothing must or should be changed."""

import pytest
from questionnaire_files import (
    VECTORS,
    study_of,
    write_docx,
    write_lss,
    write_qsf,
    write_study,
    write_xlsform,
)

from survey.drafting.codebooks import plain_text
from survey.drafting.lint.lint import judge, read_form

SOUND = sorted((VECTORS / "sound").glob("*.txt"))
WRITERS = {
    "txt": lambda path, text, _: path.write_text(text, encoding="utf-8"),
    "docx": lambda path, text, _: write_docx(path, text),
    "toml": lambda path, _, book: write_study(path, study_of(book)),
    "xlsx": lambda path, _, book: write_xlsform(path, book),
    "qsf": lambda path, _, book: write_qsf(path, book),
    "lss": lambda path, _, book: write_lss(path, book),
}
NEEDED = {"consent", "district", "child_birth", "children", "sex", "age", "care", "intent", "fee", "channel"}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("source", SOUND, ids=lambda path: path.stem)
def test_a_sound_questionnaire_is_left_alone(source, form, tmp_path):
    text = source.read_text(encoding="utf-8")
    path = tmp_path / f"questionnaire.{form}"
    WRITERS[form](path, text, plain_text.of_lines(source.name, text.splitlines()))
    judged = judge(read_form(path))
    heavy = [
        (f.rule, f.question and f.question.name, f.found) for f in judged.findings if f.weight != "consider"
    ]
    assert heavy == []
    assert {asked.role for asked in judged.form.asked} >= NEEDED


@pytest.mark.parametrize("source", SOUND, ids=lambda path: path.stem)
def test_a_fault_put_into_it_is_found_in_every_format(source, tmp_path):
    text = source.read_text(encoding="utf-8")
    spoilt = text
    for old, new in (
        ("20～29岁", "20～30岁"),
        ("25～34岁", "25～35岁"),
        ("20 to 29", "20 to 30"),
        ("25–34", "25–35"),
    ):
        spoilt = spoilt.replace(old, new)
    spoilt = spoilt.replace("30岁以下 / Under 30", "20～31岁 / 20 to 31")
    assert spoilt != text
    book = plain_text.of_lines(source.name, spoilt.splitlines())
    for form, write in WRITERS.items():
        path = tmp_path / f"spoilt.{form}"
        write(path, spoilt, book)
        found = {f.rule for f in judge(read_form(path)).findings}
        assert found & {"band_overlap", "band_gap"}, form
