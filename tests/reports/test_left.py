"""What is left to do is named in the order in which a person does it, with what it stops."""

import json

from small_study import replace, write_sound

from reports.cli import main
from reports.commands.left import left_to_do
from survey import read_study


def keys(path):
    return [(todo.what.key, todo.stops) for todo in left_to_do(read_study(path))]


def test_a_whole_study_lacks_only_its_disclosure(tmp_path):
    path = write_sound(tmp_path)
    assert keys(path) == [("left.disclosure", "final")]


def test_everything_is_named_in_order(tmp_path, capsys):
    path = write_sound(
        tmp_path,
        ('publisher = "Example"', 'publisher = "发布者待填"'),
        ('id = "2024"\n', 'id = "first"\n'),
        ("fieldwork = [2024-09-02, 2024-09-22]\n", ""),
        ("[questions.role]\n", '[questions.role]\norder = "unknown"\n'),
    )
    replace(tmp_path, "sex.csv", "0.49", "")
    replace(tmp_path, "sex.csv", "0.51", "")
    wanted = [
        ("left.placeholder", "final"),
        ("left.order", "nothing"),
        ("margin.blank", "run"),
        ("left.wave", "final"),
        ("left.days", "final"),
        ("left.disclosure", "final"),
    ]
    assert keys(path) == wanted
    assert main(["check", str(path), "--json"]) == 2
    left = json.loads(capsys.readouterr().out)["left"]
    assert [(todo["key"], todo["stops"]) for todo in left] == wanted
    assert left[0]["place"] == ["study", "publisher"]
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().out
    assert '  1 study.toml, [study] publisher: is still "发布者待填"; write the publisher' in said
    assert said.index("Left to do") > said.index("Answers as they came")


def test_a_draft_says_what_is_left(tmp_path, capsys):
    rows = "\n".join(f"{'AB'[i % 2]},{i}" for i in range(20))
    (tmp_path / "answers.csv").write_text(f"Which one?,How many children?\n{rows}\n", encoding="utf-8")
    assert main(["init", str(tmp_path / "answers.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    said = capsys.readouterr().out
    lines = said[said.index("Left to do") :].splitlines()
    assert "[study] title: is still" in lines[1]
    assert "[waves, entry 1]: has no fieldwork" in said
