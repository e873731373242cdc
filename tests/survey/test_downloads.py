"""Zips: the one table of people in them is read, tables of repeats are named, anything else is refused."""

import zipfile

import pytest

import survey
from survey.errors import ExportError

PEOPLE = "SubmissionDate,why,KEY\n2025-09-01T10:00:00Z,a,k1\n2025-09-01T11:00:00Z,b,k2\n"
CHILDREN = "age,PARENT_KEY,KEY\n3,k1,k1/c[1]\n4,k1,k1/c[2]\n"


def packed(folder, **files):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_csv", ".csv").replace("_tab", ".tab"), text)
    return folder / "a.zip"


def test_the_main_table_is_read_and_repeats_are_named(tmp_path):
    export = survey.read_export(packed(tmp_path, form_csv=PEOPLE, form_child_csv=CHILDREN))
    assert (export.platform, export.file, len(export)) == ("odk", "a.zip/form.csv", 2)
    assert export.notes == ("read form.csv and not form_child.csv",)


def test_tables_on_the_work_and_hidden_copies_are_no_answers(tmp_path):
    path = packed(
        tmp_path,
        parents_tab="interview__key\tinterview__id\trel\n1\ta\tx\n2\tb\ty\n",
        children_tab="interview__key\tinterview__id\tchildren__id\tage\n1\ta\t1\t3\n",
        interview__actions_tab="interview__key\tinterview__id\tdate\n1\ta\t2025-09-01\n",
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._parents.tab", "x")
        archive.writestr("photos/1.jpg", "x")
    assert survey.read_export(path).file == "a.zip/parents.tab"


def test_two_tables_of_people_are_refused_by_name(tmp_path):
    with pytest.raises(ExportError) as refused:
        survey.read_export(packed(tmp_path, one_csv=PEOPLE, two_csv=PEOPLE))
    assert str(refused.value) == (
        "a.zip: has 2 tables that could be the answers (one.csv, two.csv); "
        "unpack it, and give the one that has a row for each person"
    )


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("survey.exports.downloads.LARGEST", 10)
    with pytest.raises(ExportError, match=r"a\.zip: would unpack to more than 1 GB"):
        survey.read_export(packed(tmp_path, form_csv=PEOPLE))
