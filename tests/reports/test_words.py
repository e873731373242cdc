"""The words of a language: one file and one module, the same places in each, ranges, periods, grammar."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import reports
from reports.language import en, zh
from reports.language.grammar import languages
from reports.language.words import Words, capitalised, words_of
from survey.errors import ReportError
from survey.study.toml_table import LANGUAGES

ROOM = Path(reports.__file__).parent
ZH, EN = words_of("zh"), words_of("en")


def places(entry, place=""):
    """Each phrase of a word file by its place."""
    if isinstance(entry, dict):
        for key, inner in entry.items():
            yield from places(inner, f"{place}.{key}" if place else key)
    elif isinstance(entry, list):
        for i, inner in enumerate(entry):
            yield from places(inner, f"{place}[{i}]")
    else:
        yield place, entry


def test_the_languages_are_the_word_files_each_with_its_module():
    assert languages() == ["en", "zh"]
    assert set(languages()) == set(LANGUAGES), "labels of a study and words of the briefing differ"
    for language in languages():
        assert (ROOM / "language" / f"{language}.py").is_file()
        assert words_of(language).language == language


def test_a_language_without_words_is_refused():
    with pytest.raises(
        ReportError, match=r'language "fr": has no word file; use one of en, zh, or add a file'
    ):
        words_of("fr")


def test_all_languages_have_the_same_places_with_the_same_fields():
    """Forms of one phrase are one place: a language has as many of them as its grammar needs."""

    def fields(language):
        found = {}
        for place, text in places(words_of(language).phrases):
            found.setdefault(re.sub(r"\.(one|other|number)$", "", place), set()).update(
                re.findall(r"\{(\w*)\}", text)
            )
        return {place: set(names) for place, names in found.items()}

    first, *others = map(fields, languages())
    for other in others:
        assert set(first) == set(other)
        # Each of these leaves out a word that its language does not need.
        assert {place for place in first if first[place] != other[place]} <= {
            "days.month",
            "disclosure.dates_wave",
            # English has the verb behind the groups, Chinese before "higher".
            *(f"finding.{form}_{way}" for form in ("apart", "moved") for way in ("up", "down")),
            *(f"finding.{form}_{way}_first" for form in ("apart", "moved") for way in ("up", "down")),
            "finding.change_in_groups",
            *(f"part_headings.{way}_first" for way in ("more", "fewer")),
            "part_headings.where_one",
            "finding.groups",
            *("finding.amounts", "finding.amount_up", "finding.amount_down"),
            "methods.groups",
            "page1.chart_lead",
        }


def test_braces_name_their_fields():
    for language in languages():
        for place, text in places(words_of(language).phrases):
            if place != "quote":
                assert all(name != "" for _, name, _, _ in Formatter().parse(text) if name is not None), place


def test_no_other_module_knows_a_language_by_name():
    for path in ROOM.rglob("*"):
        if path.suffix in {".py", ".typ"} and path.parent != ROOM / "language":
            found = re.search(r"""["'](?:zh|en)["']|language ==|lang ==""", path.read_text(encoding="utf-8"))
            assert found is None, f"{path}: {found}"


def test_ranges_in_both_languages():
    assert ZH.range("percent", 0.44, 0.48) == "44%～48%"
    assert EN.range("percent", 0.44, 0.48) == "44% to 48%"
    assert ZH.range("number", 0.44, 0.48) == "44～48"
    assert EN.range("number", 0.44, 0.48) == "44 to 48"
    assert ZH.range("points", -0.02, 0.04) == "−2至+4"
    assert EN.range("points", -0.02, 0.04) == "−2 to +4"
    assert ZH.range("amount", 1650, 1750) == "1,650～1,750"
    assert EN.range("amount", 2.5, 3) == "2.5 to 3.0"


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2023, 9, 4), date(2023, 9, 24), "2023年9月4日至24日", "4 to 24 September 2023"),
        (date(2023, 9, 4), date(2023, 10, 2), "2023年9月4日至10月2日", "4 September to 2 October 2023"),
        (date(2023, 12, 30), date(2024, 1, 2), "2023年12月30日至2024年1月2日",
         "30 December 2023 to 2 January 2024"),
        (date(2023, 9, 4), date(2024, 9, 4), "2023年9月4日至2024年9月4日",
         "4 September 2023 to 4 September 2024"),
        (date(2023, 9, 4), date(2023, 9, 4), "2023年9月4日", "4 September 2023"),
    ],
)  # fmt: skip
def test_periods(first, last, zh, en):
    assert ZH.days((first, last)) == zh
    assert EN.days((first, last)) == en


def test_fractions_where_a_share_is_one():
    assert [EN.fraction(share) for share in (0.5, 1 / 3, 0.3333, 0.25, 0.4)] == [
        "half", "a third", "a third", "a quarter", "40%",
    ]  # fmt: skip
    assert [ZH.fraction(share) for share in (0.5, 1 / 3, 0.25, 0.4)] == [
        "一半", "三分之一", "四分之一", "40%",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "noun"),
    [
        ("District", "district"),
        ("Monthly household income", "monthly household income"),
        ("NHS region", "NHS region"),
        ("GP practice", "GP practice"),
        ("McDonald area", "McDonald area"),
        ("Part of London", "part of London"),
        ("Inspected by Ofsted", "inspected by Ofsted"),
        ("", ""),
    ],
)
def test_a_label_in_a_sentence_keeps_acronyms_and_names(label, noun):
    assert EN.noun(label) == en.noun(label) == noun
    assert ZH.noun(label) == zh.noun(label) == label


@pytest.mark.parametrize("number", ["1", "+1", "−1"])
def test_exactly_one_as_printed_is_singular(number):
    assert en.plural(number) == "one"
    assert zh.plural(number) == "other"


@pytest.mark.parametrize("number", ["0", "2", "1.0", "1.03", "+10", "−11", "0.1", "1,001", ""])
def test_all_other_numbers_are_plural(number):
    assert en.plural(number) == zh.plural(number) == "other"


def test_a_phrase_with_forms_takes_the_one_of_its_number():
    phrase = {
        "number": "points",
        "one": "{points} point since {wave}",
        "other": "{points} points since {wave}",
    }
    english = Words("en", {"a": {"b": phrase}}, en)
    assert english("a.b", points="1", wave="2023") == "1 point since 2023"
    assert english("a.b", points=1, wave="2023") == "1 point since 2023"
    assert english("a.b", points="10", wave="2023") == "10 points since 2023"
    chinese = Words("zh", {"a": {"b": {"number": "points", "other": "{points} 个百分点"}}}, zh)
    assert chinese("a.b", points="1") == "1 个百分点"


def test_lists_clauses_and_names_of_tables():
    assert EN.listed(["a", "b", "c"]) == "a, b and c"
    assert ZH.listed(["a", "b", "c"]) == "a、b、c"
    assert EN.listed(["a"]) == "a"
    assert EN.listed([]) == ""
    quoted = {words: [words.quoted(text) for text in "abc"] for words in (EN, ZH)}
    assert EN.listed(quoted[EN]) == "“a”, “b” and “c”"
    assert ZH.listed(quoted[ZH]) == ZH.few(quoted[ZH]) == "“a”“b”“c”"
    assert ZH.listed(["a", *quoted[ZH], "d"]) == "a、“a”“b”“c”、d"
    assert ZH.few([*quoted[ZH], "d", "e"], most=2) == "“a”“b”等（另有3个）"
    assert EN.clauses(["a", "b"]) == "a; b"
    assert ZH.clauses(iter(["a", "b"])) == "a；b"
    assert (EN.numbered("table", "A2"), ZH.numbered("table", "2")) == ("Table A2", "表2")
    assert (EN.quoted("a"), ZH.quoted("a")) == ("“a”", "“a”")
    assert EN.few([*"abcdefgh"]) == "a, b, c, d, e, f and 2 more"
    assert (capitalised("a share"), capitalised("")) == ("A share", "")
