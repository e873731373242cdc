"""The desk has no second way: what it writes and prints is what the commands write and print."""

import re
import shutil
import tomllib

import pytest

from reports.cli import main
from reports.desk.root import Kept
from reports.desk.save import save
from reports.desk.work import tasks

TEXTS = {
    "title": {"zh": "甲市调查", "en": "A survey"},
    "publisher": {"zh": "甲市", "en": "The city"},
    "population": {"zh": "家长", "en": "parents"},
}
SAMPLES = [
    ("wjx_text.xlsx", "wjx_code.xlsx"),
    ("wjx_text.csv",),
    ("tencent.csv",),
    ("jinshuju.csv",),
    ("google_forms_download.csv",),
    ("msforms.xlsx",),
    ("qualtrics_text_joined.csv",),
    ("surveymonkey.csv",),
    ("kobo_labels.csv",),
    ("spss.sav",),
]


def by_hand(text, language):
    """Edit a drafted study file as a person does in an editor."""
    for key, labels in TEXTS.items():
        line = f'{key} = {{ {language} = "{labels[language]}" }}'
        text = re.sub(rf"^{key} = .*$", line, text, count=1, flags=re.MULTILINE)
        if f"\n{line}\n" not in text:
            text = text.replace("[study]\n", f"[study]\n{line}\n", 1)
    return re.sub(
        r"^\[weighting\]\n.*?^\[estimates\]",
        '[weighting]\nmethod = "none"\n\n[estimates]',
        text,
        count=1,
        flags=re.MULTILINE | re.DOTALL,
    )


def on_the_desk(folder, language):
    """Make the same edits as the pages of the desk do."""
    kept = Kept(folder.name, folder / "study.toml")
    edits = {("study", key): {language: labels[language]} for key, labels in TEXTS.items()}
    edits |= {("weighting", "margins"): None, ("weighting", "collapse"): None}
    save(kept, {**edits, ("weighting", "method"): "none"}, line="", seen=kept.sha())


def drafted(tmp_path, samples, names):
    """Begin a study of downloads in both ways; return its folders, by command and by desk."""
    folders = tmp_path / "command", tmp_path / "desk"
    for folder in folders:
        (folder / "answers").mkdir(parents=True)
        for name in names:
            shutil.copy(samples / name, folder / "answers")
    files = [str(folders[0] / "answers" / name) for name in names]
    assert main(["init", *files, "--out", str(folders[0] / "study.toml")]) == 0
    tasks.draft(folders[1], *names, say=lambda _: None)
    return folders


def written(out):
    """The files of a folder of results, each with its bytes."""
    return {f.relative_to(out).as_posix(): f.read_bytes() for f in out.rglob("*") if f.is_file()}


@pytest.mark.parametrize("names", SAMPLES, ids=lambda names: names[0])
def test_a_study_begun_on_the_desk_is_the_one_that_init_drafts(tmp_path, samples, names):
    command, desk = drafted(tmp_path, samples, names)
    language = tomllib.loads((desk / "study.toml").read_text("utf-8"))["study"]["languages"][0]
    assert "待填" not in (desk / "study.toml").read_text("utf-8").split("[[waves]]")[0]
    path = command / "study.toml"
    path.write_text(by_hand(path.read_text("utf-8"), language), encoding="utf-8")
    on_the_desk(desk, language)
    studies = [tomllib.loads((folder / "study.toml").read_text("utf-8")) for folder in (command, desk)]
    assert studies[0] == studies[1]
    margins = [{f.name: f.read_bytes() for f in folder.glob("*.csv")} for folder in (command, desk)]
    assert margins[0] == margins[1]


@pytest.mark.parametrize("names", [SAMPLES[0], SAMPLES[4]], ids=lambda names: names[0])
def test_a_report_made_on_the_desk_is_the_one_that_the_command_makes(tmp_path, samples, names):
    command, desk = drafted(tmp_path, samples, names)
    language = tomllib.loads((desk / "study.toml").read_text("utf-8"))["study"]["languages"][0]
    on_the_desk(desk, language)
    # Its hash is printed, so the file is the same to the last byte.
    shutil.copy(desk / "study.toml", command / "study.toml")
    tasks.report(desk, say=lambda _: None)
    assert main(["report", str(command / "study.toml"), "--out", str(command / "out")]) == 0
    outputs = [written(folder / "out") for folder in (command, desk)]
    assert outputs[0].keys() == outputs[1].keys()
    assert [name for name, data in outputs[0].items() if data != outputs[1][name]] == []
    assert tasks.verify(desk, say=lambda _: None) == []
