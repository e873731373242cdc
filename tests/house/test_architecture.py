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

ROOT = Path(__file__).parents[2]
# From the ground up: a room imports the rooms left of it. Those between commas do not know each other.
ORDER = {
    "": "survey < analysis < reports",
    "survey": "text, numeric, tick_readings, shown < history < identifiers < privacy, messages < errors"
    " < study < exports < responses < screening, drafting < sources < weighting",
    "analysis": "numeric, labels < estimates < bases, publication < domains < statistics, models"
    " < blending < sensitivity < plans < study",
    "reports": "language < results < findings < charts < sections < page, documents < fieldwork < folder"
    " < commands, endings, drawing < desk < cli < __main__",
}
NUMBERS = {*sys.stdlib_module_names, "numpy", "scipy", "threadpoolctl"} - {"csv", "json", "pathlib"}
PACKAGES = ("survey", "analysis", "reports")


def product_files():
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def floors(package):
    """Each room with its floor."""
    levels = ORDER[package].split(" < ")
    return {room: i for i, level in enumerate(levels) for room in level.split(", ")}


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


@pytest.mark.parametrize("package", ORDER)
def test_imports_run_down_the_house(package):
    floor, depth = floors(package), len(package.split(".")) if package else 0
    for path in product_files():
        parts = path.relative_to(ROOT).with_suffix("").parts
        if package and (parts[0] != package or parts[1] in {"__init__", "former_names"}):
            continue
        assert parts[depth] in floor, f"{path} stands in no room that ORDER names"
        for name in imported(path):
            other = name.split(".")
            if (package and other[0] != package) or len(other) <= depth or other[depth] not in floor:
                continue
            below = floor[other[depth]] < floor[parts[depth]]
            assert below or other[depth] == parts[depth], f"{path} imports {name}"


def test_numeric_rooms_know_numbers_only():
    for path in ROOT.glob("*/numeric/*.py"):
        for name in imported(path):
            parts = name.split(".")
            assert parts[0] in NUMBERS or "numeric" in parts or name == "survey.errors", (
                f"{path} imports {name}"
            )


def test_an_inner_room_opens_with_its_docstring_only():
    for path in product_files():
        if path.name == "__init__.py" and path.parent.parent != ROOT:
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert [type(statement) for statement in body] == [ast.Expr], path


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
    for path in product_files():
        assert "shared/" not in path.read_text(encoding="utf-8"), path
        assert path.stem not in {"utils", "helpers", "common", "base"}, path


def test_no_room_of_the_product_and_no_file_of_it_is_crowded():
    for folder in {path.parent for path in product_files()} - {ROOT / "survey" / "exports"}:
        assert len(list(folder.glob("*.py"))) <= 15, folder
    for path in product_files():
        assert path.read_text(encoding="utf-8").count("\n") <= 300, path


def length(function):
    """The lines of a function without its docstring."""
    first = function.body[0]
    text = first.end_lineno - first.lineno + 1 if ast.get_docstring(function, clean=False) is not None else 0
    return function.end_lineno - function.lineno + 1 - text


def test_no_function_of_the_product_is_long():
    long = {
        f"{path.relative_to(ROOT).as_posix()} {node.name}"
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and length(node) > 50
    }
    assert long == set()


def compared_values(path):
    """Every constant that a comparison or a case of a file names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare | ast.MatchValue):
            yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))


def test_only_the_room_of_language_tells_languages_apart():
    telling = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        if not path.is_relative_to(ROOT / "reports" / "language")
        and {"zh", "en"} & set(compared_values(path))
    }
    assert not telling


def test_tests_borrow_from_support_modules_only():
    assert not list((ROOT / "tests").rglob("__init__.py"))
    files = list((ROOT / "tests").rglob("test_*.py"))
    names = [path.stem for path in files]
    assert len(names) == len(set(names)), "two files of tests have one name"
    for path in files:
        borrowed = {name.split(".")[0] for name in imported(path)}
        assert not borrowed & {"runpy", "conftest", *names}, path


def test_the_lock_is_by_hash():
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
    code = f"import sys, reports.commands.report; print([m for m in {slow!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"
