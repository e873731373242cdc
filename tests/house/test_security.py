"""What docs/security.md promises: a study file reads and writes where it may, and nothing it holds is run."""

import os
import re
import time
import zipfile

import killed_runs
import pypdfium2
import pytest
from small_study import replace, reported, write_sound

from reports.cli import main
from survey import read_study
from survey.errors import StudyError

HOSTILE = (
    "=HYPERLINK('http://x')",
    "@SUM(1)",
    "+1+cmd|' /C calc'!A0",
    "<b>bold</b>&amp;",
    "#read('/etc/passwd')",
    "$x^2$ \\\\input{x}",
    "*b* _i_ `c` [l](u)",
    "../../etc/passwd",
    "%s %d {0} {x}",
)


def refused(path, capsys, *arguments):
    capsys.readouterr()
    assert main(["check", str(path), *arguments]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1, error
    return error


@pytest.mark.parametrize("name", ["../outside.csv", "ABSOLUTE", "link.csv", "sub/../../outside.csv"])
def test_files_outside_the_folder_are_read_only_when_asked(tmp_path, capsys, name):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "sub").mkdir()
    path = write_sound(folder)
    outside = tmp_path / "outside.csv"
    (folder / "answers.csv").replace(outside)
    (folder / "link.csv").symlink_to(outside)
    given = str(outside) if name == "ABSOLUTE" else name
    replace(folder, "study.toml", '"answers.csv"', f'"{given}"')
    error = refused(path, capsys)
    assert "outside its folder" in error
    assert f"--read {tmp_path}" in error
    assert main(["check", str(path), "--read", str(tmp_path)]) == 0
    with pytest.raises(StudyError, match="outside its folder"):
        read_study(path)
    assert len(read_study(path, read=[tmp_path]).waves) == 1


@pytest.mark.parametrize("key", ["file", "coded", "alternative"])
def test_every_key_that_names_a_file_is_held_to_it(tmp_path, capsys, key):
    path = write_sound(tmp_path)
    text = path.read_text(encoding="utf-8")
    if key == "file":
        text = re.sub(r'file = "[^"]+"', 'file = "/etc/hostname"', text, count=1)
    elif key == "coded":
        text = text.replace("[questions.concerns]\n", '[questions.concerns]\ncoded = "/etc/hostname"\n')
    else:
        text = text.replace(
            "[estimates]\n",
            '[[weighting.alternatives]]\nid = "a"\nlabel = "a"\n[[weighting.alternatives.margins]]\n'
            'file = "/etc/hostname"\n[estimates]\n',
        )
    path.write_text(text, encoding="utf-8")
    assert "outside its folder" in refused(path, capsys)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("kind", ["pipe", "device", "ring"])
def test_pipes_devices_and_rings_of_links_are_named_at_once(tmp_path, capsys, kind):
    path = write_sound(tmp_path)
    odd = tmp_path / "answers.csv"
    odd.unlink()
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/dev/zero" if kind == "device" else odd)
    begun = time.monotonic()
    assert "answers.csv" in refused(path, capsys)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "..", ".", "", "a\\b", "CON:", "a b"])
def test_an_id_never_becomes_a_path(tmp_path, capsys, name):
    path = write_sound(tmp_path, ('id = "small"', f"id = '{name}'"))
    refused(path, capsys)
    path = write_sound(tmp_path / "wave", ('id = "2024"', f"id = '{name}'"))
    refused(path, capsys)
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} <= {
        "study.toml", "answers.csv", "estimates.csv", "run.json", *(p.name for p in tmp_path.rglob("*.csv")),
        *(p.name for p in tmp_path.rglob("*.pdf")),
    }  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A study whose every label is code of some kind, printed."""
    folder = tmp_path_factory.mktemp("hostile")
    path = write_sound(folder)
    text = path.read_text(encoding="utf-8")
    labels = iter(HOSTILE * 40)

    def spoilt(match):
        return f"""{match[1]} = '''{next(labels)}'''"""

    # Every text a reader sees; what answers are matched by stays as `match`.
    text = re.sub(r'\b(en) = "[^"]*"', spoilt, text)
    path.write_text(text, encoding="utf-8")
    return reported(path)


def test_labels_that_are_code_are_printed_as_they_stand(hostile):
    document = pypdfium2.PdfDocument(hostile / "briefing-en.pdf")
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    squeezed = "".join(text.split())
    for words in ("#read('/etc/passwd')", "<b>bold</b>&amp;", "$x^2$", "../../etc/passwd", "{0}{x}"):
        assert "".join(words.split()) in squeezed, words
    assert "root:" not in text


def test_no_cell_of_the_workbook_is_a_formula_nor_a_link_that_leads_out_of_it(hostile):
    with zipfile.ZipFile(hostile / "estimates.xlsx") as book:
        for name in book.namelist():
            sheet = book.read(name).decode("utf-8", "replace")
            if name.startswith("xl/worksheets/"):
                assert "<f>" not in sheet
            # The contents lead to sheets; an address outside would be a relation.
            assert not re.search(r"<hyperlink [^>]*r:id", sheet), name
            assert 'TargetMode="External"' not in sheet, name


def test_nothing_is_written_outside_the_folder_of_results(tmp_path):
    study, out = killed_runs.prepared(tmp_path / "a")
    before = {
        p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if not p.is_relative_to(out) and p.is_file()
    }
    assert main(["report", str(study), "--out", str(out)]) == 0
    after = {
        p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if not p.is_relative_to(out) and p.is_file()
    }
    assert after == before


def test_a_cell_of_ten_megabytes_is_read_or_refused_within_bounds(tmp_path):
    import resource

    path = write_sound(tmp_path)
    rows = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    cells = rows[1].split(",")
    cells[-1] = "x" * 10_000_000
    (tmp_path / "answers.csv").write_text("\n".join([rows[0], ",".join(cells), *rows[2:]]), encoding="utf-8")
    begun = time.monotonic()
    assert main(["check", str(path)]) in (0, 2)
    assert time.monotonic() - begun < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000  # kB


DAMAGED = (
    b"\x00" * 50,
    b"[study\n",
    b"a = [" * 5000,
    b'a = "\\u0000"',
    b"\xff\xfe\x00",
    b"[[" * 300,
    b"x = 1e999",
)


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_study_files_are_one_line(tmp_path, capsys, data):
    path = tmp_path / "study.toml"
    path.write_bytes(data)
    refused(path, capsys)
