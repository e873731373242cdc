"""An edit changes its place and no other line; what was there can be brought back."""

import hashlib
import stat
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.desk.edits import edited, reordered, with_edits
from reports.desk.root import LONGEST, Kept, find, new_id, safe_name, studies
from reports.desk.save import MOST, Conflict, history, save, undo
from survey.errors import ReportError

DEMONSTRATION = (Path(__file__).parents[2] / "data" / "taiyuan" / "study.toml").read_text(encoding="utf-8")
ODD = """\ufeff# odd
study.id = "a" # why
study . "title" = { zh = "标题" } # the title

[[waves]]
id = '1'
label = \"\"\"two
lines\"\"\"

  [questions.q1] # indented
  kind = "single"
  options.a = { zh = "甲" } # first
  options.b = { zh = "乙" }

[weighting]
method = "none"
# about what follows
[estimates]
shares = [
  "q1", # kept
]
"""
SMALL = '[study]\nid = "a"\n\n[weighting]\nmethod = "none" # none yet\n\n[estimates]\nshares = []\n'


def places(values, at=()):
    """Every place of a file that holds a value, with the value."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from places(value, (*at, key))
    elif isinstance(values, list) and values and all(isinstance(value, dict) for value in values):
        for i, value in enumerate(values):
            yield from places(value, (*at, i))
    else:
        yield at, values


PLACES = [
    (text, place)
    for text in (DEMONSTRATION, ODD.lstrip("\ufeff"))
    for place, _ in places(tomllib.loads(text))
]
SIMPLE = st.one_of(
    st.text(max_size=30).filter(lambda t: "\r" not in t),
    st.integers(-(2**40), 2**40), st.booleans(), st.dates(),
    st.lists(st.text("价ab\"'\\#[]=", max_size=6), max_size=4),
    st.dictionaries(st.sampled_from(["zh", "en"]), st.text("价ab\"'\\#{}=", max_size=8), min_size=1),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), SIMPLE)
def test_an_edit_changes_its_place_alone(chosen, value):
    text, place = chosen
    new = edited(text, {place: value})
    assert tomllib.loads(new) == with_edits(tomllib.loads(text), {place: value})
    # Of the lines there were, only those that held the value are gone.
    old = next(v for p, v in places(tomllib.loads(text)) if p == place)
    gone = Counter(text.splitlines()) - Counter(new.splitlines())
    assert sum(gone.values()) <= max(len(old) + 2 if isinstance(old, list) else 1, str(old).count("\n") + 1)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES))
def test_what_is_taken_out_takes_no_comment_along(chosen):
    text, place = chosen
    new = edited(text, {place: None})
    assert tomllib.loads(new) == with_edits(tomllib.loads(text), {place: None})
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert Counter(comments) <= Counter(new.splitlines())


@settings(max_examples=60, deadline=None)
@given(st.permutations(["price", "quality", "distance", "safety", "other", "none"]))
def test_options_are_put_in_order_and_every_line_is_there(order):
    new = reordered(DEMONSTRATION, ("questions", "concerns", "options"), order)
    assert sorted(new.splitlines()) == sorted(DEMONSTRATION.splitlines())
    assert list(tomllib.loads(new)["questions"]["concerns"]["options"]) == order
    # Another question with the same options stays as it is.
    assert (
        tomllib.loads(new)["questions"]["rating_price"]
        == tomllib.loads(DEMONSTRATION)["questions"]["rating_price"]
    )


def test_comments_go_with_their_option():
    text = '[q.options]\n# of a\na = { zh = "甲" } # a\n# of b\nb = { zh = "乙" }\n\n[next]\nx = 1\n'
    new = reordered(text, ("q", "options"), ["b", "a"])
    assert new == '[q.options]\n# of b\nb = { zh = "乙" }\n# of a\na = { zh = "甲" } # a\n\n[next]\nx = 1\n'


@pytest.mark.parametrize("names", [["price"], ["price", "none"], [], ["x"]])
def test_an_order_of_other_names_is_refused(names):
    with pytest.raises(ReportError, match="cannot be changed"):
        reordered(DEMONSTRATION, ("questions", "concerns", "options"), names)


@pytest.mark.parametrize(
    ("edits", "line"),
    [
        ({("study", "released"): date(2024, 10, 15)}, "released = 2024-10-15"),
        ({("weighting", "bounds"): [0.4, 2.7]}, "bounds = [0.4, 2.7]"),
        ({("screening", "burst", "least"): 4}, "burst = { least = 4 }"),
        ({("weighting", "margins", 0, "file"): "m.csv"}, 'file = "m.csv"'),
        ({("disclosure", "sponsor", "zh"): "甲"}, 'sponsor = { zh = "甲" }'),
        ({("weighting", "collapse", "q-x"): "neighbours"}, 'collapse = { q-x = "neighbours" }'),
    ],
)  # fmt: skip
def test_what_was_not_there_is_added_in_its_table(edits, line):
    new = edited(SMALL, edits)
    assert line in new.splitlines()
    assert Counter(SMALL.splitlines()) <= Counter(new.splitlines())


def test_an_option_may_get_and_lose_a_mark():
    place = ("questions", "sex", "options", "male", "ineligible")
    new = edited(DEMONSTRATION, {place: True})
    assert 'male = { zh = "男", en = "Men", ineligible = true }' in new.splitlines()
    assert edited(new, {place: None}) == DEMONSTRATION


def test_what_is_no_toml_is_refused():
    with pytest.raises(ReportError):
        edited("[study\n", {("study", "id"): "a"})


@pytest.fixture
def kept(tmp_path):
    folder = tmp_path / "study-2024"
    folder.mkdir()
    (folder / "study.toml").write_text("\ufeff" + SMALL, encoding="utf-8", newline="")
    return Kept("study-2024", folder / "study.toml")


def test_a_save_is_in_the_history_and_undone(kept):
    before = kept.data()
    assert save(kept, {("study", "id"): "b"}, line="名称", seen=kept.sha(), files={"margins-a.csv": b"x\n"})
    assert kept.data() == before.replace(b'id = "a"', b'id = "b"')
    assert stat.S_IMODE((kept.folder / ".desk").stat().st_mode) == 0o700
    (step,) = history(kept)
    assert step.line == "名称"
    assert undo(kept, step.number, line="撤销")
    assert kept.data() == before
    assert not (kept.folder / "margins-a.csv").exists()
    again, _ = history(kept)
    assert undo(kept, again.number, line="重做")
    assert kept.values()["study"]["id"] == "b"
    assert (kept.folder / "margins-a.csv").read_bytes() == b"x\n"
    assert not undo(kept, 99, line="")


def test_what_changes_nothing_is_no_step(kept):
    assert not save(kept, {("study", "id"): "a"}, line="", seen=kept.sha())
    assert history(kept) == []


def test_a_file_changed_elsewhere_is_not_written_over(kept):
    seen = kept.sha()
    kept.file.write_text(SMALL + "# mine\n", encoding="utf-8")
    with pytest.raises(Conflict):
        save(kept, {("study", "id"): "b"}, line="", seen=seen)
    assert kept.data().endswith(b"# mine\n")
    assert hashlib.sha256(kept.data()).hexdigest() != seen


def test_so_many_steps_are_kept_and_no_more(kept, monkeypatch):
    monkeypatch.setattr("reports.desk.save.MOST", 3)
    for name in "bcdefg":
        save(kept, {("study", "id"): name}, line=name, seen=kept.sha())
    assert [step.line for step in history(kept)] == ["g", "f", "e"]
    assert MOST == 200


@pytest.mark.parametrize(
    "name",
    ["CON", "con.xlsx", "nul.tar.gz", "..", "../../etc/passwd", "a\0b.csv", "x" * 300 + ".xlsx", ".env",
     "\u202eabc.csv", "C:\\temp\\a.csv",
     "", "...", "a.csv. ", "COM1", "答卷（1）.xlsx", "~$open.xlsx", "-rf", "a/b\\c"],
)  # fmt: skip
def test_names_are_safe(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= LONGEST + 5
    assert not set(safe) & set('\0/\\:*?"<>|\u202e ')
    assert not safe.startswith((".", "-"))
    assert not safe.endswith((".", " "))
    assert safe.split(".")[0].casefold() not in {"con", "nul", "com1"}


def test_studies_are_folders_with_a_study_file_and_links_are_not_followed(tmp_path):
    root = tmp_path / "root"
    for name in ("a", "b", ".hidden", "empty"):
        (root / name).mkdir(parents=True)
    for name in ("a", "b", ".hidden"):
        (root / name / "study.toml").write_text(SMALL, encoding="utf-8")
    (root / "link").symlink_to(root / "a", target_is_directory=True)
    (root / "empty" / "study.toml").symlink_to(root / "a" / "study.toml")
    assert sorted(kept.id for kept in studies(root)) == ["a", "b"]
    assert find(root, "link") is find(root, "..") is find(root, "") is None
    assert new_id(root, 2024) == "study-2024"
    (root / "study-2024").mkdir()
    assert new_id(root, 2024) == "study-2024-2"
