"""What others need to go on: columns and codes for machines, and an archive without anybody's answers."""

import csv
import io
import json
import zipfile

import pytest
from small_study import reported, study_with

from reports.cli import main


@pytest.fixture(scope="module")
def archive(demo):
    with zipfile.ZipFile(demo / "replication.zip") as opened:
        yield {entry.filename: opened.read(entry) for entry in opened.infolist()}


def test_the_archive_holds_no_responses(archive, demo):
    fixed = {"README.txt", "estimates.csv", "estimates.csv-metadata.json", "run.json", "study.toml"}
    figures = set(archive) - fixed
    assert fixed < set(archive)
    assert len(figures) >= 3
    assert all(name.startswith(("margins-", "supply")) for name in figures)
    # The rows of people, those of a random sample too, are under these names.
    assert not [
        name for name in archive if "responses" in name or "reference" in name or name.endswith(".xlsx")
    ]
    assert archive["estimates.csv"] == (demo / "estimates.csv").read_bytes()
    record = json.loads(archive["run.json"])
    assert "briefings" not in record
    assert record["estimates"] == json.loads((demo / "run.json").read_text(encoding="utf-8"))["estimates"]


def test_its_dates_are_fixed(demo):
    with zipfile.ZipFile(demo / "replication.zip") as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_its_guide_says_what_to_ask_for_in_both_languages(archive):
    guide = archive["README.txt"].decode()
    for words in (
        "不含任何受访者的答卷",
        "responses-2024-text.xlsx",
        "reference-2024.csv",
        "no response of anybody",
        "parent-intent report",
    ):
        assert words in guide
    assert guide.index("示例数据") < guide.index("Made-up data")


def test_with_the_answers_it_makes_the_same_estimates(tmp_path):
    path = study_with(tmp_path / "first", 'files = ["replication"]')
    out, again = reported(path), tmp_path / "again"
    with zipfile.ZipFile(out / "replication.zip") as opened:
        opened.extractall(again)
    (again / "answers.csv").write_bytes((path.parent / "answers.csv").read_bytes())
    assert main(["estimate", str(again / "study.toml"), "--out", str(again / "out")]) == 0
    assert (again / "out" / "estimates.csv").read_bytes() == (again / "estimates.csv").read_bytes()


def test_files_outside_the_folder_are_named_and_left_out(tmp_path):
    path = study_with(tmp_path / "study", 'files = ["replication"]')
    (path.parent / "sex.csv").rename(tmp_path / "sex.csv")
    path.write_text(path.read_text(encoding="utf-8").replace('"sex.csv"', '"../sex.csv"'), encoding="utf-8")
    command = ["report", str(path), "--out", str(tmp_path / "out"), "--read", str(tmp_path)]
    assert main(command) == 0
    with zipfile.ZipFile(tmp_path / "out" / "replication.zip") as opened:
        assert not [name for name in opened.namelist() if "sex" in name or ".." in name]
        assert "are not in the archive: sex.csv" in opened.read("README.txt").decode()


def test_the_metadata_name_every_column_and_code_in_both_languages(demo):
    described = json.loads((demo / "estimates.csv-metadata.json").read_text(encoding="utf-8"))
    text = (demo / "estimates.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    columns = described["tableSchema"]["columns"]
    assert described["url"] == "estimates.csv"
    assert [column["name"] for column in columns] == header
    for column in columns:
        assert [label["@language"] for label in column["rdfs:label"]] == ["zh", "en"]
        assert all(label["@value"] for label in column["rdfs:label"])
    key = [header.index(name) for name in described["tableSchema"]["primaryKey"]]
    assert len({tuple(row[i] for i in key) for row in rows}) == len(rows)
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        if column["datatype"] == "number":
            assert all(value in column["null"] or float(value) == float(value) for value in values)
    codes = {key: value for note in described["notes"] for key, value in note.items()}
    concerns = codes["questions"]["concerns"]
    assert concerns["label"][1] == {"@value": "Concerns", "@language": "en"}
    assert concerns["options"]["price"][0]["@value"] == "价格偏高"
    assert codes["questions"]["fee"]["unit"][1]["@value"] == "yuan"
    used = {(row[1], row[2]) for row in rows if row[5] == "share"}
    assert all(option in codes["questions"][question]["options"] for question, option in used)
    assert codes["measures"]["share"][1]["@value"] == "Share"
