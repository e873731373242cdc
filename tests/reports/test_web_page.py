"""The web page: both languages, readable by machine and by ear, without script and without the network."""

import itertools
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from small_study import reported, study_with

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
VOID = {"meta", "link", "br"}
HOSTILE = "<script>alert(1)</script>&\\\"'>"


class Reader(HTMLParser):
    """Collects the elements of a page, sure that each is closed where it was opened."""

    def __init__(self):
        super().__init__()
        self.open, self.found = [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), [name for name, _ in self.open]))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs), [name for name, _ in self.open]))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag


@pytest.fixture(scope="module")
def page(demo):
    reader = Reader()
    reader.text = (demo / "index.html").read_text(encoding="utf-8")
    reader.feed(reader.text)
    assert not reader.open
    return reader


def named(page, tag):
    return [attributes for name, attributes, _ in page.found if name == tag]


def test_landmarks_and_headings(page):
    assert len(named(page, "main")) == 1
    assert [a["lang"] for a in named(page, "article")] == ["zh", "en"]
    assert all("aria-label" in a for a in named(page, "nav"))
    levels = [int(name[1]) for name, _, _ in page.found if re.fullmatch("h[1-6]", name)]
    assert levels.count(1) == 2  # one a language
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert named(page, "meta")[2]["content"] == "width=device-width, initial-scale=1"


def test_every_name_is_given_once_and_every_link_leads_somewhere(page, demo):
    names = [a["id"] for _, a, _ in page.found if "id" in a]
    assert len(names) == len(set(names))
    links = [a["href"] for a in named(page, "a")]
    assert len(links) > 30
    for link in links:
        assert link.removeprefix("#") in names if link.startswith("#") else (demo / link).is_file(), link
    labels = [name for _, a, _ in page.found for name in a.get("aria-labelledby", "").split()]
    assert set(labels) <= set(names)


def test_tables_have_captions_and_heads_of_columns_and_rows(page):
    tables = named(page, "table")
    assert len(tables) == len(named(page, "caption")) >= 10
    scopes = [a.get("scope") for a in named(page, "th")]
    assert set(scopes) == {"col", "row", "rowgroup"}
    rows = [path for name, _, path in page.found if name == "tr" and path[-1] == "tbody"]
    assert scopes.count("row") + scopes.count("rowgroup") == len(rows)


def test_charts_are_drawn_in_the_page_and_have_words(page):
    drawings = named(page, "svg")
    assert len(drawings) == len(named(page, "figure")) >= 10
    assert all(a["role"] == "img" for a in drawings)
    assert len(named(page, "desc")) == len(named(page, "details")) == len(drawings)


def test_nothing_is_run_or_loaded(page):
    assert not {"script", "iframe", "img", "link", "object"} & {name for name, _, _ in page.found}
    assert not [key for _, a, _ in page.found for key in a if key.startswith("on") or key == "src"]
    assert "default-src 'none'" in named(page, "meta")[1]["content"]
    assert "@import" not in page.text
    assert not re.search(r"url\((?!#)", page.text)


def test_labels_are_text_whatever_they_hold(tmp_path):
    path = study_with(tmp_path)
    text = path.read_text(encoding="utf-8").replace('en = "Price"', f'en = "{HOSTILE}"')
    path.write_text(text, encoding="utf-8")
    reader = Reader()
    reader.feed((reported(path) / "index.html").read_text(encoding="utf-8"))
    assert not named(reader, "script")


def in_browser(page, *arguments):
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000"]
    return subprocess.run(
        [*command, *arguments, page], capture_output=True, encoding="utf-8", check=True, timeout=120
    )


@pytest.mark.service
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_shows_it_on_a_telephone_without_a_word_of_complaint(demo, tmp_path):
    """Measured inside a frame as wide as a telephone: nothing but tables and charts may scroll."""
    page = (demo / "index.html").as_uri()
    probe = tmp_path / "probe.html"
    probe.write_text(
        f'<iframe id="f" src="{page}" width="360" height="640"></iframe><pre id="r"></pre><script>'
        "f.onload = () => { const d = f.contentDocument, s = (e) => getComputedStyle(e).display;"
        "r.textContent = JSON.stringify({width: d.documentElement.scrollWidth, seen: "
        "[...d.querySelectorAll('article')].map(s), charts: [...d.querySelectorAll('#zh svg')]"
        ".map(e => e.getBoundingClientRect().width > 300)}) }</script>",
        encoding="utf-8",
    )
    ran = in_browser(
        probe.as_uri(), "--allow-file-access-from-files", "--enable-logging=stderr", "--dump-dom"
    )
    found = json.loads(re.search(r'<pre id="r">(.*?)</pre>', ran.stdout)[1])
    assert found["width"] <= 360
    assert found["seen"] == ["block", "none"]
    assert len(found["charts"]) >= 5
    assert all(found["charts"])
    assert "CONSOLE" not in ran.stderr


@pytest.mark.service
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_link_shows_the_other_language(demo, tmp_path):
    page = (demo / "index.html").as_uri()
    probe = tmp_path / "probe.html"
    probe.write_text(
        f'<iframe id="f" src="{page}#en-appendix" width="900"></iframe><pre id="r"></pre><script>'
        "f.onload = () => { r.textContent = JSON.stringify([...f.contentDocument.querySelectorAll('article')]"
        ".map(e => getComputedStyle(e).display)) }</script>",
        encoding="utf-8",
    )
    ran = in_browser(probe.as_uri(), "--allow-file-access-from-files", "--dump-dom")
    assert json.loads(re.search(r'<pre id="r">(.*?)</pre>', ran.stdout)[1]) == ["none", "block"]
