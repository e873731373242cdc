"""A study with several mistakes names all of them, and nothing that only follows from them."""

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import STUDY, replace, write_sound

from reports.cli import main
from reports.commands.study_file import read_whole_study
from survey import read_study
from survey.errors import SeveralErrors, StudyError, SurveyError

# Old text, new text, place of the mistake: one in each part of a study, none of them touching another.
MISTAKES = [
    ('sample = "opt-in"\n', "", ("study", "sample")),
    ("fieldwork = [2024-09-02, 2024-09-22]", 'fieldwork = "autumn"', ("waves", 0, "fieldwork")),
    ("[questions.sex]\n", "[questions.sex]\nvalidd = [0, 1]\n", ("questions", "sex", "validd")),
    ('kind = "month"', 'kind = "date"', ("questions", "birth", "kind")),
    ('in = ["yes", "depends"]', 'in = ["ja"]', ("questions", "fee", "asked_if", 0, "in", 0)),
    ('of = ["no"]', 'of = ["nay"]', ("derived", "stance", "options", "against", 0)),
    ('complete = ["intent", "concerns"]', 'complete = ["intend", "concerns"]', ("screening", "complete", 0)),
    ("collapse_below = 5", "collapse_below = -5", ()),
    ('"west"]]', '"wst"]]', ("weighting", "collapse", "district", 0, 1)),
    ('by = ["district"]\n', 'by = ["distrikt"]\n', ("estimates", "by", 0)),
    ("confidence = 0.95", "confidence = 95", ("estimates", "confidence")),
    ('lead = ["price", "quality"]', 'lead = ["prise", "quality"]', ("briefing", "lead", 0)),
    ("sponsor =", "sponser =", ("disclosure", "sponser")),
]


def mistakes_of(path, capsys):
    """The places that ``check --json`` gives, and the lines that it prints."""
    capsys.readouterr()
    assert main(["check", str(path), "--json"]) == 2
    said = capsys.readouterr()
    return [tuple(m["place"]) for m in json.loads(said.out)["mistakes"]], said.err.splitlines()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(MISTAKES), min_size=1, max_size=10, unique=True))
def test_so_many_mistakes_so_many_lines(tmp_path_factory, chosen):
    text = STUDY
    for old, new, _ in chosen:
        assert old in text
        text = text.replace(old, new, 1)
    path = write_sound(tmp_path_factory.mktemp("study"))
    path.write_text(text, encoding="utf-8")
    out = []
    with pytest.raises((StudyError, SeveralErrors)) as caught:
        read_whole_study(path)
    found = getattr(caught.value, "errors", (caught.value,))
    out += [error.place for error in found if error.place and "collapse_below" not in error.where]
    wanted = [place for _, _, place in chosen if place]
    assert sorted(map(str, out)) == sorted(map(str, wanted))
    assert len(str(caught.value).splitlines()) == len(chosen)


def test_scripts_get_every_mistake_as_data(tmp_path, capsys):
    path = write_sound(tmp_path, MISTAKES[3][:2], MISTAKES[11][:2])
    places, lines = mistakes_of(path, capsys)
    assert places == [MISTAKES[3][2], MISTAKES[11][2]]
    assert len(lines) == 2
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert caught.value.key == "expected.choice"


def test_two_lines_of_a_margin_are_both_named(tmp_path, capsys):
    path = write_sound(tmp_path)
    replace(tmp_path, "sex.csv", "male,0.49", "male,half")
    replace(tmp_path, "sex.csv", "female,0.51", "woman,0.51")
    assert main(["estimate", str(path), "--out", str(tmp_path / "out")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["sex.csv, line 2", "sex.csv, line 3"]


LABELLED = [
    ('in = ["yes", "depends"]', 'in = ["愿意", "看情况"]'),
    ('of = ["no"]', 'of = ["不愿意"]'),
    ('[["south", "west"]]', '[["南区", "West"]]'),
    ('[["concerns", "price", "quality"]]', '[["concerns", "价格", "质量"]]'),
    ('headline = "concerns"', 'headline = "您有哪些顾虑？"'),
    ('lead = ["price", "quality"]', 'lead = ["Price", "质量"]'),
    ('by = ["district"]', 'by = ["Where do you live?"]'),
    ("[weighting.collapse]\ndistrict =", '[weighting.collapse]\n"Where do you live?" ='),
]


def test_labels_give_the_results_of_codes(tmp_path):
    tables = []
    for name, changes in (("codes", ()), ("labels", LABELLED)):
        path = write_sound(tmp_path / name, *changes)
        if changes:
            replace(path.parent, "sex.csv", "sex,", "您的性别？,")
        assert main(["estimate", str(path), "--out", str(tmp_path / name / "new")]) == 0
        tables.append((tmp_path / name / "new" / "estimates.csv").read_bytes())
    assert tables[0] == tables[1]


def test_a_label_of_no_option_and_one_of_two_questions_are_refused(tmp_path, capsys):
    path = write_sound(tmp_path, ('in = ["yes", "depends"]', 'in = ["愿意吗"]'))
    assert main(["check", str(path)]) == 2
    assert 'asked_if.in: "愿意吗" is not an option of "intent"' in capsys.readouterr().err
    path = write_sound(
        tmp_path / "two",
        ('text = { zh = "您是孩子的？", en = "What are you to the child?" }', 'text = "您的性别？"'),
        ('by = ["district"]', 'by = ["您的性别？"]'),
    )
    assert main(["check", str(path)]) == 2
    line = capsys.readouterr().err
    assert '"您的性别？" is what several questions are called (sex, role); write the name of one' in line


def edit(contents, place, value):
    """Write a value at a place of a study file's contents; None takes it out."""
    *tables, last = place
    for step in tables:
        contents = contents[step] if isinstance(step, int) else contents.setdefault(step, {})
    if value is None:
        del contents[last]
    else:
        contents[last] = value


def written(value):
    """A value as TOML, tables on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {written(part)}" for key, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, bool)) else str(value)


# Old text, new text, and the mistake that it makes, which offers edits.
EDITED = [
    ("sponsor =", "sponser =", "study.unknown_key"),
    ('complete = ["intent", "concerns"]', 'complete = ["intend", "concerns"]', "study.no_question"),
    ('in = ["yes", "depends"]', 'in = ["yess"]', "study.no_option"),
    ('lead = ["price", "quality"]', 'lead = ["prise", "quality"]', "study.no_option"),
    ('lead = ["price", "quality"]', 'lead = ["yes", "no"]', "study.lead_of_other"),
    ('by = ["district"]\n', 'by = ["sex"]\n', "study.not_in_by"),
    ('shares = ["concerns", "intent"]', 'shares = ["intent"]', "study.not_in_shares"),
    ('file = "sex.csv"', 'file = "sex.csv"\nuse = "share"', "expected.choice"),
]


@pytest.mark.parametrize(("old", "new", "key"), EDITED)
def test_the_edits_that_an_error_offers_put_it_right(tmp_path, old, new, key):
    path = write_sound(tmp_path, (old, new), ('compare = [["concerns", "price", "quality"]]\n', ""))
    with pytest.raises(SurveyError) as caught:
        read_whole_study(path)
    assert caught.value.key == key
    contents = tomllib.loads(path.read_text(encoding="utf-8"))
    assert caught.value.remedies
    for place, value in caught.value.remedies.items():
        edit(contents, place, value)
    lines = [f"{name} = {written(value)}" for name, value in contents.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    read_whole_study(path)


def test_options_of_another_question_are_one_mistake(tmp_path, capsys):
    path = write_sound(tmp_path, ('lead = ["price", "quality"]', 'lead = ["yes", "no"]'))
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        'parent-intent: study.toml, [briefing] lead: yes, no are options of "intent", and the headline is '
        '"concerns"; name options of "concerns", or write headline = "intent"'
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('publisher = "Example"', "publisher = true", "is true;"),
        ('publisher = "Example"', 'publisher = ["A \\"b\\"", false]', 'is ["A \\"b\\"", false];'),
        ('publisher = "Example"', "publisher = [{ zh = 1 }]", "is [{ zh = 1 }];"),
        ("fieldwork = [2024-09-02, 2024-09-22]", "fieldwork = [2024-09-02]", "is [2024-09-02];"),
    ],
)
def test_what_was_found_is_written_as_in_the_file(tmp_path, old, new, found):
    with pytest.raises(SurveyError) as caught:
        read_study(write_sound(tmp_path, (old, new)))
    assert found in str(caught.value)


@pytest.mark.parametrize("after", ["", "\n", ",\n", "\n# a remark with [\n"])
def test_an_array_that_is_never_closed_is_named_where_it_opens(tmp_path, after):
    path = write_sound(tmp_path, ("fieldwork = [2024-09-02, 2024-09-22]", "fieldwork = [2024-09-02" + after))
    text = path.read_text(encoding="utf-8")
    line = text[: text.index("fieldwork = [2024-09-02")].count("\n") + 1
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert f"study.toml, line {line}: is not valid TOML: the array that opens here" in str(caught.value)
