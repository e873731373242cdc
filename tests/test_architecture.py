"""The house as it is meant to stand: which room imports which, what is loaded when, what is where."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import analysis
import reports
import survey

ROOT = Path(__file__).parent.parent
BELOW = {
    "survey": {"survey"},
    "analysis": {"survey", "analysis"},
    "reports": {"survey", "analysis", "reports"},
}
ARRAYS = (
    "survey/batches.py",
    "survey/calibration.py",
    "survey/distinct_rows.py",
    "survey/multipliers.py",
    "survey/straight_lines.py",
    "survey/trimming.py",
    "analysis/linearised.py",
    "analysis/records.py",
    "analysis/replication.py",
    "analysis/stages.py",
    "analysis/variance.py",
    "analysis/intervals.py",
)


def imported(path):
    """Every module a file imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            assert node.level == 0, f"{path} imports relatively"
    return names


@pytest.mark.parametrize("package", BELOW)
def test_imports_run_down_the_house(package):
    for path in (ROOT / package).rglob("*.py"):
        ours = {name.split(".")[0] for name in imported(path)} & set(BELOW)
        assert ours <= BELOW[package], f"{path} imports {ours - BELOW[package]}"


@pytest.mark.parametrize("name", ARRAYS)
def test_array_modules_know_numbers_only(name):
    allowed = {"__future__", "collections", "dataclasses", "math", "numpy", "scipy", "typing"}
    for module in imported(ROOT / name):
        ours = module.replace(".", "/") + ".py" in (
            *ARRAYS,
            "survey/array_types.py",
            "survey/design.py",
            "survey/special_functions.py",
        )
        assert module.split(".")[0] in allowed or ours, module


@pytest.mark.parametrize("package", ["survey", "analysis"])
def test_importing_loads_neither_charts_nor_typesetter(package):
    code = (
        f"import sys, {package}\n"
        "slow = {'matplotlib', 'typst', 'statsmodels', 'fontTools'} & set(sys.modules)\n"
        "sys.exit(', '.join(slow) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("package", [survey, analysis, reports])
def test_packages_come_from_this_checkout_and_offer_what_they_list(package):
    assert Path(package.__file__).parent.parent == ROOT, "another package of this name is installed"
    for name in package.__all__:
        assert getattr(package, name).__doc__, f"{package.__name__}.{name} has no docstring"


def test_no_file_names_the_reference_folder_or_says_nothing():
    for package in BELOW:
        for path in (ROOT / package).rglob("*.py"):
            assert "shared/" not in path.read_text(encoding="utf-8"), path
            assert path.stem not in {"utils", "helpers", "common", "base"}, path


def test_tests_are_flat_and_the_lock_is_by_hash():
    assert not list((ROOT / "tests").rglob("__init__.py"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for requirement in project["project"]["dependencies"]:
        name = requirement.split("=")[0].split(">")[0].strip().lower()
        assert f"\n{name}==" in "\n" + lock, name
    assert lock.count("--hash=sha256:") > 50
    for mark in ("index-url", "http://", "https://", "file://"):
        assert mark not in lock, mark


def test_what_loads_slowly_is_loaded_where_it_is_used():
    """scipy.stats alone takes as long to load as pandas; statsmodels longer."""
    slow = (
        "scipy.special",
        "scipy.stats",
        "scipy.optimize",
        "statsmodels",
        "typst",
        "duckdb",
        "narwhals",
        "xlsxwriter",
        "pypdfium2",
    )
    code = f"import sys, reports.pipeline; print([m for m in {slow!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"
