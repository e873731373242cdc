"""A questionnaire that is still open: the demonstration's file as it stood on ten days."""

import json
import re
import shutil
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from analysis.study.check import check_study
from analysis.study.watch.downloads import stored
from analysis.study.watch.watch import watch_study
from reports.cli import main
from reports.fieldwork.page import page
from reports.fieldwork.sheet import sheet_of
from reports.fieldwork.terminal import terminal, width
from survey import read_study

DEMO = Path(__file__).parents[2] / "data" / "taiyuan"
FIRST = date(2024, 9, 2)
FIELDWORK = """
[fieldwork]
planned = 2000
stop = 2024-09-22
written = 2024-08-30
[[fieldwork.log]]
date = 2024-09-08
text = { zh = "再发一次链接", en = "Link sent again" }
"""
NEVER = ("response rate", "sampling error", "margin of error", "抽样误差", "回答率", "回收率")


@pytest.fixture(scope="module")
def rows():
    sheet = openpyxl.load_workbook(DEMO / "responses-2024-text.xlsx").worksheets[0]
    head, *body = [[cell.value for cell in row] for row in sheet.iter_rows()]
    sent = next(i for i, name in enumerate(head) if "提交答卷时间" in str(name))
    return head, body, lambda row: date(*map(int, re.findall(r"\d+", str(row[sent]))[:3]))


@pytest.fixture
def study(tmp_path, rows):
    """Write the study with the answers up to a day, perhaps changed; return its path."""
    folder = tmp_path / "study"
    shutil.copytree(DEMO, folder)
    path = folder / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + FIELDWORK, encoding="utf-8")

    def write(last, *, change=list, header=list):
        head, body, day = rows
        book = openpyxl.Workbook()
        for row in [header(list(head)), *change([list(row) for row in body if day(row) <= last])]:
            book.active.append(row)
        book.save(folder / "responses-2024-text.xlsx")
        return path

    return write


def looked(path, out, *more):
    return main(["watch", str(path), "--out", str(out), *more])


def test_ten_looks_and_the_last_agrees_with_check(study, tmp_path):
    out, seen = tmp_path / "out", []
    for passed in range(10):
        path = study(FIRST + timedelta(days=passed))
        assert looked(path, out) == 0
        seen.append(stored(out / "watch.json"))
    assert [look.newest[:10] for look in seen[-1].looks] == [
        str(FIRST + timedelta(days=i)) for i in range(10)
    ]
    assert all(state.changes.gone == state.changes.altered == 0 for state in seen[1:])
    watched, _ = watch_study(read_study(path), seen[-2])
    (checked,) = [wave for wave in check_study(read_study(path)) if wave.wave == "2024"]
    assert (watched.returned, watched.analysed) == (checked.returned, checked.analysed)
    assert [(s.rule, s.removed, s.met, s.judged) for s in watched.flow.steps] == checked.flow
    assert seen[-1].looks[-1].analysed == checked.analysed
    page = (out / "watch-en.html").read_text(encoding="utf-8")
    assert f"{checked.returned:,} returned" in page
    assert f'<dd class="large">{checked.analysed}</dd>' in page
    assert "Looked at 10 times" in page


def test_the_same_download_looked_at_again_is_one_look_and_the_same_page(study, tmp_path):
    out = tmp_path / "out"
    path = study(FIRST + timedelta(days=6))
    assert looked(path, out) == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    assert looked(path, out) == 0
    assert before == {file.name: file.read_bytes() for file in out.iterdir()}


def test_what_was_deleted_altered_and_reworded_is_said(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert looked(study(FIRST + timedelta(days=7)), out) == 0

    def spoilt(body):
        del body[10:13]
        at = next(i for i, cell in enumerate(body[20]) if cell in ("愿意", "看情况", "不愿意"))
        body[20][at] = "愿意" if body[20][at] != "愿意" else "看情况"
        return body

    def reworded(head):
        return [str(name).replace("顾虑", "担忧") for name in head]

    path = study(FIRST + timedelta(days=8), change=spoilt, header=reworded)
    capsys.readouterr()
    assert looked(path, out, "--lang", "en") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "3 answers have gone since last time" in said
    assert "1 answer differs from last time" in said
    assert "担忧" in said
    changes = stored(out / "watch.json").changes
    assert (changes.gone, changes.altered) == (3, 1)


def test_an_older_file_is_refused_unless_told_otherwise(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert looked(study(FIRST + timedelta(days=5)), out) == 0
    kept = (out / "watch.json").read_bytes()
    path = study(FIRST + timedelta(days=3))
    assert looked(path, out, "--lang", "en") == 2
    assert "before the export of the last look" in capsys.readouterr().err
    assert (out / "watch.json").read_bytes() == kept
    assert looked(path, out, "--force") == 0


@pytest.mark.parametrize("spoilt", ["", "{}", '{"version": 1}', "[1]"])
def test_a_spoilt_record_is_named(study, tmp_path, capsys, spoilt):
    out = tmp_path / "out"
    out.mkdir()
    (out / "watch.json").write_text(spoilt, encoding="utf-8")
    assert looked(study(FIRST + timedelta(days=2)), out, "--lang", "en") == 2
    assert "watch.json: cannot be read as the record of the last look" in capsys.readouterr().err


def test_the_record_holds_no_answer_and_no_time_of_one(study, tmp_path, rows):
    out = tmp_path / "out"
    assert looked(study(FIRST + timedelta(days=4)), out) == 0
    text = (out / "watch.json").read_text(encoding="utf-8")
    _, body, day = rows
    answers = {str(cell) for row in body if day(row) <= FIRST + timedelta(days=4) for cell in row if cell}
    assert not [a for a in answers if len(a) > 5 and a in text]
    assert not re.search(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", text)
    assert len(json.loads(text)["answers"]) == sum(day(row) <= FIRST + timedelta(days=4) for row in body)


class Page(HTMLParser):
    """The tags of a page, each closed where it was opened."""

    VOID = ("meta", "br", "!doctype")

    def __init__(self):
        super().__init__()
        self.open, self.heads = [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.heads += tag == "th" and "scope" in dict(attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_and_terminal_say_the_same_in_words_of_their_language(study, language):
    path = study(FIRST + timedelta(days=9))

    watched, _ = watch_study(read_study(path))
    sheet = sheet_of(watched, language)
    text = page(sheet).decode()
    parser = Page()
    parser.feed(text)
    assert parser.open == []
    assert parser.heads == text.count("<th ")
    assert not [word for word in NEVER if word in text.lower()]
    assert sheet.mark in text
    lines = terminal(sheet, watched)
    assert max(map(width, lines)) <= 80
    joined = "".join(lines).replace(" ", "")
    assert all(figure.large.replace(" ", "") in joined for figure in sheet.figures)
    assert [entry.day for entry in watched.plan.log] == [date(2024, 9, 8)]


def test_without_a_plan_nothing_is_behind_and_nothing_projected(study):
    path = study(FIRST + timedelta(days=2))
    path.write_text(path.read_text(encoding="utf-8").replace(FIELDWORK, ""), encoding="utf-8")
    watched, _ = watch_study(read_study(path))
    assert watched.precision.ends is None
    assert watched.by_day.due is None
    assert watched.due is None
    sheet = sheet_of(watched, "en")
    assert sheet.figures[-1].large == "Too early"
    assert any("No stopping rule is written down" in text for text in sheet.stop)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("half = 60", "half-width in points"),
        ('planned = "many"', "expected a number"),
        ("stop = 2024-08-01", "before the first day"),
        ('by = "nothing"', "nothing"),
        ('schedule = { "soon" = 1 }', "as a day"),
        ("wave = 3", "wave"),
        ('schedule = { "2024-09-09" = 0.4 }', "does not rise to 1"),
        ("unknown = 1", "unknown"),
    ],
)
def test_a_plan_that_cannot_be_read_is_named(study, tmp_path, capsys, line, told):
    path = study(FIRST + timedelta(days=1))
    text = path.read_text(encoding="utf-8").replace(FIELDWORK, f"\n[fieldwork]\n{line}\n")
    path.write_text(text, encoding="utf-8")
    assert looked(path, tmp_path / "out", "--lang", "en") == 2
    error = capsys.readouterr().err
    assert "study.toml, [fieldwork" in error
    assert told in error
    assert not (tmp_path / "out").exists()
