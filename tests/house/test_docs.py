"""The documentation says what is there: scripts and commands run, keys are listed, pictures are current."""

import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from draw_pictures import page_1, small_pages
from pdf import with_appendix
from PIL import Image

import analysis
import survey
from reports import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
METHODS = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
STUDY_FILE = (ROOT / "docs" / "study-file.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
DOCUMENTS = [ROOT / n for n in ("README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    ROOT.glob("docs/**/*.md")
)
READERS = (
    "survey/study/study.py",
    "survey/study/screening_plan.py",
    "survey/study/weighting_plan.py",
    "survey/study/reference_plan.py",
    "survey/study/questions.py",
    "analysis/plans/estimates.py",
    "analysis/plans/demand.py",
    "analysis/plans/fees.py",
    "analysis/plans/fieldwork.py",
    "analysis/plans/supply.py",
    "analysis/plans/sensitivity.py",
    "reports/results/settings.py",
    "reports/results/declared.py",
    "reports/results/issue.py",
)
GETTERS = "text|choice|choices|flag|number|whole|pair|day|dates|texts|lists|label|table|tables|raw|has"
KEY = re.compile(
    rf"\b(?:\w+\.(?:{GETTERS})\(\s*"
    r'|\w+\.optional\(\w+\.\w+,\s*|\w*_?(?:conditions|questions|named_question)\(\s*\w+,\s*)"(\w+)"'
)


def run(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def checkout(tmp_path):
    """A folder with what a checkout's scripts need."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "tests" / "reference", tmp_path / "tests" / "reference")
    return tmp_path


def test_there_are_two_scripts():
    assert len(SCRIPTS) == 2


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_the_scripts_of_the_readme_run_as_printed(checkout, number):
    (checkout / "brief_2024.py").write_text(SCRIPTS[number], encoding="utf-8")
    ran = run(checkout, sys.executable, "-P", "-W", "error", "brief_2024.py")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    if "write_briefing" in SCRIPTS[number]:
        assert {p.name for p in (checkout / "out" / "script").iterdir()} == {
            "briefing-zh.pdf",
            "briefing-en.pdf",
            "briefing-zh-appendix.pdf",
            "briefing-en-appendix.pdf",
        }
        assert "xiaodian" in ran.stdout
        assert "analysed" not in ran.stdout
        assert "2083" in ran.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.skipif(
    not (ROOT / ".venv" / "ready").exists(), reason="these tests were not started by make test"
)
def test_make_report_writes_what_the_readme_says():
    ran = run(ROOT, "make", "report")
    assert ran.returncode == 0, ran.stderr
    for name in ("briefing-zh.pdf", "briefing-en.pdf", "estimates.csv", "run.json"):
        assert f"out/taiyuan/{name}" in ran.stdout
        assert (ROOT / "out" / "taiyuan" / name).stat().st_size > 1000


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_every_make_command_named_exists():
    for document in DOCUMENTS:
        for target in re.findall(
            r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE
        ):
            ran = run(
                ROOT,
                "make",
                "--dry-run",
                "--assume-old=.venv/packages",
                "--assume-old=.venv/ready",
                "--assume-old=.venv/ready-dev",
                target,
            )
            assert ran.returncode == 0, f"{document.name}: make {target}: {ran.stderr}"


def test_every_command_and_public_name_is_documented(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    commands = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert commands
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    assert [c for c in commands if f"parent-intent {c}" not in README] == []
    assert [c for c in commands if f"parent-intent {c}" not in chinese] == []


def test_every_key_of_a_study_file_is_documented_and_no_other():
    known = {key for name in READERS for key in KEY.findall((ROOT / name).read_text(encoding="utf-8"))}
    settings = pkgutil.resolve_name("reports.results.settings")
    known |= {*settings.DISCLOSED, *settings.LABELS, *pkgutil.resolve_name("reports.results.issue").LABELS}
    assert {"collapse_below", "asked_if", "exclusive", "people", "identical"} <= known
    spans = {word for span in re.findall(r"`([^`]+)`", STUDY_FILE) for word in re.findall(r"\w+", span)}
    assert known - spans == set()
    listed = {
        k
        for row in re.findall(r"^\| (`.*?) \|", STUDY_FILE, re.MULTILINE)
        for k in re.findall(r"`(\w+)`", row)
    }
    assert listed - known == set()


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_functions_named_in_the_methods_exist():
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    names = re.findall(r"`((?:survey|analysis|reports)(?:\.\w+)+)", text)
    assert len(names) > 30
    for name in names:
        assert pkgutil.resolve_name(name), name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pictures_show_the_pages_as_they_are_printed(demo, language):
    """Both the README's page 1 and every page as a person has looked at it."""
    path = demo / f"briefing-{language}.pdf"
    pages = [(name, page) for part in with_appendix(path) for name, page in small_pages(part)]
    stored = {path.stem for path in (ROOT / "tests" / "pages").glob(f"{language}-*.png")}
    assert stored == {name for name, _ in pages}, "look at the pages, then run make pictures"
    for name, page in pages:
        seen = np.asarray(Image.open(ROOT / "tests" / "pages" / f"{name}.png").convert("L"), float)
        assert np.abs(seen - np.asarray(page, float)).mean() < 1.5, (
            f"{name}: look at it, then run make pictures"
        )
    printed = np.asarray(page_1(path), dtype=float)
    shown = np.asarray(Image.open(ROOT / "docs" / f"page-1-{language}.png").convert("RGB"), dtype=float)
    assert shown.shape == printed.shape
    assert np.abs(shown - printed).mean() < 1.0, "run make pictures"


def test_every_pointer_into_the_methods_leads_to_a_section():
    headings = set(re.findall(r"^#+ (\d+(?:\.\d+[a-z]?)?) ", METHODS, re.MULTILINE))
    for path in [p for room in ("survey", "analysis", "reports") for p in (ROOT / room).rglob("*.py")]:
        for text in re.findall(r"methods (\d[\d., a-z-]*\d[a-z]?|\d)", path.read_text(encoding="utf-8")):
            for number in re.findall(r"\d+(?:\.\d+[a-z]?)?", text):
                assert number in headings, (path.name, text)


def test_every_public_function_points_into_the_methods():
    # What only reads, holds or joins values has no formula.
    plain = {"combine", "estimate", "read_estimates", "read_export", "read_recipe", "read_responses",
             "read_study", "Estimates", "Responses", "Study"}  # fmt: skip
    for module in (survey, analysis):
        for name in set(module.__all__) - plain:
            if not name.endswith("Error"):
                assert re.search(r"methods \d", inspect.getdoc(getattr(module, name))), name
