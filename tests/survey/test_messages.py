"""Errors as data: each has a key, and each key its sentence and the fields it names."""

import ast
import pickle
import string
from collections import Counter
from pathlib import Path

import pytest

from survey.errors import (
    FollowUp,
    MarginError,
    Place,
    SeveralErrors,
    StudyError,
    SurveyError,
    note,
    noting,
    reading_on,
)
from survey.messages import catalogue as messages

ROOT = Path(__file__).parents[2]
KINDS = {kind.__name__ for kind in (SurveyError, *SurveyError.__subclasses__())} - {"SeveralErrors"}
# So many errors are still made of a sentence there: these numbers only go down.
WITHOUT_KEY: dict[str, int] = {}
# Of which a key is made of two parts.
MADE = {"weighting.unknown_margin", "weighting.unknown_category"} | {
    f"place.{part}" for part in ("sheet", "column", "row", "line", "question")
}
# Groups of words that are found by a name of the data, such as a rule.
WORDS = ("figure", "identifier", "kind", "missing", "platform", "reason", "role", "rule", "ticks", "todo")


def calls():
    """Yield file, name of what is called, and the call, for every call in the product."""
    for package in ("survey", "analysis", "reports"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                    yield path.relative_to(ROOT).as_posix(), name, node


def constants(node):
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)] if node else []


def texts_in(node):
    return [text for text in constants(node) if isinstance(text, str)]


def fields_of(key):
    """The fields that the sentences of a key name."""
    entry = messages.catalogue("en")[key]
    counted = {entry["count"]} if isinstance(entry, dict) else set()
    return counted | {
        name for text in sentences(key) for _, name, _, _ in string.Formatter().parse(text) if name
    }


def test_errors_have_keys():
    by_file = Counter(file for file, name, call in calls() if name in KINDS and call.args[1:])
    print(*by_file.items(), sep="\n")  # shown where there are too many
    without = Counter()
    for file, number in by_file.items():
        without[next((part for part in WITHOUT_KEY if part in file), file)] += number
    assert {part: n for part, n in without.items() if n > WITHOUT_KEY.get(part, 0)} == {}


def sentences(key):
    """All sentences of a key."""
    entry = messages.catalogue("en")[key]
    lists = [entry["one"], entry["other"]] if isinstance(entry, dict) else [entry]
    return [text for parts in lists for text in ([parts] if isinstance(parts, str) else parts)]


def test_every_key_has_a_sentence_and_every_sentence_a_key():
    known, written = set(messages.catalogue("en")), set()
    for path in sorted(ROOT.glob("[sar]*/**/*.py")):
        if path.relative_to(ROOT).parts[0] in ("survey", "analysis", "reports"):
            written |= set(texts_in(ast.parse(path.read_text("utf-8"))))
    for file, name, call in calls():
        key = {word.arg: word.value for word in call.keywords}.get("key")
        if name in {*KINDS, "error"} and isinstance(key, ast.Constant | ast.IfExp):
            parts = [key] if isinstance(key, ast.Constant) else [key.body, key.orelse]
            assert {part.value for part in parts} <= known, f"{file}, line {call.lineno}"
        if name == "refuse" and isinstance(call.args[-1], ast.Constant):
            assert f"expected.{call.args[-1].value}" in known, f"{file}, line {call.lineno}"
    made = MADE | {key for key in known if key.partition(".")[0] in WORDS}
    assert {key for key in known - made if not {key, key.removeprefix("expected.")} & written} == set()


def test_a_line_has_a_sentence_and_the_fields_that_it_names():
    checked = 0
    for file, name, call in calls():
        keys = [part for part in texts_in(call.args[0]) if "." in part] if call.args else []
        if name == "line" and keys:
            assert set(keys) <= set(messages.catalogue("en")), f"{file}, line {call.lineno}"
            given = {word.arg for word in call.keywords}
            assert set().union(*map(fields_of, keys)) <= given, f"{file}, line {call.lineno}"
            checked += 1
    assert checked > 50


def test_an_error_is_given_the_fields_that_its_sentence_names():
    checked = 0
    for file, name, call in calls():
        given = {word.arg: word.value for word in call.keywords}
        keys = [key for key in texts_in(given.get("key")) if key in messages.catalogue("en")]
        if name in KINDS and keys and None not in given:
            named = [fields_of(key) for key in keys]
            assert set().union(*named) == set(given) - {"key", "place", "remedies"}, (
                f"{file}, line {call.lineno}"
            )
            checked += 1
    assert checked > 200


@pytest.mark.parametrize("key", sorted(messages.catalogue("en")))
def test_a_sentence_is_a_fragment_on_one_line(key):
    for text in sentences(key):
        assert "\n" not in text
        assert not text.endswith((".", "!")) or key.startswith("draft.")
        assert "please" not in text.lower()


def test_an_error_is_data():
    place = Place("study.toml", ("waves", 0), ("fieldwork",))
    error = StudyError(place, key="study.unknown_value", value="x", choices=["a", "b"], nearest="")
    assert str(error) == (
        'study.toml, [waves, entry 1] fieldwork: "x" is not a recognised value (these are a, b)'
    )
    assert error.place == ("waves", 0, "fieldwork")
    assert error.fields == {"value": "x", "choices": ["a", "b"], "nearest": ""}
    near = StudyError(
        place, key="study.unknown_value", value="x", choices=["a"], nearest="a", remedies={(): "a"}
    )
    assert near.remedy == 'did you mean "a"?'
    assert near.as_data()["remedies"] == [{"place": [], "value": "a"}]
    again = pickle.loads(pickle.dumps(near))
    assert (again.as_data(), str(again)) == (near.as_data(), str(near))


def test_an_error_made_of_sentences_is_as_before():
    error = StudyError("a.csv, row 2", "is empty", "fill it in")
    assert (error.where, error.problem, error.remedy) == ("a.csv, row 2", "is empty", "fill it in")
    assert (str(error), error.key, error.place) == ("a.csv, row 2: is empty; fill it in", "", ())


def test_a_place_is_told_by_keys_or_by_line():
    assert str(Place("s.toml", (), ("brefing",))) == "s.toml, top level brefing"
    assert (
        str(Place("s.toml", ("derived", "age"), ("options", "baby"))) == "s.toml, [derived.age] options.baby"
    )
    line = Place("sex.csv", ("weighting", "margins", 1), ("male",), line=3)
    assert (str(line), line.path) == ("sex.csv, line 3", ("weighting", "margins", 1, "male"))


def test_another_language_takes_its_own_sentences_and_english_for_the_rest(monkeypatch):
    both = {"en": messages.catalogue("en")}
    both["zh"] = {
        "margin.blank": ["{column}列没有数字", "请逐类填写"],
        "place.figures": "{file}，第{line}行",
        "line.whole": "{where}：{problem}；{remedy}。",
    }
    monkeypatch.setattr(messages, "catalogue", lambda language: both.get(language, {}))
    place = Place("sex.csv", line=1)
    blank = MarginError(place, key="margin.blank", column="share")
    assert blank.told("zh") == "sex.csv，第1行：share列没有数字；请逐类填写。"
    assert (
        MarginError(place, key="margin.not_text").told("zh")
        == "sex.csv，第1行：is not a text file；save it as CSV。"
    )
    assert blank.told("fr") == str(blank)


def test_a_count_chooses_between_one_and_several():
    fields = {"margin": "sex", "first": "male"}
    one = MarginError("sex.csv", key="margin.nobody", categories=["male"], **fields)
    two = MarginError("sex.csv", key="margin.nobody", categories=["male", "female"], **fields)
    assert "category male has no respondents, so it" in str(one)
    assert "categories male, female have no respondents, so they" in str(two)


def fault(n):
    return StudyError("study.toml", f"has fault {n}", "correct it")


def test_mistakes_are_named_together_and_each_once():
    def read():
        with noting():
            raise fault(1)
        note(fault(2))
        note(fault(1))
        note(FollowUp())
        return 3

    with pytest.raises(SeveralErrors) as caught:
        reading_on(read)
    assert [error.problem for error in caught.value.errors] == ["has fault 1", "has fault 2"]
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(StudyError, match="has fault 1"):
        read()  # nobody waits for the others


def test_one_mistake_is_raised_as_itself_and_none_is_no_error():
    with pytest.raises(StudyError, match="has fault 7"):
        reading_on(lambda: note(fault(7)))
    assert reading_on(lambda: 5) == 5
    with pytest.raises(FollowUp):  # never without a word
        reading_on(lambda: note(FollowUp()))


def test_ten_are_named_and_the_others_counted():
    error = SeveralErrors([fault(n) for n in range(12)])
    lines = str(error).splitlines()
    assert len(lines) == 11
    assert lines[9] == "study.toml: has fault 9; correct it"
    assert lines[10] == "2 more mistakes are named when these are corrected"
    assert len(pickle.loads(pickle.dumps(error)).errors) == 12
