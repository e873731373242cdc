"""Texts of a study file that no page could hold are refused by name; a message repeats little of them."""

import ast
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from small_study import replace, reported, study_with, write_sound

from reports.cli import main
from survey import read_study
from survey.errors import StudyError, SurveyError
from survey.exports import statistics_child, statistics_file
from survey.study.plain_texts import LONGEST_TEXT

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("point", [0x1, 0x8, 0xB, 0x1F, 0x7F, 0x9F, 0xFFFE, 0xFFFF])
def test_a_character_that_cannot_be_printed_is_refused_by_name(tmp_path, point):
    path = write_sound(tmp_path, ('en = "Price"', f'en = "Pr\\u{point:04x}ice"'))
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert str(caught.value) == (
        f"study.toml, [questions.concerns.options.price] en: holds U+{point:04X}, which cannot be printed; "
        "take it out"
    )


@pytest.mark.parametrize("point", [0x9, 0xA, 0xA0, 0xFFFD, 0x1F600])
def test_what_can_be_printed_gives_pictures_that_are_xml(tmp_path, point):
    files = 'files = ["pictures"]'
    path = study_with(tmp_path, files)
    replace(tmp_path, "study.toml", 'en = "Price"', f'en = "Pr\\U{point:08x}ice"')
    pictures = [*(reported(path, out="printed") / "charts").glob("*.svg")]
    assert pictures
    for picture in pictures:
        ElementTree.fromstring(picture.read_bytes())


def test_a_key_that_cannot_be_printed_is_refused_where_its_table_is(tmp_path):
    path = write_sound(tmp_path, ("options.price =", 'options."pr\\u0001ice" ='))
    with pytest.raises(SurveyError, match=r"\[questions.concerns\] options: holds U\+0001"):
        read_study(path)


def test_a_text_of_twenty_thousand_characters_is_refused_at_once(tmp_path):
    for length in (LONGEST_TEXT, LONGEST_TEXT + 1, 20_000):
        path = write_sound(tmp_path / str(length), ('en = "Price"', f'en = "{"x" * length}"'))
        if length == LONGEST_TEXT:
            read_study(path)
            continue
        with pytest.raises(StudyError) as caught:
            read_study(path)
        assert f"en: is a text of {length:,} characters; shorten it to 5,000" in str(caught.value)


@pytest.mark.parametrize(
    "edit",
    [
        ('id = "small"', 'id = "{}!"'),
        ('sample = "opt-in"', 'sample = "{}"'),
        ('kind = "multiple"', 'kind = "{}"'),
        ("[estimates]", "[estimates]\n{} = 1"),
        ('responses = "answers.csv"', 'responses = "{}"'),
    ],
)
def test_a_message_repeats_no_more_than_a_line_of_what_it_refuses(tmp_path, capsys, edit):
    path = write_sound(tmp_path, (edit[0], edit[1].format("x" * 4000)))
    assert main(["check", str(path)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert len(error) < 1500
    assert "x" * 501 not in error


def test_nothing_a_child_answers_is_unpickled(tmp_path, monkeypatch):
    for package in ("survey", "analysis", "reports"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = {alias.name for alias in node.names} | {getattr(node, "module", "")}
                    assert not names & {"pickle", "marshal", "shelve", "dill", "joblib"}, path
                if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                    assert node.value.value is False, path

    marker = tmp_path / "run"

    class Hostile:
        def __reduce__(self):
            return (marker.touch, ())

    spoilt = tmp_path / "spoilt.npz"
    about = json.dumps({"columns": ["a"], "different": {}}).encode()
    arrays = {
        statistics_child.DICTIONARY: np.frombuffer(about, np.uint8),
        "0": np.array([Hostile()], dtype=object),
    }
    np.savez(spoilt, allow_pickle=True, **arrays)
    with pytest.raises(ValueError, match="not what was packed"):
        statistics_child.unpacked(spoilt.read_bytes())
    assert not marker.exists()


def test_a_child_runs_nothing_that_lies_in_the_working_folder(tmp_path, monkeypatch):
    """Where a study came from somebody else, a module of a common name may lie beside it."""
    for name in ("json", "numpy", "survey"):
        (tmp_path / f"{name}.py").write_text("open('run', 'w').close()\n", encoding="utf-8")
    (tmp_path / "a.sav").write_bytes((ROOT / "tests" / "exports" / "spss.sav").read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert len(statistics_file.read_statistics("sav", tmp_path / "a.sav").frame)
    assert sys.path[0] != str(tmp_path)
    assert not (tmp_path / "run").exists()
