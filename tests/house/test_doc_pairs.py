"""Pages in Chinese say what their English pages say: headings, commands, keys, numbers and links agree."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAIRS = {
    path.relative_to(ROOT).as_posix(): path.with_name(path.name.replace(".zh.md", ".md"))
    for path in [ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.zh.md"))]
}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![A-Za-z\d.])(\d[\d,]*(?:\.\d+)?)(?![A-Za-z\d])( ?million|万)?")
TIMES = {"": 1, "million": 1_000_000, "万": 10_000}


def both(name):
    """The Chinese page and the English."""
    return (ROOT / name).read_text(encoding="utf-8"), PAIRS[name].read_text(encoding="utf-8")


def outside_fences(text):
    return FENCE.sub("", text)


def headings(text):
    return re.findall(r"^(#+) ", outside_fences(text), re.MULTILINE)


def code(text):
    """What can be run or typed, without comments: blocks with a language, and indented blocks."""
    blocks = [body for kind, body in FENCE.findall(text) if kind not in ("", "text")]
    blocks += re.findall(r"(?:^ {4}\S.*\n)+", outside_fences(text), re.MULTILINE)
    return [re.sub(r"(?m)\s*(?:^|\s)#.*$", "", block).strip() for block in blocks]


def tables(text):
    """Rows and columns of each table."""
    found = re.findall(r"(?:^\|.*\|\n?)+", outside_fences(text), re.MULTILINE)
    return [[line.replace("\\|", "").count("|") for line in table.splitlines()] for table in found]


def spans(text):
    """What stands between backticks and is the same in every language, pages by their English name."""
    found = re.findall(r"`([^`]+)`", outside_fences(text))
    return {" ".join(span.split()).replace(".zh.md", ".md") for span in found}


def numbers(text):
    """Numbers in figures, by value, without addresses of links."""
    text = re.sub(r"\]\([^)]*\)|src=\"[^\"]*\"|\.zh\.md", " ", outside_fences(text))
    return {float(n.replace(",", "")) * TIMES[times.strip()] for n, times in NUMBER.findall(text)}


def targets(text):
    """Pages that links lead to, by their English name, without places in them."""
    found = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    return {target.replace(".zh.md", ".md") for target in found}


def test_newcomers_have_their_pages_in_chinese():
    pages = {
        "README", "docs/first-hour", "docs/questionnaire", "docs/study-file", "docs/screening",
        "docs/honesty", "docs/margins", "docs/files", "docs/platforms/README", "docs/platforms/wjx",
        "docs/platforms/tencent", "docs/platforms/tencent-docs", "docs/platforms/jinshuju",
    }  # fmt: skip
    assert {f"{page}.zh.md" for page in pages} <= set(PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_has_the_same_headings_tables_and_commands(name):
    chinese, english = both(name)
    assert headings(chinese) == headings(english)
    assert tables(chinese) == tables(english)
    assert code(chinese) == code(english)
    assert len(FENCE.findall(chinese)) == len(FENCE.findall(english))


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_names_the_same_keys_and_commands_in_the_text(name):
    chinese, english = both(name)
    assert spans(chinese) ^ spans(english) == set()


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_has_the_same_numbers(name):
    """Numbers up to twenty may be words in one of the languages; larger ones stand in figures in both."""
    chinese, english = both(name)
    differing = numbers(chinese) ^ numbers(english)
    assert {n for n in differing if n > 20 or n != int(n)} == set()


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_leads_to_the_same_pages_and_each_to_the_other(name):
    chinese, english = both(name)
    stem = PAIRS[name].stem
    assert f"]({stem}.md)" in chinese.split("\n## ")[0]
    assert f"]({stem}.zh.md)" in english.split("\n## ")[0]
    assert targets(chinese) - {f"{stem}.md"} == targets(english) - {f"{stem}.md"}


@pytest.mark.parametrize("name", PAIRS)
def test_links_of_a_chinese_page_lead_somewhere_and_to_chinese_where_there_is_any(name):
    page = ROOT / name
    for target, place in re.findall(r"\]\(([^)#]*)(#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        to = page.parent / target if target else page
        assert to.exists(), target
        if to.suffix == ".md" and to != PAIRS[name] and "英文" not in target:
            known = to.name.endswith(".zh.md") or not to.with_name(f"{to.stem}.zh.md").exists()
            assert known or to.stem == "margins", f"{target} has a page in Chinese"
        if place:
            titles = re.findall(r"^#+ (.*)$", to.read_text(encoding="utf-8"), re.MULTILINE)
            assert place[1:] in {re.sub(r"[^\w\- ]", "", t).strip().lower().replace(" ", "-") for t in titles}


@pytest.mark.parametrize("name", PAIRS)
def test_chinese_is_set_as_the_standard_has_it(name):
    """No space between hanzi and Latin letters or figures, no half-width marks between hanzi."""
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]*>", "·", outside_fences(both(name)[0]))
    lines = [line for line in text.splitlines() if not line.startswith(("#", "    "))]
    spaced = re.compile(r"[一-鿿] [A-Za-z0-9]|[A-Za-z0-9] [一-鿿]|[一-鿿][,;:?!]|[一-鿿]\.(?:\s|$)")
    assert [line for line in lines if spaced.search(line)] == []
