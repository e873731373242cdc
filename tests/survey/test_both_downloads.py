"""A text and a number download of one questionnaire together show the order of every list of options."""

import tomllib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wjx_pairs import BANDS, POINTS, WORDS, Asked, drawn, write_numbers, write_text

import survey
from reports.cli import main
from survey.errors import ExportError


@pytest.fixture
def files(tmp_path):
    return tmp_path / "texts.csv", tmp_path / "numbers.csv"


def written(folder, asked):
    """Write both downloads, without the drafts of an earlier questionnaire in the folder."""
    for old in folder.glob("*.toml"):
        old.unlink()
    for old in folder.glob("margins-*.csv"):
        old.unlink()
    write_text(folder / "texts.csv", asked)
    write_numbers(folder / "numbers.csv", asked)


def init(folder, *arguments):
    """Draft a study file and return its questions by number."""
    out = folder / "study.toml"
    assert main(["init", *(str(folder / a) if "." in a else a for a in arguments), "--out", str(out)]) == 0
    questions = tomllib.loads(out.read_text(encoding="utf-8"))["questions"]
    return {question["column"]: question for question in questions.values()}


def labels(question):
    return [option["zh"] for option in question["options"].values()]


SMALL = [
    Asked("single", ("不愿意", "看情况", "愿意", "说不清"), [2, 2, 2, 0, -3, 2]),
    Asked("ticks", ("远", "价格", "其他【请注明】"), [[0, 2], [1], -2, [1, 2], [0], [1]]),
    Asked("single", POINTS, [3, 5, 3, -2, 1, 3]),
    Asked("number", (), [950, 1200, 45, -3, 800, 77]),
]


@pytest.mark.parametrize(
    "arguments",
    [("texts.csv", "numbers.csv"), ("numbers.csv", "texts.csv"), ("texts.csv", "--codebook", "numbers.csv"),
     ("numbers.csv", "--codebook", "texts.csv")],
)  # fmt: skip
def test_text_and_place_give_every_order_whichever_is_named_first(tmp_path, capsys, arguments):
    written(tmp_path, SMALL)
    found = init(tmp_path, *arguments)
    assert labels(found[1]) == ["不愿意", "2 待填", "愿意"]  # nobody chose the second, or the last
    assert labels(found[2]) == ["远", "价格", "其他【请注明】"]
    assert labels(found[3]) == ["1 待填", "1分", "3 待填", "3分", "5 待填", "5分"]
    assert found[4]["kind"] == "number"
    assert not any("order" in question for question in found.values())
    wave = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))["waves"][0]
    assert (wave["responses"], wave["export"]) == ("texts.csv", "wjx")
    said = capsys.readouterr().out
    assert said.count("the options of q1, q3 are numbers that nothing explains, or to fill in") == 1
    assert "is not known" not in said
    assert "with both downloads" not in said


def test_the_text_alone_says_which_orders_are_not_known(tmp_path, capsys):
    written(tmp_path, SMALL)
    found = init(tmp_path, "texts.csv")
    assert found[1]["order"] == "unknown"
    assert found[2]["order"] == "unknown"  # 远 and 价格 were ticked together by nobody
    assert (labels(found[3]), found[3]["order"]) == (["1分", "3分", "5分"], "meaning")
    said = capsys.readouterr().out
    assert said.count("q1, q2, q3") == said.count("the order of the options of q1, q2, q3 is not known") == 1
    assert "with both downloads, of texts and of numbers (按选项文本, 按选项序号), finds the order" in said
    text = (tmp_path / "study.toml").read_text(encoding="utf-8").replace("texts.csv", "numbers.csv")
    study = tmp_path / "study.toml"
    study.write_text(text, encoding="utf-8")
    assert main(["check", str(study)]) == 2
    assert "question q1: holds places in the list of options" in capsys.readouterr().err


def test_the_numbers_alone_are_a_draft_and_the_text_download_is_asked_for(tmp_path, capsys):
    written(tmp_path, SMALL)
    found = init(tmp_path, "numbers.csv")
    assert labels(found[1]) == ["1 待填", "2 待填", "3 待填"]
    assert "(按选项文本, 按选项序号), finds the labels of the options" in capsys.readouterr().out


def test_ticks_in_cells_give_an_order_only_where_it_is_the_only_one():
    from survey.drafting.order import _by_ticks

    assert _by_ticks(["c", "b", "a"], ["a┋b", "b┋c", "c"]) == ([2, 1, 0], True)
    assert _by_ticks(["c", "b", "a"], ["a┋c", "a┋b"]) == ([2, 0, 1], False)  # b and c never together
    assert _by_ticks(["c", "b", "a"], ["a┋c", "c┋a"]) == ([0, 1, 2], False)  # no order at all
    assert _by_ticks(["b", "a〖x〗", "a"], ["a〖b┋〗┋b"]) == ([1, 2, 0], False)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_no_order_is_ever_wrong(tmp_path_factory, seed):
    asked, folder = drawn(seed), tmp_path_factory.mktemp("pair")
    written(folder, asked)
    alone, both = init(folder, "texts.csv"), None
    written(folder, asked)
    both = init(folder, "texts.csv", "numbers.csv")
    for number, question in enumerate(asked, 1):
        if question.kind == "number" or not question.seen:
            continue
        seen = [question.options[place] for place in question.seen]
        # The text alone: what is said to be known is so, and never of a question with one answer.
        found = alone[number]
        if found["kind"] in ("single", "multiple"):
            order = found.get("order", "questionnaire")
            assert sorted(labels(found)) == sorted(seen)
            assert order != "questionnaire" or (question.kind == "ticks" and labels(found) == seen)
            scale = next((s for s in (BANDS, POINTS) if set(seen) <= set(s)), None)
            assert (order == "meaning") == (scale is not None and len(seen) > 1)
            assert order != "meaning" or labels(found) == [label for label in scale if label in seen]
        # Both: every place has its label, or waits for one.
        found = both[number]
        assert found["kind"] == {"single": "single", "ticks": "multiple"}[question.kind]
        assert "order" not in found
        expected = list(question.options)
        if question.kind == "single":
            last = question.seen[-1]
            gaps = [label if i in question.seen else f"{i + 1} 待填" for i, label in enumerate(expected)]
            expected = gaps[: last + 1]
        assert labels(found) == expected


@pytest.mark.parametrize("seed", [3, 14, 15, 92, 65])
def test_one_questionnaire_read_from_texts_and_from_numbers_shows_no_change(tmp_path, seed):
    written(tmp_path, drawn(seed, people=120))
    init(tmp_path, "texts.csv", "numbers.csv")
    study = tmp_path / "study.toml"
    text = study.read_text(encoding="utf-8")
    second = '[[waves]]\nid = "numbers"\nresponses = "numbers.csv"\nexport = "wjx_number"\n'
    study.write_text(text.replace("[[waves]]", second + "[[waves]]"), encoding="utf-8")
    read = survey.read_study(study)
    one, other = (survey.read_responses(read, wave=wave.id) for wave in read.waves)
    pd.testing.assert_frame_equal(one.frame, other.frame)
    pd.testing.assert_frame_equal(one.missing, other.missing)
    assert main(["estimate", str(study), "--out", str(tmp_path / "out")]) == 0
    rows = pd.read_csv(tmp_path / "out" / "estimates.csv").query("measure == 'change'")
    assert len(rows) == 0 or rows["estimate"].dropna().abs().max() < 1e-12


def spoilt(files, what):
    """Spoil the number download in one way."""
    lines = files[1].read_text(encoding="utf-8").splitlines()
    cells = [line.split(",") for line in lines]
    match what:
        case "a row less":
            cells = cells[:-1]
        case "another time":
            cells[3][1] = "2024/9/2 10:00:00"
        case "another duration":
            cells[4][2] = "3599秒"
        case "another option":
            cells[4][3] = "3"
        case "a tick less":
            cells[4][5] = "0"
        case "another tick":
            cells[2][4:7] = "100"
        case "an answer less":
            cells[6][3] = "-2"
        case "another question":
            cells[0][7] = "5、问题五"
    files[1].write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "refusal"),
    [("a row less", "texts.csv and numbers.csv: hold 6 and 5 answers"),
     ("another time", "row 4: have different times of submission"),
     ("another duration", "row 5: have different times taken"),
     ("another option", "row 5: question 1: the option's text and its number do not belong together"),
     ("a tick less", "row 5: question 2: the option's text and its number"),
     ("another tick", "row 3: question 2: the option's text and its number"),
     ("an answer less", "row 7: question 1: the option's text and its number"),
     ("another question", "do not hold the same questions: question 3 is in texts.csv only")],
)  # fmt: skip
def test_downloads_of_different_answers_are_refused_without_what_they_hold(files, what, refusal, capsys):
    written(files[0].parent, SMALL)
    spoilt(files, what)
    study = files[0].parent / "study.toml"
    assert main(["init", *map(str, files), "--out", str(study)]) == 2
    said = capsys.readouterr().err
    assert refusal in said
    assert "download both again" in said
    assert not any(label in said for label in ("愿意", "价格", "3分"))
    assert not study.exists()


def test_files_that_are_no_pair_are_refused(files, tmp_path, capsys):
    written(tmp_path, SMALL)
    out = ["--out", str(tmp_path / "study.toml")]
    assert main(["init", str(files[0]), str(files[0]), *out]) == 2
    assert "both hold option texts; give 按选项文本下载 and 按选项序号下载" in capsys.readouterr().err
    plain = tmp_path / "plain.csv"
    plain.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    assert main(["init", str(files[0]), str(plain), *out]) == 2
    assert "plain.csv: is no download of 问卷星" in capsys.readouterr().err


def test_numbers_with_words_typed_among_them_are_known_by_two_columns_with_their_marks(tmp_path):
    lines = ["序号,提交答卷时间,1、城市,2、意愿,3、想说的话"]
    lines += [f"{i},2024/9/2 9:0{i}:00,{1 + i % 3},{-3 if i == 2 else i % 2 + 1},话{i}" for i in range(6)]
    path = tmp_path / "numbers.csv"
    for cells, coding in (
        ("4,2,说", "text"),
        ("4,-2,说", "text"),
        ("-2,2,说", "position"),
        ("(空),-2,说", "text"),
    ):
        path.write_text("\n".join([*lines, f"7,2024/9/2 9:30:00,{cells}"]) + "\n", encoding="utf-8")
        assert survey.read_export(path).coding == coding


def test_a_list_of_numbers_only_is_what_the_other_file_is_not(tmp_path):
    asked = [Asked("single", WORDS[:3], [2, 1, 1]), Asked("single", WORDS[5:8], [0, 0, 2])]
    written(tmp_path, asked)
    with pytest.raises(ExportError, match="has numbers only"):
        survey.read_export(tmp_path / "numbers.csv")
    found = init(tmp_path, "numbers.csv", "texts.csv")
    assert [labels(found[i]) for i in (1, 2)] == [["1 待填", *WORDS[1:3]], [WORDS[5], "2 待填", WORDS[7]]]
