"""A report made again: nothing differs, or each difference is named down to number and word."""

import json
import re
import shutil
from pathlib import Path

import pytest
from small_study import replace, reported, write_sound

from reports.cli import main


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verified")
    return reported(write_sound(folder, ('languages = ["zh", "en"]', 'languages = ["en"]'))).parent


@pytest.fixture
def folder(printed, tmp_path):
    return Path(shutil.copytree(printed, tmp_path / "study"))


def verified(folder, capsys, *more):
    capsys.readouterr()
    code = main(["verify", str(folder / "out" / "run.json"), *more])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_nothing_differs_and_nothing_is_written(folder, capsys):
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}
    code, said = verified(folder, capsys)
    assert code == 0
    assert "nothing differs" in said
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()} == before


def test_another_input_is_named_with_the_numbers_and_words_it_moves(folder, capsys):
    text = (folder / "answers.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    changed = [line.replace("价格", "质量", 1) if i % 3 == 0 else line for i, line in enumerate(lines)]
    assert changed != lines
    (folder / "answers.csv").write_text("\n".join([lines[0], *changed[1:]]) + "\n", encoding="utf-8")
    code, said = verified(folder, capsys)
    assert code == 1
    assert "answers.csv: the input is another file now" in said
    assert re.search(r"2024 concerns price share: estimate is 0\.\d+, was 0\.\d+", said)
    assert re.search(r"page 1, was: .*%", said)
    assert re.search(r"page 1, now: .*%", said)
    assert "estimates.xlsx: differs from byte" in said


def test_the_words_of_every_kind_of_file_that_differ_are_listed(tmp_path, capsys):
    path = write_sound(tmp_path / "study", ('languages = ["zh", "en"]', 'languages = ["en"]'))
    replace(path.parent, "study.toml", "[briefing]", '[briefing]\nfiles = ["word", "slides", "replication"]')
    reported(path)
    code, said = verified(path.parent, capsys)
    assert (code, said.rstrip().splitlines()[-1]) == (
        0, "nothing differs: same inputs, same software, every file the same to the last byte",
    )  # fmt: skip
    replace(path.parent, "study.toml", 'en = "A small study"', 'en = "Another study"')
    code, said = verified(path.parent, capsys, "--study", str(path))
    assert code == 1
    for name in (
        "index.html", "briefing-en.docx", "slides-en.pptx", "estimates.xlsx", "replication.zip",
        "estimates.csv-metadata.json",
    ):  # fmt: skip
        listed = re.search(rf"^{name}: differs from byte .*\n((?:  .*\n)+)", said, re.MULTILINE)
        assert listed, name
        assert "was: " in listed[1], name
        assert "now: " in listed[1], name
        assert "Another study" in listed[1], name


def test_a_file_altered_by_hand_is_told_from_one_that_comes_out_otherwise(folder, capsys):
    table = folder / "out" / "estimates.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.95,", "0.90,", 1), encoding="utf-8")
    (folder / "out" / "briefing-en.pdf").unlink()
    code, said = verified(folder, capsys)
    assert code == 1
    assert "estimates.csv: was altered since" in said
    assert "briefing-en.pdf: is missing" in said
    assert "the input" not in said


def test_a_study_that_changed_has_to_be_named(folder, capsys):
    replace(folder, "study.toml", 'en = "A small study"', 'en = "Another study"')
    code, said = verified(folder, capsys)
    assert code == 2
    assert "name the study file with --study" in said
    code, said = verified(folder, capsys, "--study", str(folder / "study.toml"))
    assert code == 1
    assert "study.toml: the input is another file now" in said
    assert "page 1, now: Another study" in said


def test_other_software_and_a_missing_input_are_named(folder, capsys):
    run = folder / "out" / "run.json"
    record = json.loads(run.read_text(encoding="utf-8"))
    record["estimates"]["packages"]["pandas"] = "2.0.0"
    record["briefings"]["code"] = "0"
    run.write_text(json.dumps(record), encoding="utf-8")
    (folder / "sex.csv").unlink()
    code, said = verified(folder, capsys)
    assert code == 1
    assert re.search(r"pandas: version 3\.\S+, was 2\.0\.0", said)
    assert "the code of reports is another" in said
    assert "sex.csv: the input is missing" in said
    assert "cannot be done again: " in said


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"estimates": {}}', "not json"])
def test_what_is_no_record_is_refused(tmp_path, capsys, text):
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    assert main(["verify", str(tmp_path / "run.json")]) == 2
    assert "is not the record of a finished report" in capsys.readouterr().err
