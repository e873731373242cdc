"""`parent-intent lint`: what it prints, its exit status, and findings that a study file sets aside."""

import json
from pathlib import Path

import pytest
from questionnaire_files import VECTORS, planted, tables_of, write_study

from reports import cli
from survey.drafting.lint.findings import severities

ROOT = Path(__file__).parents[2]
WHOLE = planted()


@pytest.fixture
def lint(capsys, monkeypatch):
    monkeypatch.setenv("PARENT_INTENT_LANG", "")
    monkeypatch.setenv("LC_ALL", "C")

    def run(*arguments):
        status = cli.main(["lint", *map(str, arguments)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def faulty(tmp_path):
    return write_study(tmp_path / "study.toml", tables_of("f04_multi", WHOLE))


def test_findings_in_words_with_what_was_read_as_what(lint, faulty):
    status, zh, _ = lint(faulty)
    assert status == 1
    assert zh.startswith("题目识别：知情同意=第1题“")
    assert "没有“没有”或“以上都不是”一项（no_none）" in zh
    assert "必须2项，应当3项" in zh
    _, en, _ = lint(faulty, "--language", "en")
    assert en.startswith('Read as: consent = question 1 "')
    assert 'offers no "none of these" (no_none)' in en
    assert "2 must, 3 should" in en
    assert "Not judged: order of options" in en


def test_findings_for_scripts(lint, faulty):
    status, out, _ = lint(faulty, "--json")
    data = json.loads(out)
    assert status == 1
    assert out.isascii()
    assert (data["counts"]["must"], data["roles"]["likely"]) == (2, "juster")
    found = {(f["rule"], f["question"]): f for f in data["findings"]}
    assert found["no_none", "concerns"]["severity"] == "must"
    assert found["select_at_most", "concerns"]["found"] == "最多选3项"
    assert all(f["why"] and f["better"] and f["text"] for f in data["findings"])


def test_a_sound_questionnaire_exits_with_0_and_is_never_called_good(lint):
    status, out, _ = lint(VECTORS / "sound" / "en_county.txt")
    assert status == 0
    assert "0 must, 0 should" in out
    assert "passed" not in out
    assert 'whether "none" excludes the others' not in out  # the text says so


def test_the_demonstration_has_the_faults_it_is_known_to_have(lint):
    _, out, _ = lint(ROOT / "data" / "taiyuan" / "study.toml", "--json")
    found = {(f["rule"], f["question"]) for f in json.loads(out)["findings"]}
    assert {("no_opinion_missing", "rating_price"), ("no_opinion_missing", "rating_quality")} <= found
    assert ("income_early", "income") in found
    assert not {rule for rule, _ in found} & {"fee_after_cost", "intent_after_concerns", "double_question"}


def test_a_questionnaire_on_something_else_lacks_nothing(lint):
    status, out, _ = lint(ROOT / "tests" / "star_wars" / "study.toml", "--json")
    assert (status, json.loads(out)["counts"]["should"]) == (0, 0)


def test_a_finding_is_set_aside_with_a_reason_only(lint, tmp_path):
    tables = tables_of("f04_multi", WHOLE)
    listed = ["no_none:concerns", "none_not_exclusive:services", "no_fee"]
    path = write_study(tmp_path / "study.toml", {"lint": {"ignore": listed}, **tables})
    assert lint(path)[0] == 1
    path = write_study(
        tmp_path / "study.toml", {"lint": {"ignore": listed, "reason": "已与上次一致"}, **tables}
    )
    status, out, _ = lint(path)
    assert status == 0
    assert "不计：no_none:concerns，理由：已与上次一致" in out
    assert "[lint] 所列 no_fee 没有对应的发现" in out


def test_figures_of_a_population_are_compared(lint, tmp_path):
    table = tmp_path / "margins-age.csv"
    table.write_text("age,population\n25-29,1\n30-49,2\n", encoding="utf-8")
    _, out, _ = lint(VECTORS / "sound" / "zh_county.txt", "--margins", table, "--json")
    assert "age_bands_differ" in {f["rule"] for f in json.loads(out)["findings"]}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.txt", "Dear parents", "has no question that could be read"),
        ("broken.toml", "[study", "broken.toml"),
        ("broken.docx", b"PK\x03\x04", "broken.docx"),
        ("broken.qsf", "{}", "is not a whole Qualtrics survey"),
    ],
)
def test_what_cannot_be_read_exits_with_2(lint, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    status, out, error = lint(path)
    assert (status, out) == (2, "")
    assert said in error


def test_a_study_file_with_faults_of_every_kind_is_read_all_the_same(lint, tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        '[study]\nid = 3\n[questions.a]\nkind = "?"\ntext = "您的性别？"\noptions = { m = "男", f = "男" }\n'
        '[questions.b]\n[questions.c]\nkind = "single"\nasked_if = "a"\n[questions]\nd = 3\n',
        encoding="utf-8",
    )
    status, out, _ = lint(path, "--json")
    assert status == 1
    assert {("duplicate_option", "a"), ("single_option", "b")} <= {
        (f["rule"], f["question"]) for f in json.loads(out)["findings"]
    }


def test_every_rule_is_documented():
    page = (ROOT / "docs" / "questionnaire.md").read_text(encoding="utf-8")
    assert [rule for rule in severities() if f"| `{rule}` |" not in page] == []
